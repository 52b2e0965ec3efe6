import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PostgresServer } from '@ocopea/embedded';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { schemaDifference } from '../schema-difference.mjs';
import { applyMigrations } from './apply-migrations.js';
import { migrationsDirectory } from './migrations-directory.js';

let scratch: string;
let server: PostgresServer;
let databaseUrl: string;
let directory: string;
/** Of the Hub, in order. */
let migrations: string[];
let count = 0;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'ocopea-migrations-'));
  server = await PostgresServer.initialise({ directory: path.join(scratch, 'server') });
  await server.start();
});
afterAll(async () => {
  await server.stop();
  await rm(scratch, { recursive: true, force: true });
});
beforeEach(async () => {
  const name = `scratch_${++count}`;
  await server.ensureDatabase(name);
  databaseUrl = server.connectionString(name);
  directory = path.join(scratch, name);
  await cp(migrationsDirectory('hub'), directory, { recursive: true });
  migrations = (await readdir(directory)).filter((name) => /^\d{4}_/.test(name)).toSorted();
});

async function query<Row extends object>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** The schema of operations and journal, and the migrations to it, whatever their numbers among the others. */
async function operationsOf(side: 'site' | 'hub'): Promise<Record<string, string>> {
  const at = migrationsDirectory(side);
  const names = (await readdir(at)).filter((name) => /^\d{4}_operation/.test(name)).toSorted();
  const files = ['../operations.prisma', ...names.map((name) => `${name}/migration.sql`)];
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file.replace(/^\d{4}_/, ''), await readFile(path.join(at, file), 'utf8')] as const)));
}

describe.each(['site', 'hub'] as const)('the migrations of the %s', (of) => {
  it('lead to what the Prisma schema says', async () => {
    const difference = await schemaDifference({ databaseUrl: server.connectionString('postgres'), directory: path.dirname(migrationsDirectory(of)) });
    expect(difference).toBe('');
  });

  it('have the same operations and journal as those of the other', async () => {
    const other = of === 'site' ? 'hub' : 'site';
    const [mine, theirs] = await Promise.all([operationsOf(of), operationsOf(other)]);
    expect(mine).toEqual(theirs);
  });
});

describe('applyMigrations', () => {
  it('applies each migration once, in order, and keeps the record that Prisma keeps', async () => {
    expect(await applyMigrations({ databaseUrl, directory })).toEqual(migrations);
    expect(await applyMigrations({ databaseUrl, directory })).toEqual([]);
    const record = await query('SELECT migration_name, finished_at IS NOT NULL AS finished, applied_steps_count, length(checksum) FROM _prisma_migrations ORDER BY started_at, migration_name');
    expect(record).toEqual(migrations.map((migration_name) => ({ migration_name, finished: true, applied_steps_count: 1, length: 64 })));
    expect(await query('SELECT 1 FROM registered_sites')).toEqual([]);
  });

  it('lets several processes start at once', async () => {
    const applied = await Promise.all([1, 2, 3].map(() => applyMigrations({ databaseUrl, directory })));
    expect(applied.flat().sort()).toEqual(migrations);
  });

  it('refuses a file that has changed since, and names it', async () => {
    await applyMigrations({ databaseUrl, directory });
    const file = path.join(directory, '0002_hub', 'migration.sql');
    await writeFile(file, `${await readFile(file, 'utf8')}\n-- an afterthought`);
    await expect(applyMigrations({ databaseUrl, directory })).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', message: expect.stringContaining(file) });
  });

  it('refuses the database of a newer release', async () => {
    await applyMigrations({ databaseUrl, directory });
    await rm(path.join(directory, '0002_hub'), { recursive: true });
    await expect(applyMigrations({ databaseUrl, directory })).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN', message: expect.stringContaining('0002_hub') });
  });

  it('leaves nothing of a migration that fails, and everything of those before', async () => {
    await writeFile(path.join(directory, '0002_hub', 'migration.sql'), 'CREATE TABLE half (id int); CREATE TABLE half (id int);');
    await expect(applyMigrations({ databaseUrl, directory })).rejects.toMatchObject({ code: 'MIGRATION_FAILED', message: expect.stringContaining('0002_hub') });
    expect(await query(`SELECT 1 FROM pg_tables WHERE tablename = 'half'`)).toEqual([]);
    expect(await query('SELECT migration_name FROM _prisma_migrations')).toEqual([{ migration_name: '0001_operations' }]);
  });

  it('does not wait for ever for another process', async () => {
    const other = new pg.Client({ connectionString: databaseUrl });
    await other.connect();
    await other.query('SELECT pg_advisory_lock(7206122401)');
    await expect(applyMigrations({ databaseUrl, directory, waitMs: 100 })).rejects.toMatchObject({ code: 'MIGRATION_BUSY' });
    await other.end();
  });
});
