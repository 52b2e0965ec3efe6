import type { DataServiceHarness } from '@ocopea/broker-conformance';
import type { Binding } from '@ocopea/broker-contract';
import pg from 'pg';

/** The content that the conformance suite works with: rows of one table. */
export const recordsHarness: Pick<DataServiceHarness, 'write' | 'digest' | 'statements'> = {
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
};

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
