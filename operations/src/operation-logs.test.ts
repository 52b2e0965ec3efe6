import { brokerUnavailable } from '@ocopea/graph';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOperationEngine } from './create-operation-engine.js';
import { defineOperation, type StepContext } from './define-operation.js';
import { MOST_LOG_CHARACTERS, MOST_LOG_LINES, type LogLine } from './log-line.js';
import type { OperationEngine } from './operation-engine.js';
import { query, RecordingLog, startScratchServer, type ScratchServer } from './testing/index.js';

const cause = { kind: 'USER', name: 'admin' };
const within = { deadlineMs: 50_000 };

let server: ScratchServer;
let databaseUrl: string;
let engine: OperationEngine;
/** The body of the one step, as each test wants it. */
let body: (step: StepContext) => Promise<void>;

const work = defineOperation<null, void>({
  kind: 'work',
  run: async (operation) => {
    await operation.step('work', (step) => body(step), { retry: { delayMs: 1 } });
    operation.warn('half of it is blue');
  },
});

beforeAll(async () => {
  server = await startScratchServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  databaseUrl = await server.database();
  await open();
});
afterEach(() => engine.close());

async function open(): Promise<void> {
  engine = await createOperationEngine({ databaseUrl, ownerId: 'hub', executorId: 'one', log: new RecordingLog(), definitions: [work] });
}

const start = async (): Promise<string> => (await engine.start(work, null, { cause })).id;

async function all(id: string, after = 0): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of engine.followLog(id, { after })) lines.push(line);
  return lines;
}

describe('the log of an operation', () => {
  it('says what was done, what failed and was tried again, and how it ended', async () => {
    body = async ({ attempt, log }) => {
      log(`attempt ${attempt} reads 7 tables`);
      if (attempt === 1) throw brokerUnavailable('the broker of "db"');
    };
    const id = await start();
    await engine.wait(id, within);
    const lines = await all(id);
    expect(lines.map(({ level, step, message }) => [level, step, message])).toEqual([
      ['INFO', null, 'began'],
      ['INFO', 'work', 'begun'],
      ['INFO', 'work', 'attempt 1 reads 7 tables'],
      ['WARNING', 'work', expect.stringMatching(/^failed, and is tried again in \d\.\d s: .*db.*\(BROKER_UNAVAILABLE\)$/)],
      ['INFO', 'work', 'attempt 2 reads 7 tables'],
      ['INFO', 'work', expect.stringMatching(/^done after \d+\.\d s$/)],
      ['WARNING', null, 'half of it is blue'],
      ['INFO', null, 'ended: succeeded'],
    ]);
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    expect(lines.map(({ isLast }) => isLast)).toEqual([...lines.slice(1).map(() => false), true]);
    expect(await engine.countLog(id)).toBe(lines.length);
  });

  it('comes while the operation runs, goes on behind a line after a restart of the process, and ends with it', async () => {
    let goOn = (): void => undefined;
    body = async ({ log, signal }) => {
      log('it waits');
      await new Promise<void>((resolve, reject) => {
        goOn = resolve;
        signal.addEventListener('abort', () => reject(new Error('told to stop')), { once: true });
      });
    };
    const id = await start();
    const seen: LogLine[] = [];
    for await (const line of engine.followLog(id, { after: 0 })) {
      seen.push(line);
      if (line.message === 'it waits') break;
    }
    expect((await engine.get(id)).phase).toBe('RUNNING');
    await engine.close();
    body = async ({ log }) => log('it goes on');
    await open();
    await engine.wait(id, within);
    goOn();
    const rest = await all(id, seen.at(-1)!.seq);
    expect(rest.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^interrupted after/),
      'begun again, for the 2. time',
      'it goes on',
      expect.stringMatching(/^done after/),
      'half of it is blue',
      'ended: succeeded',
    ]);
    expect(rest[0]!.seq).toBe(seen.at(-1)!.seq + 1);
  });

  it('ends for who leaves, aborts, or asks of an operation that is not there', async () => {
    let goOn = (): void => undefined;
    body = () => new Promise<void>((resolve) => (goOn = resolve));
    const id = await start();
    const left = engine.followLog(id, { after: 1_000 });
    const waiting = left.next();
    await left.return?.();
    expect(await waiting).toMatchObject({ done: true });
    expect(await engine.followLog(id, { after: 0, signal: AbortSignal.abort() }).next()).toMatchObject({ done: true });
    expect(await all('hub.operation.019f0000-0000-7000-8000-000000000001')).toEqual([]);
    await expect.poll(async () => (await engine.steps([id]))[0]?.length, { timeout: 50_000 }).toBe(1);
    goOn();
    await engine.wait(id, within);
  });

  it('is bounded: in lines at once, in lines kept and in characters, and says what is missing', async () => {
    body = async ({ log }) => {
      for (let n = 0; n < 1_000; n++) log('x'.repeat(2_000));
    };
    const id = await start();
    await engine.wait(id, within);
    const lines = await all(id);
    expect(lines.length).toBeLessThan(300);
    expect(Math.max(...lines.map(({ message }) => message.length))).toBe(MOST_LOG_CHARACTERS);
    expect(lines.map(({ message }) => message)).toContainEqual(expect.stringMatching(/^\d+ lines came too fast and are left out$/));

    await query(databaseUrl, `INSERT INTO operation_logs SELECT $1, n, now(), 'INFO', NULL, 'old' FROM generate_series(1000, 7000) AS n`, [id]);
    await query(databaseUrl, 'UPDATE operations SET log_head = 7000 WHERE id = $1', [id]);
    body = async () => undefined;
    const other = await start();
    await engine.wait(other, within);
    await query(databaseUrl, `UPDATE operations SET phase = 'RUNNING', outcome = NULL WHERE id = $1`, [id]);
    await engine.cancel(id);
    expect(await engine.countLog(id)).toBe(MOST_LOG_LINES);
    const [first, second] = [await engine.readLog(id, { limit: 2 }), engine.followLog(id, { after: 10 })];
    expect((await second.next()).value).toMatchObject({ level: 'WARNING', message: `${first[0]!.seq - 11} earlier lines are not kept any more` });
    await second.return?.();
    await query(databaseUrl, `UPDATE operations SET phase = 'DONE', outcome = 'FAILED' WHERE id = $1`, [id]);
  });

  it('has no secret in it', async () => {
    body = async ({ log }) => log('connecting to postgres://admin:hunter2@db.internal:5432/app with token=s3cr3t');
    const id = await start();
    await engine.wait(id, within);
    expect(await query(databaseUrl, 'SELECT message FROM operation_logs WHERE message ~ $1', ['hunter2|s3cr3t'])).toEqual([]);
    expect((await all(id)).map(({ message }) => message)).toContain('connecting to postgres://***@db.internal:5432/app with token=***');
  });
});
