import type { DataServiceHarness } from '@ocopea/broker-conformance';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPostgresHarness } from './testing/postgres-harness.js';
import { query } from './testing/records.js';

let harness: DataServiceHarness;
const dataServiceId = 'statements';

beforeAll(async () => {
  harness = await openPostgresHarness();
  await harness.broker.create({ dataServiceId, planId: 'dedicated' });
});
afterAll(() => harness?.close());

const run = (statements: string) => harness.broker.runStatements({ dataServiceId, runId: 'run', statements, deadlineMs: 60_000 });

it.each([
  ['run a program', `COPY (SELECT 1) TO PROGRAM 'true'`],
  ['read files of the server', `SELECT pg_read_file('postgresql.conf')`],
  ['make another role', 'CREATE ROLE intruder SUPERUSER LOGIN'],
  ['become the superuser again', `RESET ROLE; SET SESSION AUTHORIZATION postgres; SELECT pg_read_file('postgresql.conf')`],
])('statements may not %s', async (_, statements) => {
  expect(await run(statements)).toMatchObject({ end: 'failed', problem: expect.stringMatching(/permission denied|SQLSTATE 42501/) });
});

it('statements may do what an app service may, by the rights that app services share; of rows only the number is told', async () => {
  expect(await run(`CREATE TABLE secrets (text text); INSERT INTO secrets VALUES ('of a user'), ('of another'); SELECT * FROM secrets`)).toEqual({
    end: 'succeeded',
    output: 'CREATE\nINSERT 2\nSELECT 2',
  });
  const binding = await harness.broker.bind({ dataServiceId, bindingId: 'web' });
  expect(await query(binding, async (client) => (await client.query('DROP TABLE secrets')).command)).toBe('DROP');
  expect(await run('VACUUM')).toMatchObject({ end: 'succeeded' });
});

it('leaves no login, whatever the end', async () => {
  const binding = await harness.broker.bind({ dataServiceId, bindingId: 'web' });
  const roles = () => query(binding, async (client) => (await client.query(`SELECT rolname FROM pg_roles WHERE rolname ~ '^binding_'`)).rowCount);
  expect(await roles()).toBe(1);
  await run('no SQL');
  await harness.broker.runStatements({ dataServiceId, runId: 'late', statements: 'SELECT pg_sleep(3600)', deadlineMs: 200 });
  expect(await roles()).toBe(1);
  const sessions = await query(binding, async (client) => (await client.query(`SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)%' AND pid <> pg_backend_pid()`)).rowCount);
  expect(sessions).toBe(0);
});
