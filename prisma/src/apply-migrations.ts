import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { MigrationError } from './migration-error.js';

export interface ApplyMigrationsOptions {
  /** The role must be able to create tables in its schema `public`. */
  readonly databaseUrl: string;
  /** Folder of `<number>_<name>/migration.sql`; see {@link migrationsDirectory}. */
  readonly directory: string;
  /** How long to wait for another process that migrates the same database. @default 60000 */
  readonly waitMs?: number;
}

interface Migration {
  readonly name: string;
  readonly file: string;
  readonly sql: string;
  /** SHA-256 in hex, as Prisma keeps it. */
  readonly checksum: string;
}

/** Any number, the same for all processes that migrate a database. */
const LOCK_KEY = 7_206_122_401;

/**
 * Brings a database to the newest migration, each in a transaction of its own, and keeps Prisma's record `_prisma_migrations`,
 * so that Prisma's tools see what they would have done themselves. One process at a time; a second one finds all done.
 *
 * @returns the names of the migrations that were applied now
 * @throws MIGRATION_CHANGED, MIGRATION_UNKNOWN, MIGRATION_FAILED, MIGRATION_BUSY
 */
export async function applyMigrations(options: ApplyMigrationsOptions): Promise<readonly string[]> {
  const migrations = await readMigrations(options.directory);
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    connectionTimeoutMillis: 15_000,
    application_name: 'ocopea migrations',
  });
  // Ends the queries under way as well, which is where the error is handled.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await lock(client, options.waitMs ?? 60_000);
    await client.query(createRecord);
    const applied = await readApplied(client);
    checkHistory(migrations, applied, options.directory);
    const missing = migrations.filter(({ name }) => !applied.has(name));
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The table exactly as Prisma makes it. */
const createRecord = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const file = path.join(directory, name, 'migration.sql');
      const sql = await readFile(file, 'utf8');
      return { name, file, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** For the session: it ends with the connection, also with a killed process's. */
async function lock(client: pg.Client, waitMs: number): Promise<void> {
  try {
    await client.query(`SET lock_timeout = ${Math.ceil(waitMs)}`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    await client.query('SET lock_timeout = 0');
  } catch (error) {
    if ((error as { code?: unknown }).code !== '55P03') throw error;
    throw new MigrationError(
      'MIGRATION_BUSY',
      `another process has been migrating the database for more than ${waitMs} ms; see whether it hangs, then start again`,
    );
  }
}

/** Name to checksum. What Prisma began and did not finish, or rolled back, does not count. */
async function readApplied(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

function checkHistory(migrations: readonly Migration[], applied: ReadonlyMap<string, string>, directory: string): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const [name, checksum] of applied) {
    const migration = known.get(name);
    if (migration === undefined) {
      throw new MigrationError(
        'MIGRATION_UNKNOWN',
        `the database has the migration "${name}", which ${directory} lacks: a newer release has used it; start that release`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new MigrationError(
        'MIGRATION_CHANGED',
        `${migration.file} has changed since it was applied; restore it, and put what is new into a migration of its own`,
      );
    }
  }
}

async function apply(client: pg.Client, { name, file, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError('MIGRATION_FAILED', `${file} could not be applied, and nothing of it was: ${reason}`, { cause: error });
  }
}
