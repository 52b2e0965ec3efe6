import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataServiceBroker } from '@ocopea/broker-contract';
import { PostgresServer, processesOfDirectory, waitForEnd, type ProcessIdentity } from '@ocopea/embedded';
import { temporaryDirectory, TestProgram } from '@ocopea/embedded/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPostgresDataServiceBroker } from './index.js';
import type { HostTask } from './testing/broker-host.js';
import { MemoryPart } from './testing/memory-part.js';
import { query, tableDigest } from './testing/records.js';

// Each test makes servers, which takes seconds where others need the processors too.
vi.setConfig({ testTimeout: 240_000 });

let host: TestProgram;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let broker: DataServiceBroker | undefined;

beforeAll(async () => {
  host = await TestProgram.build(join(import.meta.dirname, 'testing/broker-host.ts'));
});
afterAll(() => host.remove());
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(async () => {
  await broker?.close();
  broker = undefined;
  const left = processesOfDirectory(directory.path);
  await directory[Symbol.asyncDispose]();
  assert.deepEqual(left, [], 'a closed broker has left processes');
});

async function open(superviseEveryMs = 2_000): Promise<DataServiceBroker> {
  broker = await createPostgresDataServiceBroker({ directory: directory.path, superviseEveryMs });
  return broker;
}

/** Kills the process that hosts the broker, once it is in the middle of its task. */
async function killInTheMiddle(task: Omit<HostTask, 'directory'>): Promise<void> {
  const process = host.start({ ...task, directory: directory.path });
  await process.message((message) => message === 'in the middle');
  await process.kill();
}

/** A data service with content, and a part that holds a copy of it; the broker is closed. */
async function sourceAndPart(): Promise<{ file: string; bytes: number; digest: string; format: string }> {
  const first = await open();
  await first.create({ dataServiceId: 'source', planId: 'dedicated' });
  const digest = await query(await first.bind({ dataServiceId: 'source', bindingId: 'web' }), async (client) => {
    await client.query('CREATE TABLE entries AS SELECT i AS id, md5(i::text) AS content FROM generate_series(1, 20000) i');
    return tableDigest(client, 'entries');
  });
  const part = new MemoryPart();
  const format = (await first.info()).plans[0]!.writesFormats[0]!;
  await first.copy({ dataServiceId: 'source', copyPartId: 'part', format, target: part.target() });
  const file = join(directory.path, 'part.tar');
  await writeFile(file, part.bytes);
  await first.close();
  return { file, bytes: part.bytes.length, digest, format };
}

async function postmasterOf(dataServiceId: string): Promise<ProcessIdentity | undefined> {
  const server = await PostgresServer.open(join(directory.path, 'services', dataServiceId));
  return (await server.postmaster())?.identity;
}

async function unfinished(): Promise<readonly string[]> {
  return [...(await readdir(join(directory.path, 'work'))), ...(await readdir(join(directory.path, 'trash')))];
}

