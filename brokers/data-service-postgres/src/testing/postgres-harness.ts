import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataServiceHarness } from '@ocopea/broker-conformance';
import type { Binding } from '@ocopea/broker-contract';
import { processesOfDirectory } from '@ocopea/embedded';
import pg from 'pg';
import { createPostgresDataServiceBroker } from '../index.js';

/** A broker in a new folder, and everything that the conformance suite wants to know of it. */
export async function openPostgresHarness(): Promise<DataServiceHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'ocopea-postgres-'));
  let broker = await createPostgresDataServiceBroker({ directory });
  return {
    get broker() {
      return broker;
    },
    planId: 'dedicated',
    otherSettings: { maxConnections: '40' },
    write: (binding, records) =>
      query(binding, async (client) => {
        await client.query('CREATE TABLE IF NOT EXISTS records (id bigserial PRIMARY KEY, content text)');
        await client.query(`INSERT INTO records (content) SELECT md5(random()::text) FROM generate_series(1, $1)`, [records]);
      }),
    digest: (binding) =>
      query(binding, async (client) => {
        const { rows } = await client.query<{ made: boolean }>(`SELECT to_regclass('records') IS NOT NULL AS made`);
        return rows[0]!.made ? tableDigest(client, 'records') : 'empty';
      }),
    statements: {
      add: `INSERT INTO records (content) VALUES ('by a hook')`,
      say: (text) => `DO $$ BEGIN RAISE NOTICE '${text}'; END $$`,
      wrong: 'INSERT INTO no_such_table VALUES (1)',
      endless: 'SELECT pg_sleep(3600)',
    },
    withAddressOf: (credentials, address) => ({ ...credentials, values: { ...credentials.values, port: address.values['port']! } }),
    reopen: async () => {
      await broker.close();
      broker = await createPostgresDataServiceBroker({ directory });
    },
    leftovers: async () => {
      const known = new Set((await broker.list({ limit: 1000 })).items.map(({ dataServiceId }) => dataServiceId));
      const left = await Promise.all(['services', 'work', 'trash'].map(async (name) => (await readdir(join(directory, name))).map((entry) => `${name}/${entry}`)));
      const folders = left.flat().filter((path) => !known.has(path.replace('services/', '')));
      return [...folders, ...(await strayProcesses(directory, known))];
    },
    close: async () => {
      await broker.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Rows of a table in order, as one digest. */
export async function tableDigest(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ digest: string }>(`SELECT count(*) || ' ' || encode(sha256(convert_to(coalesce(string_agg(t::text, ',' ORDER BY id), ''), 'UTF8')), 'hex') AS digest FROM ${table} t`);
  return rows[0]!.digest;
}

/** Runs work on a connection of a binding. */
export async function query<T>({ values }: Binding, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { host, port, database, username, password } = values;
  const client = new pg.Client({ host: host!, port: Number(port), database: database!, user: username!, password: password!, ssl: false, options: '' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Processes that run on a folder of no data service. */
async function strayProcesses(directory: string, known: ReadonlySet<string>): Promise<readonly string[]> {
  const accounted = new Set([...known].flatMap((id) => processesOfDirectory(join(directory, 'services', id)).map(({ pid }) => pid)));
  return processesOfDirectory(directory).filter(({ pid }) => !accounted.has(pid)).map(({ pid }) => `process ${pid}`);
}
