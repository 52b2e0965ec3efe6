import { conflict } from '@ocopea/graph';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createOperationEngine } from './create-operation-engine.js';
import { defineOperation } from './define-operation.js';
import type { OperationEngine } from './operation-engine.js';
import { query, RecordingLog, startScratchServer, type ScratchServer } from './testing/index.js';

const cause = { kind: 'USER', name: 'admin' };
const within = { deadlineMs: 50_000 };

let server: ScratchServer;
let databaseUrl: string;
let engine: OperationEngine;
/** Steps that were run, in order. */
let ran: string[];
/** The one that fails. */
let broken: string | undefined;

const steps = ['list', 'first', 'second'] as const;

const keeps = defineOperation<{ bytes: number }, number>({
  kind: 'keeps',
  keepsSteps: true,
  run: async (operation) => {
    let sum = 0;
    for (const name of steps) {
      sum += await operation.step(name, async ({ progress }) => {
        ran.push(name);
        if (broken === name) throw conflict(`${name} is broken`);
        progress({ part: name, bytesDone: operation.input.bytes, bytesTotal: operation.input.bytes });
        return ran.length;
      });
    }
    return sum;
  },
});

const undoes = defineOperation<null, void>({
  kind: 'undoes',
  run: (operation) =>
    operation.step('work', async () => {
      throw conflict('it never works');
    }),
});

beforeAll(async () => {
  server = await startScratchServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  databaseUrl = await server.database();
  ran = [];
  broken = 'second';
  const secretBox = { seal: (text: string, context: string) => `${context}|${text}`, open: (sealed: string, context: string) => sealed.replace(`${context}|`, '') };
  engine = await createOperationEngine({ databaseUrl, ownerId: 'hub', executorId: 'one', log: new RecordingLog(), definitions: [keeps, undoes], secretBox });
});
afterEach(() => engine.close());

async function fail(): Promise<string> {
  const { id } = await engine.start(keeps, { bytes: 10 }, { cause });
  expect(await engine.wait(id, within)).toMatchObject({ outcome: 'FAILED' });
  expect(ran.splice(0)).toEqual(['list', 'first', 'second']);
  return id;
}

const phases = async (id: string) => (await engine.steps([id]))[0]?.map(({ name, phase }) => [name, phase]);

it('begins with the step that failed, with the results and the bytes of those before, as often as it takes', async () => {
  const first = await fail();
  const second = await engine.retry(first, { cause });
  expect(await engine.wait(second.id, within)).toMatchObject({ outcome: 'FAILED', retryOf: first });
  expect(ran.splice(0)).toEqual(['second']);
  expect(await phases(second.id)).toEqual([['list', 'KEPT'], ['first', 'KEPT'], ['second', 'FAILED']]);

  broken = undefined;
  const third = await engine.retry(second.id, { cause, from: 'FAILED_STEP' });
  expect(await engine.wait(third.id, within)).toMatchObject({ outcome: 'SUCCEEDED', progress: { bytesDone: 30, bytesTotal: 30 } });
  expect(ran).toEqual(['second']);
  expect(await phases(third.id)).toEqual([['list', 'KEPT'], ['first', 'KEPT'], ['second', 'DONE']]);
  expect((await engine.get(third.id)).parts.map(({ name, progress }) => [name, progress.bytesDone])).toEqual(steps.map((name) => [name, 10]));
  // 1 and 2 of the first operation, and 1 of this one.
  expect(await engine.result(third.id)).toBe(4);
  const lines = await engine.readLog(third.id, { limit: 100 });
  expect(lines).toContainEqual(expect.objectContaining({ step: 'first', message: `was done by operation "${second.id}" and is not done again` }));
});

it('does everything again when it is asked to, and what was done too long ago', async () => {
  const first = await fail();
  await engine.wait((await engine.retry(first, { cause, from: 'START' })).id, within);
  expect(ran.splice(0)).toEqual(['list', 'first', 'second']);

  await query(databaseUrl, `UPDATE operation_steps SET finished_at = now() - interval '25 hours' WHERE operation_id = $1`, [first]);
  await expect(engine.retry(first, { cause, from: 'FAILED_STEP' })).rejects.toMatchObject({ code: 'OPERATION_NOT_RESUMABLE', message: expect.stringContaining('in the last day') });
  await engine.wait((await engine.retry(first, { cause })).id, within);
  expect(ran).toEqual(['list', 'first', 'second']);
});

it('is refused for an operation whose work is undone when it fails, which is retried from the start', async () => {
  const { id } = await engine.start(undoes, null, { cause });
  await engine.wait(id, within);
  await expect(engine.retry(id, { cause, from: 'FAILED_STEP' })).rejects.toMatchObject({ code: 'OPERATION_NOT_RESUMABLE', message: expect.stringMatching(/undoes.*retry it from the start/) });
  expect(await engine.wait((await engine.retry(id, { cause })).id, within)).toMatchObject({ outcome: 'FAILED', error: { code: 'CONFLICT' } });
});
