import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import {
  badInput,
  cancelled,
  conflict,
  deadlineExceeded,
  newId,
  notFound,
  operationNotCancellable,
  operationNotResumable,
  operationNotRetryable,
  requireId,
  shuttingDown,
  type ConnectionPage,
} from '@ocopea/graph';
import type { AnyOperationDefinition } from './define-operation.js';
import { DurableRuntime } from './durable-runtime.js';
import { ExecutorLease, withDeadExecutors } from './executor-lease.js';
import { recordFailure } from './failure.js';
import type { Journal } from './journal.js';
import type { Json } from './json.js';
import type { LogLine } from './log-line.js';
import { LOG_CHANNEL, OperationLogStore, type LogRange } from './operation-log-store.js';
import { OperationControl } from './operation-control.js';
import {
  RetryStart,
  type OperationEngine,
  type OperationEngineOptions,
  type OperationListFilter,
  type OperationSnapshot,
  type StartOptions,
  type WaitOptions,
} from './operation-engine.js';
import { OperationList } from './operation-list.js';
import { OperationOutcome, OperationPhase, type OperationCause, type OperationRecord, type StepRecord } from './operation-record.js';
import { OperationQueue, QUEUE_CHANNEL } from './operation-queue.js';
import { OperationRun } from './operation-run.js';
import { CANCEL_CHANNEL, OperationStore, type KeptStep } from './operation-store.js';
import type { PostgresJournal } from './postgres-journal.js';
import type { PostgresListener } from './postgres-listener.js';
import { Sealer } from './sealer.js';
import { recordOperation, type NewOperation } from './start-operation.js';

const DEFAULT_STEP_DEADLINE_MS = 60 * 60 * 1000;
const DEFAULT_QUEUE_DEADLINE_MS = 24 * 60 * 60 * 1000;
/** With a heartbeat every 2 s to look, and a second for the library to take it up, an operation goes on within 15 s of a death. */
const DEFAULT_ADOPT_AFTER_MS = 10_000;
/** A start that was recorded and got no further, since its process died in between, is taken up after this long. */
const FORGOTTEN_AFTER_MS = 10_000;
/** What a step has done this long ago is done again by a retry: what it has found may have changed. */
const STEPS_KEPT_MS = 24 * 60 * 60 * 1000;
/** How long closing waits for steps that were told to stop. */
const CLOSE_GRACE_MS = 10_000;
/** The journal is pruned with every so manyth heartbeat: once a minute. */
const PRUNE_EVERY_BEATS = 30;

export interface DurableOperationEngineOptions extends OperationEngineOptions {
  readonly pool: pg.Pool;
  readonly listener: PostgresListener;
  readonly postgresJournal: PostgresJournal;
}

/** {@link OperationEngine} on DBOS and the tables of `operations.prisma`. */
export class DurableOperationEngine implements OperationEngine {
  readonly ownerId: string;
  readonly journal: Journal;
  readonly #definitions: ReadonlyMap<string, AnyOperationDefinition>;
  readonly #queue: OperationQueue;
  readonly #running = new Map<string, { readonly control: OperationControl; readonly ended: Promise<void> }>();
  readonly #store: OperationStore;
  readonly #list: OperationList;
  readonly #logs: OperationLogStore;
  readonly #sealer: Sealer;
  readonly #lease: ExecutorLease;
  #runtime: DurableRuntime | undefined;
  #state: 'starting' | 'running' | 'fenced' | 'closed' = 'starting';
  #begin = (): void => undefined;
  readonly #begun = new Promise<void>((resolve) => (this.#begin = resolve));
  #beats = 0;
  #chores: Promise<void> | undefined;

