import type { Json } from './json.js';
import type { LogLevel } from './log-line.js';
import type { OperationCause, OperationFailure, OperationOutcome } from './operation-record.js';
import type { Queryable } from './queryable.js';

/**
 * What a step may report while it runs. Figures of the whole step, or of one part's whole share of the step; never differences.
 * What is left out stays as it was.
 */
export interface StepProgress {
  /** Which part of the work this is about, the same name in every step. @default the step as a whole, which then has no parts */
  readonly part?: string;
  readonly bytesDone?: number;
  readonly bytesTotal?: number;
  readonly itemsDone?: number;
  readonly itemsTotal?: number;
  /** See `ByteFigures`, all five. */
  readonly bytesRead?: number;
  readonly bytesNew?: number;
  readonly bytesStored?: number;
  readonly bytesVerified?: number;
  readonly bytesSent?: number;
}

/** Given to the body of a step. */
export interface StepContext {
  /** Aborted on cancel, on the deadline and when the process stops. Pass it on to everything that takes long. */
  readonly signal: AbortSignal;
  /** 1 for the first time; more after a retry or a crash. */
  readonly attempt: number;
  /** May be called as often as one likes; it never waits. What is shown never falls, also when an attempt begins again. */
  progress(progress: StepProgress): void;
  /**
   * Writes a line in the log of the operation, which everybody may read who may see the operation: for people, with ids and
   * figures, never with a secret. Lines that come too fast, or are too many, are left out.
   */
  log(message: string, level?: LogLevel): void;
  /** How far earlier attempts have come, for work that goes on where they stopped. Undefined when they told nothing. */
  reached(part?: string): StepFigures | undefined;
}

/** What a step has told, null for what it does not count. */
export type StepFigures = { readonly [Name in Exclude<keyof StepProgress, 'part'>]-?: number | null };

export interface RetryPolicy {
  /** How often in all. Only errors whose retry class is `retryable` are tried again. @default 5 */
  readonly attempts?: number;
  /** Before the second try; doubles from try to try, with jitter. @default 500 */
  readonly delayMs?: number;
  /** @default 30000 */
  readonly maxDelayMs?: number;
}

export interface StepOptions {
  /**
   * Takes back what the step made. Runs when the operation fails or is cancelled, also for the step that failed or was
   * interrupted half-way, so it must cope with everything, something or nothing being there. Must be idempotent.
   * The steps are undone in reverse order.
   */
  readonly undo?: (step: StepContext) => Promise<void>;
  /** For all tries together. @default the engine's, 1 hour */
  readonly deadlineMs?: number;
  readonly retry?: RetryPolicy;
}

/** Given to the body of an operation. */
export interface OperationContext<Input> {
  readonly id: string;
  readonly input: Input;
  readonly cause: OperationCause;
  /**
   * Runs `run` once and records its result; after a crash the recorded result is answered without running again. A step
   * that was interrupted runs again, so it must be idempotent. Everything with an effect, and everything that may come
   * out differently the second time (clock, random, reads), belongs into a step. Steps may run side by side when they are
   * always begun in the same order. Results are kept as JSON; they must hold no secrets unless the engine has a secret box.
   *
   * @param name unique within the operation and the same each time; people read it
   * @throws the step's failure as an OcopeaError; let it pass, or the operation goes on as if the step did not matter
   */
  step<Result extends Json | void>(
    name: string,
    run: (step: StepContext) => Promise<Result>,
    options?: StepOptions,
  ): Promise<Result>;
  /**
   * Announces the whole of the work, or of one part of it, when later steps' share is known early, so that 100 % is reached at
   * the very end only. Call it with the result of a step. The parts are listed in the order in which they were named first.
   */
  expect(total: { readonly part?: string; readonly bytesTotal?: number; readonly itemsTotal?: number }): void;
  /** Something that is not as it should be, although the result is usable: the outcome is SUCCEEDED_WITH_WARNINGS. */
  warn(message: string): void;
  /** Names the thing that the operation is about, once it is known. */
  subject(id: string): void;
}

export interface OperationDefinition<Input extends Json = Json, Result extends Json | void = Json | void> {
  /** What clients see as `Operation.kind`, in camelCase. */
  readonly kind: string;
  /**
   * The work. Runs from the top after a crash, with the steps that are done answered from the record: so it must call the
   * same steps in the same order for the same input and step results.
   */
  run(operation: OperationContext<Input>): Promise<Result>;
  /**
   * Runs once more at the very end, with the outcome decided and everything undone that had to be: brings the subject's row
   * in line with it. Also for an operation that was cancelled while it was QUEUED. Must be idempotent.
   */
  settle?(ending: OperationEnding<Input, Result>): Promise<void>;
  /**
   * The ids of what it takes a place at while it runs: a Site, copy repositories. It is QUEUED until there is a place at each of
   * them; the engine's `placesAt` says how many there are. @default none, it begins at once
   */
  takesPlaceAt?(input: Input): readonly string[];
  /**
   * What steps have done stays done when the operation fails or is cancelled, and holds for another one with the same input: a
   * retry takes their results and begins with the first step that was not done. Such an operation has no step with an `undo`,
   * and its `beforeRetry` answers the same input. @default false, a retry does everything again
   */
  readonly keepsSteps?: boolean;
  /**
   * Called when a new operation is about to repeat a failed or cancelled one, in the transaction that makes it: brings the
   * subject's row back to its start, and answers the input for the new one. @default the same input
   */
  beforeRetry?(
    input: Input,
    retry: { readonly operationId: string; readonly transaction: Queryable },
  ): Promise<Input>;
}

/** How an operation is about to end. */
export interface OperationEnding<Input, Result> {
  readonly id: string;
  readonly input: Input;
  readonly outcome: OperationOutcome;
  /** Present when it succeeded. */
  readonly result?: Result;
  /** Present when it failed or was cancelled. */
  readonly error?: OperationFailure;
}

/** A definition of any input and result, as the engine keeps it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are contravariant; the engine pairs each with its kind
export type AnyOperationDefinition = OperationDefinition<any, any>;

/** Types a definition; see {@link OperationDefinition}. */
export function defineOperation<Input extends Json, Result extends Json | void>(
  definition: OperationDefinition<Input, Result>,
): OperationDefinition<Input, Result> {
  return definition;
}
