import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { query, startScratchServer, type ScratchServer } from './testing/index.js';
import { inTransaction } from './transaction.js';

let server: ScratchServer;

beforeAll(async () => {
  server = await startScratchServer();
});
afterAll(() => server.close());

it('fails alone, not the whole process, when the server ends its connection between two statements', async () => {
  const databaseUrl = await server.database();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  pool.on('error', () => undefined);
  const cut = inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => client.once('end', resolve));
    await query(databaseUrl, 'SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    await ended;
    await client.query('SELECT 1');
  });
  await expect(cut).rejects.toThrow(/not queryable|terminat/i);
  expect(await inTransaction(pool, async (client) => (await client.query('SELECT 1 AS one')).rows)).toEqual([{ one: 1 }]);
  await pool.end();
});