  constructor(private readonly options: DurableOperationEngineOptions) {
    this.ownerId = options.ownerId;
    this.journal = options.postgresJournal;
    this.#definitions = new Map(options.definitions.map((definition) => [definition.kind, definition]));
    this.#queue = new OperationQueue({
      pool: options.pool,
      journal: this.journal,
      limitOf: options.placesAt ?? (() => Infinity),
      deadlineMs: options.queueDeadlineMs ?? DEFAULT_QUEUE_DEADLINE_MS,
      log: options.log,
    });
    this.#store = new OperationStore(options.pool, this.journal);
    this.#list = new OperationList(options.pool);
    this.#logs = new OperationLogStore(options.pool);
    this.#sealer = new Sealer(options.secretBox);
    this.#lease = new ExecutorLease({
      databaseUrl: options.databaseUrl,
      executorId: options.executorId,
      log: options.log,
      onBeat: () => this.#onBeat(),
      onLost: () => void this.#onLeaseLost(),
    });
  }

  async open(): Promise<void> {
    const { databaseUrl, executorId, log, listener } = this.options;
    if (DurableRuntime.isTaken()) throw conflict('this process runs an operation engine already; close that one first');
    await this.#lease.acquire();
    listener.on(CANCEL_CHANNEL, (id) => void this.#onCancelNotice(id));
    listener.on(QUEUE_CHANNEL, () => this.#queue.wake());
    listener.on(LOG_CHANNEL, (id) => this.#logs.wake(id));
    await listener.open();
    this.#runtime = new DurableRuntime({ databaseUrl, executorId, log, run: (id) => this.#run(id) });
    this.#state = 'running';
    await this.#runtime.launch();
    await this.#takeUpForgotten(0);
  }

  /** Lets operations run that were resumed or started before. */
  beginWork(): void {
    this.#begin();
  }

  async start(definition: { readonly kind: string } | string, input: Json, options: StartOptions): Promise<OperationRecord> {
    const kind = typeof definition === 'string' ? definition : definition.kind;
    const known = this.#definitions.get(kind);
    if (known === undefined) throw badInput('kind', `there is no operation "${kind}" here`);
    if (options.id !== undefined) requireId(options.id, 'operation');
    const id = options.id ?? newId(this.ownerId, 'operation');
    return this.#startRecorded({ ...options, id, kind, input: this.#sealer.seal(input, id), places: known.takesPlaceAt?.(input) ?? [] });
  }

  claim(id: string, key: string): Promise<boolean> {
    return this.#store.claim(id, key);
  }

  release(id: string, key: string): Promise<void> {
    return this.#store.release(id, key);
  }

  async cancel(id: string): Promise<OperationRecord> {
    const record = await this.#store.requestCancel(id);
    if (record !== undefined) return record;
    throw operationNotCancellable(id, (await this.get(id)).phase);
  }

  async retry(id: string, options: { readonly cause: OperationCause; readonly from?: RetryStart }): Promise<OperationRecord> {
    const kept = await this.#store.kept(id);
    if (kept === undefined) throw notFound('operation', id);
    const { record } = kept;
    if (record.outcome !== OperationOutcome.Failed && record.outcome !== OperationOutcome.Cancelled) {
      throw operationNotRetryable(id, record.outcome ?? record.phase);
    }
    const definition = this.#definitions.get(record.kind);
    const doneBefore = await this.#doneBefore(record, options.from);
    const newOperationId = newId(this.ownerId, 'operation');
    let input = this.#sealer.open(kept.input, id) ?? null;
    return this.#startRecorded({
      id: newOperationId,
      kind: record.kind,
      cause: options.cause,
      input: this.#sealer.seal(input, newOperationId),
      retryOf: id,
      claims: kept.claimed,
      places: definition?.takesPlaceAt?.(input) ?? [],
      ...(record.subjectId === null ? {} : { subjectId: record.subjectId }),
      within: async (transaction) => {
        const steps = doneBefore.map(({ name, result }) => ({ name, result: this.#sealer.seal(this.#sealer.open(result, id), newOperationId) }));
        await this.#store.takeOverSteps(transaction, { from: id, to: newOperationId, steps });
        if (definition?.beforeRetry === undefined) return;
        input = (await definition.beforeRetry(input, { operationId: newOperationId, transaction })) as Json;
        await transaction.query('UPDATE operations SET input = $2 WHERE id = $1', [
          newOperationId,
          this.#sealer.seal(input, newOperationId),
        ]);
      },
    });
  }

  /** Steps that a retry need not do again. @throws OPERATION_NOT_RESUMABLE when it was asked to begin with the failed step, and cannot */
  async #doneBefore({ id, kind }: OperationRecord, from: RetryStart | undefined): Promise<readonly KeptStep[]> {
    const mustKeep = from === RetryStart.FailedStep;
    if (this.#definitions.get(kind)?.keepsSteps !== true) {
      if (mustKeep) throw operationNotResumable(id, `what the steps of ${kind} have done is undone, or has to be done again, when it does not come to its end`);
      return [];
    }
    if (from === RetryStart.Start) return [];
    const steps = await this.#store.stepsDone(id, STEPS_KEPT_MS);
    if (mustKeep && steps.length === 0) throw operationNotResumable(id, 'none of its steps was done in the last day');
    return steps;
  }

  async get(id: string): Promise<OperationRecord> {
    const record = await this.find(id);
    if (record === undefined) throw notFound('operation', id);
    return record;
  }

  find(id: string): Promise<OperationRecord | undefined> {
    return this.#store.find(id);
  }

  findMany(ids: readonly string[]): Promise<readonly (OperationRecord | undefined)[]> {
    return this.#list.findMany(ids);
  }

  page(page: ConnectionPage, filter: OperationListFilter = {}): Promise<readonly OperationRecord[]> {
    return this.#list.page(page, filter);
  }

  count(filter: OperationListFilter = {}): Promise<number> {
    return this.#list.count(filter);
  }

  snapshot(filter: { readonly operationId?: string; readonly isUnfinished?: boolean }): Promise<OperationSnapshot> {
    return this.#list.snapshot(filter);
  }

  steps(ids: readonly string[]): Promise<readonly (readonly StepRecord[])[]> {
    return this.#list.steps(ids);
  }

  readLog(id: string, range: LogRange): Promise<readonly LogLine[]> {
    return this.#logs.read(id, range);
  }

  countLog(id: string): Promise<number> {
    return this.#logs.count(id);
  }

  followLog(id: string, { after, signal }: { readonly after: number; readonly signal?: AbortSignal }): AsyncIterableIterator<LogLine> {
    return this.#logs.follow(id, after, signal);
  }

  async result(id: string): Promise<Json | undefined> {
    const kept = await this.#store.kept(id);
    if (kept === undefined) throw notFound('operation', id);
    const { outcome, phase } = kept.record;
    if (outcome !== OperationOutcome.Succeeded && outcome !== OperationOutcome.SucceededWithWarnings) {
      throw conflict(`operation "${id}" has no result: it is ${outcome ?? phase}`);
    }
    return kept.result === null ? undefined : this.#sealer.open(kept.result, id);
  }

  async wait(id: string, { deadlineMs, signal }: WaitOptions): Promise<OperationRecord> {
    const deadline = AbortSignal.timeout(deadlineMs);
    const stop = new AbortController();
    const onStop = (): void => stop.abort();
    for (const source of [deadline, signal]) source?.addEventListener('abort', onStop, { once: true });
    try {
      // The place in the journal comes first: an end between the two reads is then an entry after it.
      const after = await this.journal.head();
      let record = await this.get(id);
      const entries = this.journal.subscribe({ after, filter: { operationId: id }, signal: stop.signal });
      if (signal?.aborted === true) stop.abort();
      while (record.phase !== OperationPhase.Done) {
        if ((await entries.next()).done === true) throw this.#whyWaitEnded(id, deadline.aborted ? deadlineMs : undefined, signal);
        record = await this.get(id);
      }
      return record;
    } finally {
      stop.abort();
      for (const source of [deadline, signal]) source?.removeEventListener('abort', onStop);
    }
  }

  ready(): { readonly ok: boolean; readonly reason?: string } {
    if (this.#state === 'running') return { ok: true };
    return { ok: false, reason: this.#state === 'fenced' ? 'the operation engine has lost its lease in the database' : `the operation engine is ${this.#state}` };
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#begin();
    await this.#interruptAll(CLOSE_GRACE_MS);
    await this.#chores;
    await this.#runtime?.close();
    this.options.postgresJournal.close();
    this.#logs.close();
    await this.options.listener.close();
    await this.#lease.release();
    await this.options.pool.end();
  }

  async #startRecorded(operation: NewOperation): Promise<OperationRecord> {
    if (this.#state === 'closed') throw shuttingDown();
    const record = await recordOperation(this.options.pool, this.journal, operation);
    // Also for one that was seen before: its first start may have died between the record and this.
    if (record.phase === OperationPhase.Queued) await this.#launch(record.id);
    return record;
  }

  /** What is not taken up now, since the lease or the database is away, is taken up with a later heartbeat. */
  async #launch(id: string): Promise<void> {
    if (this.#state !== 'running') return;
    try {
      await this.#runtime?.start(id);
    } catch (error) {
      this.options.log.warn({ operationId: id, err: error }, 'an operation could not be begun; trying again soon');
    }
  }

  /** The durable workflow: runs an operation, or goes on with it, until it is DONE or this process must leave it. */
  async #run(id: string): Promise<void> {
    const control = new OperationControl(id);
    if (this.#state !== 'running') control.stop('interrupt');
    let end = (): void => undefined;
    this.#running.set(id, { control, ended: new Promise((resolve) => (end = resolve)) });
    try {
      await this.#begun;
      await this.#runToItsEnd(id, control);
    } catch (error) {
      if (this.#runtime?.isInterruption(error) === true) throw error;
      if (control.isInterrupted) throw this.#runtime?.interruption(id);
      await this.#giveUp(id, error);
    } finally {
      this.#running.delete(id);
      end();
    }
  }

  async #runToItsEnd(id: string, control: OperationControl): Promise<void> {
    const { log, stepDeadlineMs = DEFAULT_STEP_DEADLINE_MS, queueDeadlineMs = DEFAULT_QUEUE_DEADLINE_MS } = this.options;
    const begun = await this.#store.load(id);
    if (begun === undefined || begun.record.phase === OperationPhase.Done) return;
    const definition = this.#definitions.get(begun.record.kind);
    if (definition === undefined) throw badInput('kind', `there is no operation "${begun.record.kind}" here any more`);
    // A cancel from before this process began is found here; a later one comes by notification.
    if (begun.record.cancelRequestedAt !== null) control.stop('cancel');
    const { runtime, store, sealer } = { runtime: this.#runtime!, store: this.#store, sealer: this.#sealer };
    const admission = () => this.#queue.enter(id, control);
    await new OperationRun({ begun, definition, control, runtime, store, sealer, log, stepDeadlineMs, admission, queueDeadlineMs }).run();
  }

  /** A defect in the engine or a definition that changed under a running operation: nothing is known of what it made. */
  async #giveUp(id: string, error: unknown): Promise<void> {
    const failure = recordFailure(error, this.options.log, { operationId: id });
    await this.#store.warn(id, 'it stopped in the middle; what it made so far was not undone');
    await this.#store.decide(id, { outcome: 'FAILED', error: { code: failure.code, message: failure.message } });
    await this.#store.finish(id, OperationOutcome.Failed);
  }

  async #onCancelNotice(id: string | undefined): Promise<void> {
    if (id !== undefined) {
      this.#running.get(id)?.control.stop('cancel');
      return;
    }
    try {
      for (const missed of await this.#store.cancelRequestedOf([...this.#running.keys()])) {
        this.#running.get(missed)?.control.stop('cancel');
      }
    } catch (error) {
      this.options.log.warn({ err: error }, 'looking for cancelled operations failed');
    }
  }

  #onBeat(): void {
    if (this.#state !== 'running') return;
    this.#chores ??= this.#doChores().finally(() => {
      this.#chores = undefined;
    });
  }

  async #doChores(): Promise<void> {
    this.#queue.wake();
    const { databaseUrl, log, postgresJournal, adoptAfterMs = DEFAULT_ADOPT_AFTER_MS } = this.options;
    try {
      await this.#takeUpForgotten(FORGOTTEN_AFTER_MS);
      await withDeadExecutors(databaseUrl, adoptAfterMs, async (executorId) => {
        const adopted = (await this.#runtime?.adopt(executorId)) ?? [];
        log.info({ executorId, operations: adopted.length }, 'adopted the operations of a process that is gone');
      });
      if (this.#beats++ % PRUNE_EVERY_BEATS === 0) await postgresJournal.prune();
    } catch (error) {
      log.warn({ err: error }, 'a chore of the operation engine failed');
    }
  }

  async #takeUpForgotten(olderThanMs: number): Promise<void> {
    for (const id of await this.#store.queuedIds(olderThanMs)) {
      if (!this.#running.has(id)) await this.#launch(id);
    }
  }

  async #onLeaseLost(): Promise<void> {
    if (this.#state !== 'running') return;
    this.#state = 'fenced';
    this.options.log.warn({}, 'lost the lease of the operation engine; running steps are interrupted until it is back');
    await this.#interruptAll();
    for (let tries = 0; this.#isFenced(); tries++) {
      try {
        await this.#lease.acquire();
        if (!this.#isFenced()) return await this.#lease.release();
        this.#state = 'running';
        // One that was begun while the lease was away is told to stop and not counted as left before it has.
        await this.#interrupted();
        await this.#runtime?.adopt(this.options.executorId, new Set(this.#running.keys()));
        this.options.log.info({}, 'the operation engine has its lease again');
        return;
      } catch (error) {
        if (this.#state === 'running') this.#state = 'fenced';
        await this.#lease.release();
        this.options.log.warn({ err: error }, 'the lease of the operation engine is not back yet');
        await setTimeout(Math.min(5_000, 200 * 2 ** tries), undefined, { ref: false });
      }
    }
  }

  #isFenced(): boolean {
    return this.#state === 'fenced';
  }

  /** Resolves when all that was told to stop has. */
  async #interrupted(): Promise<void> {
    await Promise.all([...this.#running.values()].filter(({ control }) => control.isInterrupted).map(({ ended }) => ended));
  }

  /** Resolves when everything has stopped, or after `graceMs`. */
  async #interruptAll(graceMs?: number): Promise<void> {
    const ended = [...this.#running.values()].map(({ control, ended }) => {
      control.stop('interrupt');
      return ended;
    });
    const all = Promise.all(ended).then(() => undefined);
    if (graceMs === undefined) return all;
    const timer = new AbortController();
    await Promise.race([all, setTimeout(graceMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
  }

  #whyWaitEnded(id: string, deadlineMs: number | undefined, signal: AbortSignal | undefined): Error {
    if (deadlineMs !== undefined) return deadlineExceeded(`waiting for operation "${id}"`, deadlineMs);
    return signal?.aborted === true ? cancelled(`waiting for operation "${id}"`) : shuttingDown();
  }
}
