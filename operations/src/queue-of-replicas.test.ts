import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { query, startScratchServer, TestProgram, type ScratchServer, type TestProcess } from './testing/index.js';
import type { EngineProgramMessage } from './testing/engine-program.js';

// Starting and killing whole processes takes what the machine gives.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let server: ScratchServer;
let program: TestProgram;
let databaseUrl: string;
const processes: TestProcess[] = [];

beforeAll(async () => {
  [server, program] = await Promise.all([startScratchServer(), TestProgram.build(path.join(import.meta.dirname, 'testing/engine-program.ts'))]);
});
afterAll(async () => {
  await program.remove();
  await server.close();
});
beforeEach(async () => {
  databaseUrl = await server.database();
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.kill()));
});

async function startReplica(executorId: string): Promise<TestProcess> {
  const process = program.start({ databaseUrl, executorId });
  processes.push(process);
  await process.message<EngineProgramMessage>(({ type }) => type === 'ready');
  return process;
}

const idOf = (n: number) => `hub.operation.019f0000-0000-7000-8000-00000000000${n}`;
const began = (id: string) => (message: EngineProgramMessage) => message.type === 'step' && message.operationId === id;
const phases = async (): Promise<string[]> => (await query<{ phase: string }>(databaseUrl, 'SELECT phase FROM operations ORDER BY id')).map(({ phase }) => phase);

it('gives one place to one operation of two replicas, also when the replica that runs it is killed and the other takes over', async () => {
  const [one, two] = [await startReplica('one'), await startReplica('two')];
  const [running, waitingAtTwo, waitingAtOne] = [idOf(1), idOf(2), idOf(3)];
  one.send({ type: 'start', id: running });
  await one.message(began(running));
  two.send({ type: 'start', id: waitingAtTwo });
  await expect.poll(phases, { timeout: 60_000 }).toEqual(['RUNNING', 'QUEUED']);
  one.send({ type: 'start', id: waitingAtOne });
  await expect.poll(phases, { timeout: 60_000 }).toEqual(['RUNNING', 'QUEUED', 'QUEUED']);

  await one.kill();
  await two.message(began(running));
  // The place is still the same operation's.
  expect(await phases()).toEqual(['RUNNING', 'QUEUED', 'QUEUED']);

  two.send({ type: 'release' });
  await expect.poll(phases, { timeout: 60_000 }).toEqual(['DONE', 'DONE', 'DONE']);
  const rows = await query<{ id: string; outcome: string; attempts: number; wasAlone: boolean }>(
    databaseUrl,
    `SELECT o.id, o.outcome, s.attempts, NOT EXISTS (
       SELECT 1 FROM operations other WHERE other.id <> o.id AND other.started_at < o.finished_at AND o.started_at < other.finished_at) AS "wasAlone"
     FROM operations o JOIN operation_steps s ON s.operation_id = o.id ORDER BY o.started_at`,
  );
  expect(rows).toEqual([
    { id: running, outcome: 'SUCCEEDED', attempts: 2, wasAlone: true },
    { id: waitingAtTwo, outcome: 'SUCCEEDED', attempts: 1, wasAlone: true },
    { id: waitingAtOne, outcome: 'SUCCEEDED', attempts: 1, wasAlone: true },
  ]);
  expect(await query(databaseUrl, 'SELECT 1 FROM operation_slots')).toEqual([]);
});
