import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binding, DataServiceBroker } from '@ocopea/broker-contract';
import { PostgresServer } from '@ocopea/embedded';
import { temporaryDirectory } from '@ocopea/embedded/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createPostgresDataServiceBroker } from './index.js';
import { MemoryPart } from './testing/memory-part.js';
import { query, tableDigest } from './testing/records.js';

// Each test makes servers, which takes seconds where others need the processors too.
vi.setConfig({ testTimeout: 240_000 });

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let broker: DataServiceBroker;
let format: string;
let made = 0;

beforeAll(async () => {
  directory = await temporaryDirectory();
  broker = await createPostgresDataServiceBroker({ directory: directory.path });
  format = (await broker.info()).plans[0]!.writesFormats[0]!;
});
afterAll(async () => {
  await broker.close();
  await directory[Symbol.asyncDispose]();
});

async function create(from?: MemoryPart): Promise<{ id: string; binding: Binding }> {
  const id = `service-${++made}`;
  await broker.create({ dataServiceId: id, planId: 'dedicated', ...(from && { restoreFrom: { format, source: from.source() } }) });
  return { id, binding: await broker.bind({ dataServiceId: id, bindingId: 'web' }) };
}

function copy(id: string, part: MemoryPart, beforeTaking?: (blocksTaken: number) => Promise<void> | void) {
  return broker.copy({ dataServiceId: id, copyPartId: 'part', format, target: part.target(beforeTaking) });
}

/** The server behind a data service, as its superuser. */
function serverOf(id: string): Promise<PostgresServer> {
  return PostgresServer.open(join(directory.path, 'services', id));
}

const fill = (rows: number) => `CREATE TABLE entries (id bigserial PRIMARY KEY, content text); INSERT INTO entries (content) SELECT repeat(md5(i::text), 10) FROM generate_series(1, ${rows}) i`;

