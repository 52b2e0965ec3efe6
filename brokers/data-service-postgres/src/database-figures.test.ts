import { join } from 'node:path';
import type { DataServiceBroker } from '@ocopea/broker-contract';
import { PostgresServer } from '@ocopea/embedded';
import { temporaryDirectory } from '@ocopea/embedded/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createPostgresDataServiceBroker } from './index.js';
import { query } from './testing/records.js';

// Making a server takes seconds where others need the processors too.
vi.setConfig({ testTimeout: 240_000 });

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let broker: DataServiceBroker;

beforeAll(async () => {
  directory = await temporaryDirectory();
  broker = await createPostgresDataServiceBroker({ directory: directory.path });
  await broker.create({ dataServiceId: 'db', planId: 'dedicated' });
});
afterAll(async () => {
  await broker.close();
  await directory[Symbol.asyncDispose]();
});

/** Takes the log as a standby does, and says that it has replayed nothing after where it began. */
async function idleStandby(): Promise<pg.Client> {
  const server = await PostgresServer.open(join(directory.path, 'services', 'db'));
  const client = new pg.Client(Object.assign({ connectionString: server.connectionString('postgres') }, { replication: 'true' }));
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ xlogpos: string }>('IDENTIFY_SYSTEM');
  const [high, low] = rows[0]!.xlogpos.split('/') as [string, string];
  const position = (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
  client.query(`START_REPLICATION PHYSICAL ${rows[0]!.xlogpos}`).catch(() => undefined);
  // A "standby status update": written, flushed and applied up to there.
  const update = Buffer.alloc(34);
  update.write('r', 0, 'latin1');
  for (const at of [1, 9, 17]) update.writeBigUInt64BE(position, at);
  const { connection } = client as unknown as { readonly connection: { once(event: string, listener: () => void): void; sendCopyFromChunk(bytes: Buffer): void } };
  await new Promise<void>((resolve) => connection.once('replicationStart', resolve));
  connection.sendCopyFromChunk(update);
  return client;
}

const figures = async () => (await broker.health('db')).figures;

it('tells how far the standby that is furthest behind is, and nothing of it where there is none', async () => {
  expect(Object.keys(await figures())).toEqual(['sizeBytes', 'connections']);
  const standby = await idleStandby();
  const binding = await broker.bind({ dataServiceId: 'db', bindingId: 'web' });
  await query(binding, (client) => client.query('CREATE TABLE t AS SELECT repeat(md5(i::text), 10) FROM generate_series(1, 10000) i'));
  await expect.poll(async () => (await figures())['lagBytes'], { timeout: 60_000 }).toBeGreaterThan(1_000_000);
  await standby.end();
  await expect.poll(async () => Object.keys(await figures()), { timeout: 60_000 }).toEqual(['sizeBytes', 'connections']);
});
