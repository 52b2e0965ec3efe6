import { brokerUnavailable, conflict } from '@ocopea/graph';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOperationEngine } from './create-operation-engine.js';
import { defineOperation, type AnyOperationDefinition } from './define-operation.js';
import type { OperationEngine } from './operation-engine.js';
import { query, RecordingLog, startScratchServer, type ScratchServer } from './testing/index.js';

const cause = { kind: 'USER', name: 'admin' };
const within = { deadlineMs: 50_000 };

let server: ScratchServer;
let databaseUrl: string;
let engine: OperationEngine;
let log: RecordingLog;

beforeAll(async () => {
  server = await startScratchServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  databaseUrl = await server.database();
  log = new RecordingLog();
});
afterEach(() => engine.close());

async function start(...definitions: AnyOperationDefinition[]): Promise<void> {
  engine = await createOperationEngine({ databaseUrl, ownerId: 'hub', executorId: 'one', log, definitions });
}

/** Resolves when `open` is called. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Ends when the signal says so, as every body must. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('told to stop')), { once: true });
  });
}

describe('an operation that goes well', () => {
  const add = defineOperation<{ a: number; b: number }, { sum: number }>({
    kind: 'add',
    run: async (operation) => {
      const sum = await operation.step('add', async ({ progress }) => {
        progress({ bytesDone: 10, bytesTotal: 20, itemsDone: 1, itemsTotal: 1 });
        return operation.input.a + operation.input.b;
      });
      operation.subject('hub.copy.019f0000-0000-7000-8000-000000000001');
      return { sum };
    },
  });

  it('is DONE and SUCCEEDED, with its result, its steps and all of its bytes', async () => {
    await start(add);
    const asked = await engine.start(add, { a: 2, b: 3 }, { cause });
    expect(asked).toMatchObject({ kind: 'add', phase: 'QUEUED', outcome: null, cause });

    const done = await engine.wait(asked.id, within);
    expect(done).toMatchObject({
      phase: 'DONE',
      outcome: 'SUCCEEDED',
      error: null,
      subjectId: 'hub.copy.019f0000-0000-7000-8000-000000000001',
      progress: { bytesDone: 10, bytesTotal: 10, itemsDone: 1, itemsTotal: 1, etaSeconds: null },
    });
    expect(done.finishedAt).toBeInstanceOf(Date);
    expect(await engine.result(asked.id)).toEqual({ sum: 5 });
    const [steps] = await engine.steps([asked.id]);
    expect(steps).toMatchObject([{ name: 'add', phase: 'DONE', attempts: 1, progress: { bytesDone: 10, bytesTotal: 20 } }]);
  });

  it('tells the journal of every change, and last that it is DONE', async () => {
    await start(add);
    const { id } = await engine.start(add, { a: 1, b: 1 }, { cause });
    await engine.wait(id, within);
    const entries = await engine.journal.read({ filter: { operationId: id } });
    const phases = entries.map(({ payload }) => (payload as { phase: string }).phase);
    expect(phases[0]).toBe('QUEUED');
    expect(phases).toContain('RUNNING');
    expect(phases.slice(-2)).toEqual(['FINISHING', 'DONE']);
    expect(entries.at(-1)?.payload).toMatchObject({ outcome: 'SUCCEEDED', progress: { bytesDone: 10, bytesTotal: 10 } });
  });

  it('is started once for one idempotency key, however often it is asked for at once', async () => {
    await start(add);
    const asked = await Promise.all(
      [1, 2, 3, 4, 5].map((b) => engine.start(add, { a: 1, b }, { cause, idempotencyKey: 'the same' })),
    );
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    const other = await engine.start(add, { a: 1, b: 1 }, { cause, idempotencyKey: 'another' });
    expect(other.id).not.toBe(asked[0]?.id);
  });

  it('appears together with what belongs to it, or not at all', async () => {
    await start(add);
    const refused = engine.start(add, { a: 1, b: 1 }, {
      cause,
      within: async (transaction) => {
        await transaction.query(`INSERT INTO registered_sites (id, url, name, location_label, version, public_key) VALUES ('x', '', '', '', '', '')`);
        throw conflict('no');
      },
    });
    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await query(databaseUrl, 'SELECT 1 FROM operations')).toEqual([]);
    expect(await query(databaseUrl, 'SELECT 1 FROM registered_sites')).toEqual([]);
  });

  it('keeps inputs and results unreadable when there is a secret box', async () => {
    const reversed = (text: string): string => [...text].toReversed().join('');
    const box = { seal: (text: string, context: string) => reversed(`${context}|${text}`), open: (text: string, context: string) => reversed(text).slice(context.length + 1) };
    engine = await createOperationEngine({ databaseUrl, ownerId: 'hub', executorId: 'one', log, definitions: [echo], secretBox: box });
    const { id } = await engine.start(echo, { said: 'open sesame' }, { cause });
    await engine.wait(id, within);
    expect(await engine.result(id)).toEqual({ said: 'open sesame' });
    const [row] = await query<{ text: string }>(
      databaseUrl,
      `SELECT (SELECT string_agg(o::text, '') FROM operations o) || (SELECT string_agg(s::text, '') FROM dbos.operation_outputs s)
         || (SELECT string_agg(w::text, '') FROM dbos.workflow_status w) AS text`,
    );
    expect(row?.text).toContain(reversed('open sesame'));
    expect(row?.text).not.toContain('open sesame');
  });

  const echo = defineOperation<{ said: string }, { said: string }>({
    kind: 'echo',
    run: async (operation) => operation.step('echo', async () => operation.input),
  });
});

describe('an operation that fails', () => {
  it('undoes its steps in reverse, the failed one too, and says what it could not undo', async () => {
    const undone: string[] = [];
    const undo = (name: string) => async (): Promise<void> => void undone.push(name);
    const fail = defineOperation({
      kind: 'fail',
      run: async (operation) => {
        await operation.step('one', async () => undefined, { undo: undo('one') });
        await operation.step('two', async () => undefined, {
          undo: async () => {
            throw conflict('two is held by somebody');
          },
        });
        await operation.step('three', async () => {
          throw conflict('there is no room');
        }, { undo: undo('three') });
        await operation.step('four', async () => undefined, { undo: undo('four') });
      },
    });
    await start(fail);
    const { id } = await engine.start(fail, null, { cause });
    const done = await engine.wait(id, within);
    expect(done).toMatchObject({ phase: 'DONE', outcome: 'FAILED', error: { code: 'CONFLICT', message: 'there is no room' } });
    expect(undone).toEqual(['three', 'one']);
    expect(done.warnings).toEqual([expect.stringMatching(/"two" could not be undone.*two is held by somebody/)]);
    const [steps] = await engine.steps([id]);
    expect(steps?.map(({ name, phase }) => [name, phase])).toEqual([['one', 'UNDONE'], ['two', 'DONE'], ['three', 'UNDONE']]);
  });

  it('shows an unexpected error as INTERNAL with a number that the log has', async () => {
    const leak = defineOperation({
      kind: 'leak',
      run: async (operation) => operation.step('leak', async () => {
        throw new Error('password=hunter2');
      }),
    });
    await start(leak);
    const { id } = await engine.start(leak, null, { cause });
    const { error } = await engine.wait(id, within);
    expect(error?.code).toBe('INTERNAL');
    expect(error?.message).not.toContain('hunter2');
    const number = error?.message.split(' ').at(-1);
    expect(log.entries.filter(({ fields }) => (fields as { correlationId?: string }).correlationId === number)).toHaveLength(1);
  });

  it('tries a step again when the error says that this may help, and only then', async () => {
    let retryable = 0;
    let terminal = 0;
    const flaky = defineOperation({
      kind: 'flaky',
      run: async (operation) => {
        await operation.step('retryable', async ({ attempt }) => {
          retryable++;
          if (attempt < 3) throw brokerUnavailable('psb');
        }, { retry: { attempts: 3, delayMs: 1 } });
        await operation.step('terminal', async () => {
          terminal++;
          throw conflict('never');
        }, { retry: { attempts: 3, delayMs: 1 } });
      },
    });
    await start(flaky);
    const { id } = await engine.start(flaky, null, { cause });
    const done = await engine.wait(id, within);
    expect([retryable, terminal, done.outcome]).toEqual([3, 1, 'FAILED']);
    const [steps] = await engine.steps([id]);
    expect(steps?.map(({ attempts }) => attempts)).toEqual([3, 1]);
  });

  it('fails with DEADLINE_EXCEEDED when a step takes longer than it may', async () => {
    const slow = defineOperation({
      kind: 'slow',
      run: async (operation) => operation.step('slow', ({ signal }) => aborted(signal), { deadlineMs: 50 }),
    });
    await start(slow);
    const { id } = await engine.start(slow, null, { cause });
    const done = await engine.wait(id, within);
    expect(done).toMatchObject({ outcome: 'FAILED', error: { code: 'DEADLINE_EXCEEDED', message: expect.stringContaining('50 ms') } });
  });

  it('can be retried: a new operation with the same input, which names the first', async () => {
    let broken = true;
    const mend = defineOperation<{ n: number }, number>({
      kind: 'mend',
      run: async (operation) => operation.step('mend', async () => {
        if (broken) throw conflict('broken');
        return operation.input.n;
      }),
      beforeRetry: async (input) => ({ n: input.n + 1 }),
    });
    await start(mend);
    const first = await engine.start(mend, { n: 7 }, { cause, claims: ['thing'] });
    await expect(engine.retry(first.id, { cause })).rejects.toMatchObject({ code: 'OPERATION_NOT_RETRYABLE' });
    await engine.wait(first.id, within);
    broken = false;
    const second = await engine.retry(first.id, { cause });
    expect(second).toMatchObject({ kind: 'mend', retryOf: first.id });
    expect(await engine.wait(second.id, within)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await engine.result(second.id)).toBe(8);
    await expect(engine.retry(second.id, { cause })).rejects.toMatchObject({ code: 'OPERATION_NOT_RETRYABLE' });
  });
});

describe('a cancelled operation', () => {
  it('aborts the running step, undoes what was begun and is CANCELLED', async () => {
    const begun = gate();
    const undone: string[] = [];
    const settled: string[] = [];
    const long = defineOperation({
      kind: 'long',
      run: async (operation) => {
        await operation.step('one', async () => undefined, { undo: async () => void undone.push('one') });
        await operation.step('two', async ({ signal }) => {
          begun.open();
          await aborted(signal);
        }, { undo: async () => void undone.push('two') });
      },
      settle: async ({ outcome }) => void settled.push(outcome),
    });
    await start(long);
    const { id } = await engine.start(long, null, { cause });
    await begun.opened;
    const asked = await engine.cancel(id);
    expect(asked.cancelRequestedAt).toBeInstanceOf(Date);
    const done = await engine.wait(id, within);
    expect(done).toMatchObject({ phase: 'DONE', outcome: 'CANCELLED', error: { code: 'CANCELLED' } });
    expect(undone).toEqual(['two', 'one']);
    expect(settled).toEqual(['CANCELLED']);
    await expect(engine.cancel(id)).rejects.toMatchObject({ code: 'OPERATION_NOT_CANCELLABLE', message: expect.stringContaining('DONE') });
  });

  it('is refused while it is FINISHING', async () => {
    const undoing = gate();
    const goOn = gate();
    const fail = defineOperation({
      kind: 'fail',
      run: async (operation) => operation.step('one', async () => {
        throw conflict('no');
      }, {
        undo: async () => {
          undoing.open();
          await goOn.opened;
        },
      }),
    });
    await start(fail);
    const { id } = await engine.start(fail, null, { cause });
    await undoing.opened;
    await expect(engine.cancel(id)).rejects.toMatchObject({ code: 'OPERATION_NOT_CANCELLABLE', message: expect.stringContaining('FINISHING') });
    goOn.open();
    expect(await engine.wait(id, within)).toMatchObject({ outcome: 'FAILED' });
  });

  it('never begins when it still waits for its turn', async () => {
    const first = gate();
    const ran: number[] = [];
    const settled: string[] = [];
    const one = defineOperation<{ n: number }, void>({
      kind: 'one',
      takesPlaceAt: () => ['oslo'],
      run: async (operation) => operation.step('run', async () => {
        ran.push(operation.input.n);
        await first.opened;
      }),
      settle: async ({ input, outcome }) => void settled.push(`${input.n} ${outcome}`),
    });
    engine = await createOperationEngine({ databaseUrl, ownerId: 'hub', executorId: 'one', log, definitions: [one], placesAt: () => 1 });
    const [a, b, c] = [await engine.start(one, { n: 1 }, { cause }), await engine.start(one, { n: 2 }, { cause }), await engine.start(one, { n: 3 }, { cause })];
    await engine.cancel(b.id);
    expect(await engine.wait(b.id, within)).toMatchObject({ outcome: 'CANCELLED', startedAt: null });
    expect(await engine.get(c.id)).toMatchObject({ phase: 'QUEUED' });
    first.open();
    expect(await engine.wait(a.id, within)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await engine.wait(c.id, within)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(ran).toEqual([1, 3]);
    expect(settled).toEqual(['2 CANCELLED', '1 SUCCEEDED', '3 SUCCEEDED']);
  });
});

describe('the engine', () => {
  const hold = gate();
  const holds = defineOperation({
    kind: 'holds',
    run: async (operation) => {
      operation.warn('half of it is blue');
      await operation.step('hold', async () => hold.opened);
    },
  });

  it('gives a claimed thing to one operation at a time and names who has it', async () => {
    await start(holds);
    const first = await engine.start(holds, null, { cause, claims: ['app 1', 'copy 2'] });
    const second = engine.start(holds, null, { cause, claims: ['copy 2', 'app 3'] });
    await expect(second).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(first.id), details: { operationId: first.id } });
    expect(await query(databaseUrl, 'SELECT 1 FROM operations')).toHaveLength(1);
    hold.open();
    expect(await engine.wait(first.id, within)).toMatchObject({ outcome: 'SUCCEEDED_WITH_WARNINGS', warnings: ['half of it is blue'] });
    const third = await engine.start(holds, null, { cause, claims: ['copy 2', 'app 3'] });
    await engine.wait(third.id, within);
  });

  it('says what is wrong with an unknown kind or operation', async () => {
    await start(holds);
    await expect(engine.start('nothing', null, { cause })).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('nothing') });
    await expect(engine.cancel('hub.operation.019f0000-0000-7000-8000-000000000001')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(engine.retry('hub.operation.019f0000-0000-7000-8000-000000000001', { cause })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stops waiting for an operation at the deadline, and the operation goes on', async () => {
    const goOn = gate();
    const patient = defineOperation({ kind: 'patient', run: async (operation) => operation.step('wait', () => goOn.opened) });
    await start(patient);
    const { id } = await engine.start(patient, null, { cause });
    await expect(engine.wait(id, { deadlineMs: 50 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    goOn.open();
    expect(await engine.wait(id, within)).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('refuses a second one in the same process, and a second process with the same executor id is refused by the lease', async () => {
    await start(holds);
    await expect(
      createOperationEngine({ databaseUrl, ownerId: 'hub', executorId: 'two', log, definitions: [] }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(engine.ready()).toEqual({ ok: true });
  });

  it('gets over a restart of its database in the middle of a step', async () => {
    const begun = gate();
    const goOn = gate();
    const long = defineOperation({
      kind: 'long',
      run: async (operation) => {
        await operation.step('one', async () => {
          begun.open();
          await goOn.opened;
        });
        return 'done';
      },
    });
    await start(long);
    const { id } = await engine.start(long, null, { cause });
    await begun.opened;
    await server.restart();
    goOn.open();
    await expect
      .poll(async () => (await query<{ outcome: string }>(databaseUrl, 'SELECT outcome FROM operations WHERE id = $1', [id]))[0]?.outcome, { timeout: 30_000 })
      .toBe('SUCCEEDED');
  });
});