describe('a physical copy', () => {
  it('of a service under writes holds exactly what was committed at its consistency point', async () => {
    const { id, binding } = await create();
    await query(binding, (client) => client.query(fill(50_000)));
    const part = new MemoryPart();
    const commits: { id: number; at: number }[] = [];
    const copied = new AbortController();
    const writing = query(binding, async (client) => {
      while (!copied.signal.aborted) {
        const { rows } = await client.query<{ id: string }>(`INSERT INTO entries (content) VALUES ('written meanwhile') RETURNING id`);
        commits.push({ id: Number(rows[0]!.id), at: Date.now() });
      }
    });
    const { consistencyPoint } = await copy(id, part);
    copied.abort();
    await writing;
    const restored = await create(part);
    const last = await query(restored.binding, async (client) => Number((await client.query<{ last: string }>('SELECT max(id) AS last FROM entries')).rows[0]!.last));
    expect(last).toBeGreaterThan(50_000);
    expect(last).toBeLessThan(commits.at(-1)!.id);
    const digest = await query(restored.binding, (client) => tableDigest(client, 'entries'));
    expect(await query(binding, (client) => tableDigest(client, `(SELECT * FROM entries WHERE id <= ${last})`))).toBe(digest);
    // File times, by which the moment is known, are as fine as the kernel's tick.
    const at = consistencyPoint.at.getTime();
    const tickMs = 20;
    // The last one that is in may have been told to the writer after the moment.
    expect(commits.filter((commit) => commit.id < last && commit.at > at + tickMs)).toEqual([]);
    expect(commits.filter((commit) => commit.id > last && commit.at < at - tickMs)).toEqual([]);
    expect(consistencyPoint.marker).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
  });

  it('survives that the log it needs would be recycled while its target takes nothing', async () => {
    const { id, binding } = await create();
    await query(binding, (client) => client.query(fill(100_000)));
    const before = await query(binding, (client) => tableDigest(client, 'entries'));
    const server = await serverOf(id);
    const part = new MemoryPart();
    await copy(id, part, async (blocksTaken) => {
      if (blocksTaken !== 0) return;
      for (let segment = 0; segment < 6; segment++) {
        await query(binding, (client) => client.query(`CREATE TABLE passing AS SELECT md5(i::text) FROM generate_series(1, 200000) i; DROP TABLE passing`));
        await server.query('postgres', (client) => client.query('CHECKPOINT'));
      }
    });
    const restored = await create(part);
    expect(await query(restored.binding, (client) => tableDigest(client, 'entries'))).toBe(before);
  });

  it('is refused for a service with a tablespace, which is named', async () => {
    const { id } = await create();
    const server = await serverOf(id);
    await server.query('postgres', async (client) => {
      await client.query('SET allow_in_place_tablespaces = on');
      await client.query(`CREATE TABLESPACE elsewhere LOCATION ''`);
    });
    await expect(copy(id, new MemoryPart())).rejects.toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining('elsewhere') as string });
  });

  it('brings along neither logins, nor doors, nor commands to run', async () => {
    const { id, binding } = await create();
    const source = await serverOf(id);
    await query(binding, (client) => client.query('CREATE SCHEMA own; CREATE TABLE shared (id int); GRANT CREATE ON SCHEMA own TO PUBLIC; RESET ROLE; SET ROLE none; CREATE TABLE own.made_as_itself (id int)'));
    await source.query('postgres', async (client) => {
      await client.query(`CREATE ROLE intruder LOGIN SUPERUSER PASSWORD 'open'`);
      await client.query(`ALTER SYSTEM SET archive_command = 'touch /tmp/run-by-a-copy'`);
    });
    await appendFile(join(source.dataDirectory, 'pg_hba.conf'), 'host all all 127.0.0.1/32 trust\n');
    const part = new MemoryPart();
    await copy(id, part);
    const restored = await create(part);
    const server = await serverOf(restored.id);
    await expect(new pg.Client({ host: '127.0.0.1', port: server.port!, user: 'intruder', database: 'postgres', password: 'open', ssl: false }).connect()).rejects.toMatchObject({ code: expect.stringMatching(/^28/) as string });
    await server.query('app', async (client) => {
      const value = async (sql: string) => Object.values((await client.query<Record<string, unknown>>(sql)).rows[0]!)[0];
      expect(await value(`SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE rolcanlogin`)).toBe(`${restored.binding.values['username']},postgres`);
      expect(await value(`SELECT count(*)::int FROM pg_roles WHERE rolsuper AND rolname <> 'postgres'`)).toBe(0);
      expect(await value('SHOW archive_command')).toBe('(disabled)');
      expect(await value(`SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules`)).toBe('scram-sha-256');
      expect(await value(`SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname IN ('public', 'own')`)).toBe('app_owner');
    });
    const old = { ...binding, values: { ...binding.values, port: restored.binding.values['port']! } };
    await expect(query(old, (client) => client.query('SELECT 1'))).rejects.toMatchObject({ code: '28P01' });
  });

  it('is refused when it is larger than the disk', async () => {
    const source = { ...new MemoryPart().source(), logicalBytes: Number.MAX_SAFE_INTEGER };
    await expect(broker.create({ dataServiceId: 'too-large', planId: 'dedicated', restoreFrom: { format, source } })).rejects.toMatchObject({ code: 'CAPACITY_EXCEEDED' });
    await expect(broker.get('too-large')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('with the id of one that is being written is refused', async () => {
    const { id } = await create();
    const part = new MemoryPart();
    let second: unknown;
    await copy(id, part, async (blocksTaken) => {
      if (blocksTaken === 0) second = await copy(id, new MemoryPart()).catch((error: unknown) => error);
    });
    expect(second).toMatchObject({ code: 'CONFLICT' });
    expect(part.bytes.length).toBeGreaterThan(1_000_000);
  });
});

describe('bindings', () => {
  let id: string;
  beforeAll(async () => {
    ({ id } = await create());
  });

  it('share what any of them makes, and what one made outlives it', async () => {
    const one = await broker.bind({ dataServiceId: id, bindingId: 'one' });
    const two = await broker.bind({ dataServiceId: id, bindingId: 'two' });
    await query(one, (client) => client.query('CREATE TABLE made_by_one (x int)'));
    await query(two, (client) => client.query('ALTER TABLE made_by_one ADD COLUMN y int'));
    await broker.unbind({ dataServiceId: id, bindingId: 'one' });
    await query(two, (client) => client.query('INSERT INTO made_by_one VALUES (1, 2); DROP TABLE made_by_one'));
  });

  it('that are removed lose their sessions at once', async () => {
    const binding = await broker.bind({ dataServiceId: id, bindingId: 'short' });
    const { username, password, port } = binding.values;
    const session = new pg.Client({ host: '127.0.0.1', port: Number(port), user: username!, password: password!, database: 'app', ssl: false });
    const ended = new Promise((resolve) => session.on('error', resolve));
    await session.connect();
    await broker.unbind({ dataServiceId: id, bindingId: 'short' });
    await ended;
    await expect(query(binding, (client) => client.query('SELECT 1'))).rejects.toMatchObject({ code: '28P01' });
  });

  it('have no rights beyond their database', async () => {
    const binding = await broker.bind({ dataServiceId: id, bindingId: 'web' });
    await query(binding, async (client) => {
      await expect(client.query('CREATE ROLE another')).rejects.toMatchObject({ code: '42501' });
      await expect(client.query(`COPY (SELECT 1) TO PROGRAM 'cat'`)).rejects.toMatchObject({ code: '42501' });
      await expect(client.query('SELECT rolpassword FROM pg_authid')).rejects.toMatchObject({ code: '42501' });
    });
    const admin = { ...binding, values: { ...binding.values, database: 'postgres' } };
    await expect(query(admin, (client) => client.query('SELECT 1'))).rejects.toMatchObject({ code: '42501' });
  });
});
