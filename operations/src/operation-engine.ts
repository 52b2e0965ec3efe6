import type { ConnectionPage } from '@ocopea/graph';
import type { AnyOperationDefinition, OperationDefinition } from './define-operation.js';
import type { Journal, JournalOptions } from './journal.js';
import type { Json } from './json.js';
import type { OperationLog } from './log.js';
import type { LogLine } from './log-line.js';
import type { LogRange } from './operation-log-store.js';
import type { OperationCause, OperationOutcome, OperationPhase, OperationRecord, StepRecord } from './operation-record.js';
import type { Queryable } from './queryable.js';

export interface OperationEngineOptions {
  /** The process's own database, with the migrations applied. The engine keeps DBOS's tables there in the schema `dbos`. */
  readonly databaseUrl: string;
  /** A site id, or `hub`: the first part of the operations' ids. */
  readonly ownerId: string;
  /** The same over restarts of one process, another for each replica. */
  readonly executorId: string;
  readonly definitions: readonly AnyOperationDefinition[];
  readonly log: OperationLog;
  /** Seals inputs, results and step results at rest. @default they are kept as they are */
  readonly secretBox?: OperationSecretBox;
  readonly journal?: JournalOptions;
  /** For a step that names none. @default 3600000 */
  readonly stepDeadlineMs?: number;
  /**
   * How many operations may run side by side that take a place at the thing with this id, in all replicas together.
   * @default no limit
   */
  readonly placesAt?: (id: string) => number;
  /** How long an operation may be QUEUED before it fails with DEADLINE_EXCEEDED. @default 86400000 (a day) */
  readonly queueDeadlineMs?: number;
  /** After how long without a heartbeat another replica adopts the operations of a dead one. @default 10000 */
  readonly adoptAfterMs?: number;
}

/** A cipher for texts; `SecretBox` of `@ocopea/security` fits. */
export interface OperationSecretBox {
  seal(text: string, context: string): string;
  open(sealed: string, context: string): string;
}

export interface StartOptions {
  readonly cause: OperationCause;
  readonly subjectId?: string;
  /** A second start with the same key and kind answers the first operation, whatever its input. */
  readonly idempotencyKey?: string;
  /** Chosen by the caller, made with `newId(ownerId, 'operation')`. @default a new one */
  readonly id?: string;
  /** Things that the operation must have for itself until it is done; CONFLICT names who has one of them. */
  readonly claims?: readonly string[];
  /** Runs in the transaction that makes the operation, so that the subject's row and the operation appear together. */
  readonly within?: (transaction: Queryable, operationId: string) => Promise<void>;
}

/** Where a retry begins. */
export const RetryStart = {
  /** With the first step that was not done, or whose work is too old. */
  FailedStep: 'FAILED_STEP',
  Start: 'START',
} as const;
export type RetryStart = (typeof RetryStart)[keyof typeof RetryStart];

export interface WaitOptions {
  /** @throws DEADLINE_EXCEEDED after it; the operation goes on. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** All conditions must hold. */
export interface OperationListFilter {
  readonly kind?: string;
  readonly phase?: OperationPhase;
  readonly outcome?: OperationOutcome;
  readonly subjectId?: string;
}

export interface OperationSnapshot {
  /** The newest journal entry that `operations` knows of. */
  readonly seq: number;
  readonly operations: readonly OperationRecord[];
}

/** Runs the operations of one process, and shares them with its replicas over the database. */
export interface OperationEngine {
  readonly ownerId: string;
  readonly journal: Journal;

  /** @throws CONFLICT when a claim is taken; BAD_INPUT for an unknown kind */
  start<Input extends Json, Result extends Json | void>(
    definition: OperationDefinition<Input, Result> | string,
    input: Input,
    options: StartOptions,
  ): Promise<OperationRecord>;

  /**
   * Takes a thing for a running operation until it is DONE, as `claims` does at the start. Answers false while another has
   * it; again is no change.
   */
  claim(id: string, key: string): Promise<boolean>;

  /** Gives back before the end what {@link claim} took. Again is no change. */
  release(id: string, key: string): Promise<void>;

  /** Asks an operation to stop and undo; answers at once. Again is no error. @throws NOT_FOUND, OPERATION_NOT_CANCELLABLE */
  cancel(id: string): Promise<OperationRecord>;

  /**
   * Starts a new operation like one that FAILED or was CANCELLED. Without `from` it begins with the step that failed if that
   * can be, else with the first.
   *
   * @throws NOT_FOUND, OPERATION_NOT_RETRYABLE, OPERATION_NOT_RESUMABLE, CONFLICT
   */
  retry(id: string, options: { readonly cause: OperationCause; readonly from?: RetryStart }): Promise<OperationRecord>;

  /** @throws NOT_FOUND */
  get(id: string): Promise<OperationRecord>;
  find(id: string): Promise<OperationRecord | undefined>;

  findMany(ids: readonly string[]): Promise<readonly (OperationRecord | undefined)[]>;

  /**
   * One page in the order `createdAt:ASC` or `createdAt:DESC`: up to `limit + 1` rows in the direction of reading.
   * @throws CURSOR_INVALID
   */
  page(page: ConnectionPage, filter?: OperationListFilter): Promise<readonly OperationRecord[]>;

  count(filter?: OperationListFilter): Promise<number>;

  /**
   * The present state of the operations that pass, with the place in the journal that it belongs to: entries after it are
   * what happened since.
   */
  snapshot(filter: { readonly operationId?: string; readonly isUnfinished?: boolean }): Promise<OperationSnapshot>;

  /** The steps of operations, in the order in which they began; one list for each id, empty for an unknown one. */
  steps(ids: readonly string[]): Promise<readonly (readonly StepRecord[])[]>;

  /** Lines of its log in the direction asked for; none for an unknown one. */
  readLog(id: string, range: LogRange): Promise<readonly LogLine[]>;

  /** How many lines of its log are kept. */
  countLog(id: string): Promise<number>;

  /**
   * Lines of its log behind `after` (0: from the first that is kept), each once, as they come, until it is DONE, the consumer
   * returns, `signal` aborts or the engine closes. Where lines are not kept any more, one says so in their place.
   */
  followLog(id: string, options: { readonly after: number; readonly signal?: AbortSignal }): AsyncIterableIterator<LogLine>;

  /** The value a succeeded operation answered. @throws NOT_FOUND; CONFLICT while it runs or when it has no result */
  result(id: string): Promise<Json | undefined>;

  /** Answers when the operation is DONE, whatever its outcome. @throws NOT_FOUND, DEADLINE_EXCEEDED, CANCELLED */
  wait(id: string, options: WaitOptions): Promise<OperationRecord>;

  /** True while the engine can run operations; what is missing otherwise. */
  ready(): { readonly ok: boolean; readonly reason?: string };

  /** Interrupts running steps, so that the next start resumes them; cancels nothing. */
  close(): Promise<void>;
}
