import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createOperationEngine } from './create-operation-engine.js';
import type { Journal } from './journal.js';
import { operationEventPayload } from './operation-event.js';
import type { OperationRecord } from './operation-record.js';
import { OperationStore } from './operation-store.js';
import { PostgresJournal } from './postgres-journal.js';
import { PostgresListener } from './postgres-listener.js';
import { query, RecordingLog, startScratchServer, TestProgram, type ScratchServer, type TestProcess } from './testing/index.js';
import type { EngineProgramInput, EngineProgramMessage } from './testing/engine-program.js';

const cause = { kind: 'USER', name: 'admin' };

// Starting and killing whole processes takes what the machine gives.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let server: ScratchServer;
let program: TestProgram;
let databaseUrl: string;
const processes: TestProcess[] = [];
const watchers: Watcher[] = [];

beforeAll(async () => {
  [server, program] = await Promise.all([
    startScratchServer(),
    TestProgram.build(path.join(import.meta.dirname, 'testing/engine-program.ts')),
  ]);
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
  await Promise.all(watchers.splice(0).map((watcher) => watcher.close()));
});

async function startProcess(input: Omit<EngineProgramInput, 'databaseUrl'>): Promise<TestProcess> {
  const process = program.start({ databaseUrl, ...input });
  processes.push(process);
  await process.message<EngineProgramMessage>(({ type }) => type === 'ready');
  return process;
}

/** What sees and cancels operations, and runs none: an engine here would take part in the recovery. */
async function watch(): Promise<Watcher> {
  const log = new RecordingLog();
  const pool = new pg.Pool({ connectionString: databaseUrl });
  const listener = new PostgresListener({ databaseUrl, log });
  const journal = new PostgresJournal({ pool, listener, log });
  await listener.open();
  const store = new OperationStore(pool, journal);
  const watcher: Watcher = {
    journal,
    cancel: async (id) => void (await store.requestCancel(id)),
    done: async (id) => {
      const signal = AbortSignal.timeout(200_000);
      for await (const entry of journal.subscribe({ after: 0, filter: { operationId: id }, signal })) {
        if (operationEventPayload(entry)?.phase !== 'DONE') continue;
        const record = await store.find(id);
        if (record !== undefined) return record;
      }
      throw new Error(`the operation was not DONE in time: ${JSON.stringify(await store.find(id))}`);
    },
    close: async () => {
      journal.close();
      await listener.close();
      await pool.end();
    },
  };
  watchers.push(watcher);
  return watcher;
}

interface Watcher {
  readonly journal: Journal;
  cancel(id: string): Promise<void>;
  done(id: string): Promise<OperationRecord>;
  close(): Promise<void>;
}

/** Puts an operation where the program's engine finds it when it starts. */
async function ask(id: string): Promise<void> {
  await query(
    databaseUrl,
    `INSERT INTO operations (id, kind, phase, cause_kind, cause_name, input) VALUES ($1, 'threeSteps', 'QUEUED', $2, $3, 'null')`,
    [id, cause.kind, cause.name],
  );
}

const id = 'hub.operation.019f0000-0000-7000-8000-000000000001';
const step = (name: string) => (message: EngineProgramMessage) => message.type === 'step' && message.name === name;
const stepCount = async (name: string): Promise<number> =>
  (await query<{ attempts: number }>(databaseUrl, 'SELECT attempts FROM operation_steps WHERE operation_id = $1 AND name = $2', [id, name]))[0]?.attempts ?? 0;

it('goes on after kill -9 at the step that was interrupted, with the results of those before', async () => {
  await ask(id);
  const first = await startProcess({ executorId: 'one' });
  await first.message(step('second'));
  await first.kill();

  const second = await startProcess({ executorId: 'one' });
  await second.message(step('second'));
  second.send({ type: 'release' });
  const watcher = await watch();
  expect(await watcher.done(id)).toMatchObject({ outcome: 'SUCCEEDED', progress: { bytesDone: 1000, bytesTotal: 1000 } });
  expect([await stepCount('first'), await stepCount('second'), await stepCount('third')]).toEqual([1, 2, 1]);
  const [row] = await query<{ result: string }>(databaseUrl, 'SELECT result FROM operations WHERE id = $1', [id]);
  expect(JSON.parse(row?.result ?? '')).toEqual({ token: `made by ${first.pid}` });
});

