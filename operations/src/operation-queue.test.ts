import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createOperationEngine } from './create-operation-engine.js';
import { defineOperation } from './define-operation.js';
import { operationEventPayload } from './operation-event.js';
import type { OperationEngine, OperationEngineOptions } from './operation-engine.js';
import { query, RecordingLog, startScratchServer, type ScratchServer } from './testing/index.js';

const cause = { kind: 'USER', name: 'admin' };
const within = { deadlineMs: 50_000 };

let server: ScratchServer;
let databaseUrl: string;
let engine: OperationEngine;
/** Operations that run, by number, and how to let each go on. */
let running: Map<number, () => void>;

/** It takes places, and stays until it is let go or told to stop. */
const stay = defineOperation<{ n: number; at: string[] }, void>({
  kind: 'stay',
  takesPlaceAt: ({ at }) => at,
  run: (operation) =>
    operation.step('stay', ({ signal }) =>
      new Promise<void>((resolve, reject) => {
        running.set(operation.input.n, resolve);
        signal.addEventListener('abort', () => reject(new Error('told to stop')), { once: true });
      }),
    ),
});

beforeAll(async () => {
  server = await startScratchServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  databaseUrl = await server.database();
  running = new Map();
  await open();
});
afterEach(() => engine.close());

async function open(options: Partial<OperationEngineOptions> = {}): Promise<void> {
  const placesAt = (key: string) => (key === 'site' ? 2 : 1);
  engine = await createOperationEngine({ databaseUrl, ownerId: 'hub', executorId: 'one', log: new RecordingLog(), definitions: [stay], placesAt, ...options });
}

const start = async (n: number, ...at: string[]): Promise<string> => (await engine.start(stay, { n, at }, { cause })).id;
const runs = (...numbers: number[]) => expect.poll(() => [...running.keys()], { timeout: 50_000 }).toEqual(numbers);
const place = (id: string) => expect.poll(async () => (await engine.get(id)).queue, { timeout: 50_000 });

it('begins in order as places get free, lets nobody wait who need not, and says where each stands', async () => {
  await start(1, 'site', 'copies');
  await runs(1);
  const second = await start(2, 'site', 'copies');
  const third = await start(3, 'site', 'copies');
  await place(second).toEqual({ position: 1, waitsFor: [{ subjectId: 'copies', limit: 1 }] });
  await place(third).toEqual({ position: 2, waitsFor: [{ subjectId: 'copies', limit: 1 }] });
  await start(4, 'site', 'others');
  await runs(1, 4);
  running.get(1)?.();
  await runs(1, 4, 2);
  expect(await engine.get(second)).toMatchObject({ phase: 'RUNNING', queue: null });
  await place(third).toEqual({ position: 1, waitsFor: [{ subjectId: 'copies', limit: 1 }, { subjectId: 'site', limit: 2 }] });
  const places = (await engine.journal.read({ filter: { operationId: third }, limit: 100 })).map((entry) => [operationEventPayload(entry)?.queue?.position, entry.message]);
  expect(places).toContainEqual([2, 'stay waits for its turn: place 2, for "copies", which takes 1 at once']);
  expect(places.map(([position]) => position)).toEqual(expect.arrayContaining([2, 1]));
  for (const n of [4, 2]) running.get(n)?.();
  await runs(1, 4, 2, 3);
  running.get(3)?.();
  expect(await engine.wait(third, within)).toMatchObject({ outcome: 'SUCCEEDED' });
  expect(await query(databaseUrl, 'SELECT 1 FROM operation_slots')).toEqual([]);
});

it('can be left by a cancel, and those behind move up', async () => {
  await start(1, 'copies');
  await runs(1);
  const [second, third] = [await start(2, 'copies'), await start(3, 'copies')];
  await place(third).toMatchObject({ position: 2 });
  await engine.cancel(second);
  expect(await engine.wait(second, within)).toMatchObject({ outcome: 'CANCELLED', startedAt: null, queue: null });
  await place(third).toMatchObject({ position: 1 });
  running.get(1)?.();
  await runs(1, 3);
});

it('is the same after a restart: who ran goes on with its place, who waited waits on in its order', async () => {
  const first = await start(1, 'copies');
  await runs(1);
  const waiting = [await start(2, 'copies'), await start(3, 'copies')];
  await place(waiting[1]!).toMatchObject({ position: 2 });
  await engine.close();
  running = new Map();
  await open();
  await runs(1);
  for (const [index, id] of waiting.entries()) await place(id).toMatchObject({ position: index + 1 });
  running.get(1)?.();
  expect(await engine.wait(first, within)).toMatchObject({ outcome: 'SUCCEEDED' });
  await runs(1, 2);
});

it('ends for who waited too long with DEADLINE_EXCEEDED, also when that was while the process was down', async () => {
  await start(1, 'copies');
  await runs(1);
  const second = await start(2, 'copies');
  await place(second).toMatchObject({ position: 1 });
  await engine.close();
  running = new Map();
  await open({ queueDeadlineMs: 1 });
  expect(await engine.wait(second, within)).toMatchObject({
    outcome: 'FAILED',
    startedAt: null,
    queue: null,
    error: { code: 'DEADLINE_EXCEEDED', message: expect.stringContaining(`waiting for the turn of stay "${second}"`) },
  });
  await runs(1);
  const { id } = await engine.retry(second, { cause });
  expect(await engine.wait(id, within)).toMatchObject({ outcome: 'FAILED', error: { code: 'DEADLINE_EXCEEDED' } });
});

it('lets a hundred wait without a hundred events for each that leaves', async () => {
  await start(0, 'copies');
  await runs(0);
  const ids: string[] = [];
  for (let n = 1; n <= 100; n++) ids.push(await start(n, 'copies'));
  await place(ids.at(-1)!).toMatchObject({ position: 100 });
  const before = await engine.journal.head();
  running.get(0)?.();
  await place(ids.at(-1)!).toMatchObject({ position: 99 });
  const events = await engine.journal.read({ after: before, limit: 1000 });
  expect(events.filter((entry) => operationEventPayload(entry)?.queue != null).length).toBeLessThanOrEqual(20);
});
