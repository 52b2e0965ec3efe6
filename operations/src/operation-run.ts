import { setTimeout } from 'node:timers/promises';
import { cancelled, deadlineExceeded } from '@ocopea/graph';
import type { AnyOperationDefinition, OperationContext, OperationEnding, StepContext, StepOptions } from './define-operation.js';
import { isConnectionFailure } from './connection-failure.js';
import type { DurableRuntime } from './durable-runtime.js';
import { failureError, recordFailure, type RecordedFailure } from './failure.js';
import type { Json } from './json.js';
import type { OperationLog } from './log.js';
import type { OperationControl } from './operation-control.js';
import { OperationOutcome, type OperationFailure } from './operation-record.js';
import type { QueueOutcome } from './operation-queue.js';
import type { BegunOperation, OperationStore, StepWrite } from './operation-store.js';
import { atRest, completed, ProgressMeter } from './progress-meter.js';
import { ProgressWriter } from './progress-writer.js';
import { LogLevel } from './log-line.js';
import { OperationLogWriter } from './operation-log-writer.js';
import { runAttempts, type AttemptsOutcome } from './run-attempts.js';
import type { Sealer } from './sealer.js';

export interface OperationRunOptions {
  readonly begun: BegunOperation;
  readonly definition: AnyOperationDefinition;
  readonly control: OperationControl;
  readonly runtime: DurableRuntime;
  readonly store: OperationStore;
  readonly sealer: Sealer;
  readonly log: OperationLog;
  readonly stepDeadlineMs: number;
  /** Waits for the places that it needs. */
  readonly admission: () => Promise<QueueOutcome>;
  readonly queueDeadlineMs: number;
}

/** How a step is recorded: DBOS would revive a thrown error as something else than what was thrown. */
type StepOutcome =
  | { readonly kind: 'done'; readonly sealed: string }
  | { readonly kind: 'failed' | 'cancelled'; readonly failure: RecordedFailure };

/** Undoing is worth more patience than doing. */
const UNDO_RETRY = { attempts: 8, delayMs: 500, maxDelayMs: 15_000 } as const;

/**
 * One operation from its first step to DONE. Everything with an effect goes through `runtime.step`, whose outcome is
 * recorded, so that a run after a crash follows the same path to the place where the last one stopped.
 */