it('never lets bytes fall in the journal, although the step that runs again gets less far at first', async () => {
  await ask(id);
  const first = await startProcess({ executorId: 'one' });
  await first.message<EngineProgramMessage>(({ type }) => type === 'moved');
  const watcher = await watch();
  for await (const entry of watcher.journal.subscribe({ after: 0, filter: { operationId: id } })) {
    if (operationEventPayload(entry)?.progress.bytesDone === 600) break;
  }
  await first.kill();

  const second = await startProcess({ executorId: 'one' });
  await second.message<EngineProgramMessage>(({ type }) => type === 'moved');
  second.send({ type: 'release' });
  await watcher.done(id);
  const entries = (await watcher.journal.read({ filter: { operationId: id }, limit: 1000 })).map((entry) => operationEventPayload(entry));
  for (const figure of [
    entries.map((entry) => entry?.progress.bytesDone ?? 0),
    entries.map((entry) => entry?.parts?.[0]?.progress.bytesDone ?? 0),
    entries.map((entry) => entry?.parts?.[0]?.progress.bytesRead ?? 0),
  ]) {
    expect(figure).toEqual([...figure].sort((a, b) => a - b));
    expect(figure.at(-1)).toBe(1000);
  }
});

it('honours a cancel that came while the process was down', async () => {
  await ask(id);
  const first = await startProcess({ executorId: 'one' });
  await first.message(step('second'));
  await first.kill();
  const watcher = await watch();
  await watcher.cancel(id);

  const second = await startProcess({ executorId: 'one' });
  expect(await watcher.done(id)).toMatchObject({ outcome: 'CANCELLED' });
  await second.message(step('undo second'));
  await second.message(step('undo first'));
  expect(await stepCount('second')).toBe(1);
});

it('cancels an operation that another replica runs', async () => {
  await ask(id);
  const process = await startProcess({ executorId: 'one' });
  await process.message(step('second'));
  const watcher = await watch();
  await watcher.cancel(id);
  expect(await watcher.done(id)).toMatchObject({ outcome: 'CANCELLED' });
});

it('is interrupted, not cancelled, by a clean stop', async () => {
  await ask(id);
  const first = await startProcess({ executorId: 'one' });
  await first.message(step('second'));
  await first.kill('SIGTERM');
  const [row] = await query<{ phase: string }>(databaseUrl, 'SELECT phase FROM operations WHERE id = $1', [id]);
  expect(row?.phase).toBe('RUNNING');

  const second = await startProcess({ executorId: 'one' });
  second.send({ type: 'release' });
  const watcher = await watch();
  expect(await watcher.done(id)).toMatchObject({ outcome: 'SUCCEEDED' });
  expect(await stepCount('first')).toBe(1);
});

it('is adopted by a replica when its process is gone for good, and only then', async () => {
  await ask(id);
  const first = await startProcess({ executorId: 'one' });
  await first.message(step('second'));
  const other = await startProcess({ executorId: 'two', adoptAfterMs: 1 });
  // Long enough for a heartbeat of the other: the first is silent by its clock, but holds its lease.
  const beats = () => query<{ at: Date }>(databaseUrl, `SELECT heartbeat_at AS at FROM operation_executors WHERE id = 'two'`);
  const [before] = await beats();
  await expect.poll(async () => (await beats())[0]?.at.getTime(), { timeout: 60_000 }).toBeGreaterThan(before?.at.getTime() ?? 0);
  expect(await stepCount('second')).toBe(1);

  await first.kill();
  await other.message(step('second'));
  other.send({ type: 'release' });
  const watcher = await watch();
  expect(await watcher.done(id)).toMatchObject({ outcome: 'SUCCEEDED' });
  expect(await stepCount('second')).toBe(2);
});

it('stops its steps when it loses its lease, and goes on when it has it again', async () => {
  await ask(id);
  const process = await startProcess({ executorId: 'one' });
  await process.message(step('second'));
  await query(databaseUrl, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ocopea lease' AND datname = current_database()`);
  await process.message<EngineProgramMessage>((message) => message.type === 'step' && message.name === 'second' && message.attempt === 2);
  process.send({ type: 'release' });
  const watcher = await watch();
  expect(await watcher.done(id)).toMatchObject({ outcome: 'SUCCEEDED' });
});

it('refuses a second process with the same executor id', async () => {
  await startProcess({ executorId: 'one' });
  const second = createOperationEngine({ databaseUrl, ownerId: 'hub', executorId: 'one', log: new RecordingLog(), definitions: [] });
  await expect(second).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('runs already in another process') });
});