describe('when the process that hosts the broker is killed', () => {
  it('in the middle of a copy: the data service goes on, is adopted, and nothing of the copy is left in it', async () => {
    const { digest, format } = await sourceAndPart();
    await killInTheMiddle({ task: 'copy', dataServiceId: 'source' });
    const survivor = await postmasterOf('source');
    expect(survivor).toBeDefined();
    const second = await open();
    expect(await postmasterOf('source')).toEqual(survivor);
    const server = await PostgresServer.open(join(directory.path, 'services/source'));
    await server.query('postgres', async (client) => {
      // The server learns of the death when it writes into the closed connection.
      for (;;) {
        const { rows } = await client.query<{ left: number }>('SELECT (SELECT count(*) FROM pg_stat_replication)::int + (SELECT count(*) FROM pg_replication_slots)::int AS left');
        if (rows[0]!.left === 0) break;
      }
    });
    const part = new MemoryPart();
    await second.copy({ dataServiceId: 'source', copyPartId: 'interrupted', format, target: part.target() });
    await second.create({ dataServiceId: 'again', planId: 'dedicated', restoreFrom: { format, source: part.source() } });
    expect(await query(await second.bind({ dataServiceId: 'again', bindingId: 'web' }), (client) => tableDigest(client, 'entries'))).toBe(digest);
  });

  it.each([0.01, 0.5, 0.999])('in the middle of a restore, at %d of it: nothing is left, and it can be made again', async (share) => {
    const { file, bytes, digest, format } = await sourceAndPart();
    await killInTheMiddle({ task: 'restore', dataServiceId: 'restored', file, standStillAt: Math.floor(bytes * share) });
    expect((await unfinished()).length).toBe(1);
    const second = await open();
    expect(await unfinished()).toEqual([]);
    await expect(second.get('restored')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const part = new MemoryPart();
    await second.copy({ dataServiceId: 'source', copyPartId: 'part', format, target: part.target() });
    await second.create({ dataServiceId: 'restored', planId: 'dedicated', restoreFrom: { format, source: part.source() } });
    expect(await query(await second.bind({ dataServiceId: 'restored', bindingId: 'web' }), (client) => tableDigest(client, 'entries'))).toBe(digest);
  });

  it('at any moment of a creation: it is there and runs, or nothing of it is', async () => {
    for (const afterMs of [0, 300, 900, 2_000]) {
      const dataServiceId = `after-${afterMs}`;
      const process = host.start({ task: 'create', dataServiceId, directory: directory.path } satisfies HostTask);
      await process.message((message) => message === 'in the middle');
      // Not to wait for anything: the moment of the crash is what varies.
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await process.kill();
      const next = await open();
      expect(await unfinished()).toEqual([]);
      const known = (await next.list()).items.map((one) => one.dataServiceId);
      const accounted = known.flatMap((id) => processesOfDirectory(join(directory.path, 'services', id)).map(({ pid }) => pid));
      expect(processesOfDirectory(directory.path).filter(({ pid }) => !accounted.includes(pid))).toEqual([]);
      await next.create({ dataServiceId, planId: 'dedicated' });
      expect(await next.get(dataServiceId)).toMatchObject({ state: { phase: 'running' } });
      await next.close();
    }
  });
});

it('a server that ends by itself is started again, with its bindings', async () => {
  const running = await open(20);
  await running.create({ dataServiceId: 'falls', planId: 'dedicated' });
  const binding = await running.bind({ dataServiceId: 'falls', bindingId: 'web' });
  const fallen = (await postmasterOf('falls'))!;
  process.kill(fallen.pid, 'SIGKILL');
  await waitForEnd(fallen, 5_000);
  while ((await running.health('falls')).state !== 'healthy') await new Promise((resolve) => setImmediate(resolve));
  expect(await postmasterOf('falls')).not.toEqual(fallen);
  expect(await query(binding, async (client) => (await client.query('SELECT 1 AS one')).rows)).toEqual([{ one: 1 }]);
});

it('a second broker on the same folder is refused and disturbs nothing', async () => {
  await open();
  await expect(createPostgresDataServiceBroker({ directory: directory.path })).rejects.toMatchObject({ code: 'DIRECTORY_LOCKED' });
});

it('a data service whose server cannot start is in error, can be deleted, and keeps no other from running', async () => {
  const first = await open();
  for (const dataServiceId of ['broken', 'well']) await first.create({ dataServiceId, planId: 'dedicated' });
  await first.close();
  await writeFile(join(directory.path, 'services/broken/data/PG_VERSION'), '9\n');
  const second = await open();
  expect(await second.get('broken')).toMatchObject({ state: { phase: 'error' } });
  expect(await second.get('well')).toMatchObject({ state: { phase: 'running' } });
  expect((await second.health('broken')).state).toBe('unhealthy');
  await expect(second.bind({ dataServiceId: 'broken', bindingId: 'web' })).rejects.toMatchObject({ code: 'CONFLICT' });
  await second.delete('broken');
  expect((await second.list()).items.map(({ dataServiceId }) => dataServiceId)).toEqual(['well']);
});