export class OperationRun {
  readonly #id: string;
  readonly #input: Json;
  readonly #meter: ProgressMeter;
  readonly #writer: ProgressWriter;
  readonly #log: OperationLogWriter;
  readonly #steps: { readonly write: StepWrite; readonly undo: StepOptions['undo'] }[] = [];
  /** A recorded step says so, or the decision did; never the moment's word, which a run after a crash would not hear. */
  #isCancelled = false;
  /** Writes that need not hold up the body; each durable step waits for them. */
  #pendingWrites: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: OperationRunOptions) {
    const { begun, sealer, store } = options;
    this.#id = begun.record.id;
    this.#input = sealer.open(begun.input, this.#id) ?? null;
    this.#meter = new ProgressMeter(begun.known, () => performance.now());
    this.#writer = new ProgressWriter({
      meter: this.#meter,
      log: options.log,
      now: () => performance.now(),
      write: (progress) => store.writeProgress(this.#id, progress),
    });
    this.#log = new OperationLogWriter({ log: options.log, write: (lines) => store.writeLog(this.#id, lines) });
  }

  async run(): Promise<void> {
    const { definition, control, runtime, log } = this.options;
    let result: Json | undefined;
    let failure: RecordedFailure | undefined;
    try {
      if ((await this.#durably('$begin', () => this.#begin())) === 'late') throw deadlineExceeded(`waiting for the turn of ${definition.kind} "${this.#id}"`, this.options.queueDeadlineMs);
      result = (await definition.run(this.#context())) as Json | undefined;
    } catch (error) {
      if (runtime.isInterruption(error) || control.isInterrupted) throw runtime.interruption(this.#id);
      failure = recordFailure(error, log, { operationId: this.#id, kind: definition.kind });
    }
    if (failure === undefined && !(await this.#decideSuccess(result))) this.#isCancelled = true;
    if (this.#isCancelled) failure = recordFailure(cancelled(`operation "${this.#id}"`), log, {});
    await this.#end(result, failure);
  }

  /** That it came too late is recorded, so that a run after a crash does not think otherwise. */
  async #begin(): Promise<'late' | void> {
    const { admission, control, runtime, store } = this.options;
    const outcome = await admission();
    if (control.isInterrupted) throw runtime.interruption(this.#id);
    if (outcome === 'late') return 'late';
    await store.begin(this.#id);
    this.#log.add(LogLevel.Info, 'began', null);
  }

  #context(): OperationContext<Json> {
    const { begun, store } = this.options;
    return {
      id: this.#id,
      input: this.#input,
      cause: begun.record.cause,
      step: (name, run, options) => this.#step(name, run as (step: StepContext) => Promise<Json | void>, options ?? {}) as Promise<never>,
      expect: (total) => this.#meter.expect(total),
      warn: (message) => this.#writeSoon(this.#log.flush().then(() => store.warn(this.#id, message))),
      subject: (id) => this.#writeSoon(store.setSubject(this.#id, id)),
    };
  }

  /** Not `async`: DBOS numbers its steps in the order of these calls, which a wait would leave to chance. */
  #step(name: string, run: (step: StepContext) => Promise<Json | void>, options: StepOptions): Promise<Json | void> {
    const write: StepWrite = { operationId: this.#id, position: this.#steps.length, name };
    if (this.#steps.some((step) => step.write.name === name)) {
      throw new Error(`invariant: the operation ${this.options.definition.kind} has two steps "${name}"`);
    }
    if (options.undo !== undefined && this.options.definition.keepsSteps === true) {
      throw new Error(`invariant: step "${name}" of ${this.options.definition.kind} is undone, although the operation keeps its steps`);
    }
    this.#steps.push({ write, undo: options.undo });
    return this.#durably(`step ${name}`, () => this.#runStep(write, run, options)).then((outcome) => {
      if (outcome.kind === 'cancelled') this.#isCancelled = true;
      if (outcome.kind !== 'done') throw failureError(outcome.failure);
      return this.options.sealer.open(outcome.sealed, this.#id);
    });
  }

  async #runStep(
    write: StepWrite,
    run: (step: StepContext) => Promise<Json | void>,
    options: StepOptions,
  ): Promise<StepOutcome> {
    const { store, log, control, sealer, definition, stepDeadlineMs } = this.options;
    const what = `step "${write.name}" of ${definition.kind} "${this.#id}"`;
    const kept = definition.keepsSteps === true ? await store.keptResult(write) : undefined;
    if (kept !== undefined) {
      this.#log.add(LogLevel.Info, `was done by operation "${this.options.begun.record.retryOf}" and is not done again`, write.name);
      await this.#log.flush();
      return { kind: 'done', sealed: kept };
    }
    const { isCancelled, attempt } = await store.beginStep(write);
    if (isCancelled) return { kind: 'cancelled', failure: recordFailure(cancelled(what), log, {}) };
    this.#meter.begin(write.name);
    const beganAt = performance.now();
    this.#log.add(LogLevel.Info, attempt > 1 ? `begun again, for the ${attempt}. time` : 'begun', write.name);
    const outcome = await runAttempts({
      what,
      run,
      control,
      heeds: 'cancel and interrupt',
      deadlineMs: options.deadlineMs ?? stepDeadlineMs,
      retry: options.retry ?? {},
      firstAttempt: attempt,
      countAttempt: () => {
        this.#meter.begin(write.name);
        return store.countAttempt(write);
      },
      onProgress: (progress) => this.#writer.report(write.name, progress),
      reached: (part) => this.#meter.reached(write.name, part),
      log,
      tell: (level, message) => this.#log.add(level, message, write.name),
    });
    this.#tellEnd(write.name, outcome, performance.now() - beganAt);
    await this.#writer.flush();
    await this.#log.flush();
    await this.#pendingWrites;
    if (outcome.kind === 'interrupted') throw this.options.runtime.interruption(this.#id);
    if (outcome.kind === 'done') {
      const sealed = sealer.seal(outcome.result ?? undefined, this.#id);
      await store.finishStep(write, definition.keepsSteps === true ? { result: sealed } : {});
      return { kind: 'done', sealed };
    }
    await store.finishStep(write, { error: outcome.failure });
    return outcome;
  }

  #tellEnd(step: string, outcome: AttemptsOutcome<unknown>, tookMs: number): void {
    const after = `after ${(tookMs / 1000).toFixed(1)} s`;
    if (outcome.kind === 'done') this.#log.add(LogLevel.Info, `done ${after}`, step);
    else if (outcome.kind === 'interrupted') this.#log.add(LogLevel.Warning, `interrupted ${after}: the process stops or has lost its lease`, step);
    else this.#log.add(LogLevel.Error, `${outcome.kind} ${after}: ${outcome.failure.message} (${outcome.failure.code})`, step);
  }

  /** False when a cancel came first. */
  async #decideSuccess(result: Json | undefined): Promise<boolean> {
    return this.#durably('$succeed', async () => {
      await this.#writer.flush();
      await this.#pendingWrites;
      return this.options.store.decide(this.#id, {
        outcome: 'SUCCEEDED',
        result: result === undefined ? null : this.options.sealer.seal(result, this.#id),
        progress: completed(this.#meter.total()),
        parts: this.#meter.parts().map(({ name, progress }) => ({ name, progress: completed(progress) })),
      });
    });
  }

  async #end(result: Json | undefined, failure: RecordedFailure | undefined): Promise<void> {
    const { store } = this.options;
    if (failure === undefined) {
      await this.#settle({ outcome: OperationOutcome.Succeeded, ...(result === undefined ? {} : { result }) });
      await this.#durably('$done', async () => {
        await this.#log.flush();
        await store.finish(this.#id, OperationOutcome.Succeeded);
      });
      return;
    }
    const error: OperationFailure = { code: failure.code, message: failure.message };
    const outcome = this.#isCancelled ? OperationOutcome.Cancelled : OperationOutcome.Failed;
    await this.#durably('$fail', async () => {
      await this.#writer.flush();
      await this.#pendingWrites;
      this.#log.add(LogLevel.Error, `${outcome.toLowerCase()}: ${error.message} (${error.code})`, null);
      await this.#log.flush();
      await store.decide(this.#id, { outcome, error, parts: this.#meter.parts().map(({ name, progress }) => ({ name, progress: atRest(progress) })) });
    });
    await this.#undoAll();
    await this.#settle({ outcome, error });
    await this.#durably('$done', async () => {
      await this.#pendingWrites;
      await this.#log.flush();
      await store.finish(this.#id, outcome);
    });
  }

  async #undoAll(): Promise<void> {
    for (const { write, undo } of this.#steps.toReversed()) {
      if (undo !== undefined) await this.#durably(`undo ${write.name}`, () => this.#undo(write, undo));
    }
  }

  async #undo(write: StepWrite, undo: (step: StepContext) => Promise<void>): Promise<void> {
    const { store, definition } = this.options;
    if (!(await store.wasBegun(this.#id, write.name))) return;
    const failure = await this.#tidy(`undoing step "${write.name}" of ${definition.kind} "${this.#id}"`, undo, write.name);
    if (failure === undefined) {
      await store.markUndone(this.#id, write.name);
      this.#log.add(LogLevel.Info, 'undone', write.name);
    } else await store.warn(this.#id, `step "${write.name}" could not be undone, what it made is still there: ${failure.message}`);
  }

  async #settle(ending: Omit<OperationEnding<Json, Json | void>, 'id' | 'input'>): Promise<void> {
    const { definition, store } = this.options;
    if (definition.settle === undefined) return;
    await this.#durably('$settle', async () => {
      const failure = await this.#tidy(`settling ${definition.kind} "${this.#id}"`, async () =>
        definition.settle?.({ ...ending, id: this.#id, input: this.#input }),
      );
      if (failure !== undefined) await store.warn(this.#id, `the outcome could not be written to its subject: ${failure.message}`);
    });
  }

  /** Work after the decision: a cancel does not stop it, and its failure is answered. */
  async #tidy(what: string, run: (step: StepContext) => Promise<void>, step: string | null = null): Promise<RecordedFailure | undefined> {
    const { control, log, stepDeadlineMs, runtime } = this.options;
    let attempts = 1;
    const outcome = await runAttempts({
      what,
      run,
      control,
      heeds: 'interrupt',
      deadlineMs: stepDeadlineMs,
      retry: UNDO_RETRY,
      firstAttempt: 1,
      countAttempt: () => Promise.resolve(++attempts),
      onProgress: () => undefined,
      reached: () => undefined,
      log,
      tell: (level, message) => this.#log.add(level, step === null ? message : `undoing: ${message}`, step),
    });
    await this.#log.flush();
    if (outcome.kind === 'interrupted') throw runtime.interruption(this.#id);
    return outcome.kind === 'done' ? undefined : outcome.failure;
  }

  #writeSoon(write: Promise<unknown>): void {
    this.#pendingWrites = Promise.all([
      this.#pendingWrites,
      write.catch((error: unknown) => {
        this.options.log.warn({ operationId: this.#id, err: error }, 'a note on an operation could not be written');
      }),
    ]);
  }

  /** One recorded step. An operation that is to be interrupted begins none, and so stays where it is. */
  #durably<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { runtime, control } = this.options;
    return runtime.step(name, async () => {
      for (let failures = 0; ; failures++) {
        if (control.isInterrupted) throw runtime.interruption(this.#id);
        try {
          return await work();
        } catch (error) {
          // The record itself cannot be reached: nothing is lost by waiting for it, everything by giving up.
          if (!isConnectionFailure(error)) throw error;
          this.#log.add(LogLevel.Warning, 'the database could not be reached; the operation waits for it', null);
          this.options.log.warn({ operationId: this.#id, err: error }, 'the database cannot be reached; the operation waits for it');
          await setTimeout(Math.min(10_000, 250 * 2 ** failures));
        }
      }
    });
  }
}
