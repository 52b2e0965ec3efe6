import type { QueuePlace } from './queue-admission.js';

/** Where an operation stands. How it ended is its {@link OperationOutcome}. */
export const OperationPhase = {
  /** Asked for; waits for its turn. Nothing has been done. */
  Queued: 'QUEUED',
  /** Its steps run. */
  Running: 'RUNNING',
  /** It has failed or was cancelled, and what it made is being undone. */
  Finishing: 'FINISHING',
  /** Nothing of it runs any more; the outcome is set. */
  Done: 'DONE',
} as const;
export type OperationPhase = (typeof OperationPhase)[keyof typeof OperationPhase];

/** How an operation ended; only known when its phase is DONE. */
export const OperationOutcome = {
  Succeeded: 'SUCCEEDED',
  /** The result is whole and usable; `warnings` says what is not as it should be. */
  SucceededWithWarnings: 'SUCCEEDED_WITH_WARNINGS',
  /** `error` says why. What it made was undone; `warnings` names what could not be. */
  Failed: 'FAILED',
  /** Somebody asked for that. What it made was undone; `warnings` names what could not be. */
  Cancelled: 'CANCELLED',
} as const;
export type OperationOutcome = (typeof OperationOutcome)[keyof typeof OperationOutcome];

/** Where one step of an operation stands. */
export const StepPhase = {
  Pending: 'PENDING',
  Running: 'RUNNING',
  Done: 'DONE',
  /** Done by the operation that this one repeats, and not done again. */
  Kept: 'KEPT',
  Failed: 'FAILED',
  /** Never begun, since the operation was cancelled before. */
  Skipped: 'SKIPPED',
  /** What it made was taken back. */
  Undone: 'UNDONE',
} as const;
export type StepPhase = (typeof StepPhase)[keyof typeof StepPhase];

/** What became of the bytes. Null where the work has no such bytes; none ever falls. */
export interface ByteFigures {
  /** Read from where they come from: a data service that is copied, a repository that is restored from. */
  readonly bytesRead: number | null;
  /** Of those, the ones that the repository did not hold before. */
  readonly bytesNew: number | null;
  /** What the repository grew by for them, compressed. */
  readonly bytesStored: number | null;
  /** Read back and checked. */
  readonly bytesVerified: number | null;
  /** Sent to another Site, before compression; what had to be sent twice counts twice. */
  readonly bytesSent: number | null;
}

/** True bytes and items. `bytesDone` and `itemsDone` of one operation never fall, not even over a crash. */
export interface OperationProgress extends ByteFigures {
  readonly bytesDone: number;
  /** Null while nobody knows. */
  readonly bytesTotal: number | null;
  readonly itemsDone: number;
  readonly itemsTotal: number | null;
  /** Average of the last seconds; null when nothing moves. */
  readonly bytesPerSecond: number | null;
  /** Null when the total or the rate is not known. */
  readonly etaSeconds: number | null;
}

/** The share that one part of the work has, such as one data service of a copy, in all steps together. */
export interface PartProgress {
  /** Unique within the operation. */
  readonly name: string;
  readonly progress: OperationProgress;
}

/** A failure as clients may see it. */
export interface OperationFailure {
  readonly code: string;
  readonly message: string;
}

/** Who or what asked for an operation, such as `USER` `admin` or `OPERATION` `hub.operation.…`. */
export interface OperationCause {
  readonly kind: string;
  readonly name: string;
}

export interface StepRecord {
  /** Unique within the operation. */
  readonly name: string;
  readonly phase: StepPhase;
  /** How often it was begun, restarts after a crash included. */
  readonly attempts: number;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Null for a step that reports none. */
  readonly progress: OperationProgress | null;
  /** Empty for a step that does not count by parts. */
  readonly parts: readonly PartProgress[];
  readonly error: OperationFailure | null;
}

/** An operation as it stands now; its steps are read apart with `engine.steps`. */
export interface OperationRecord {
  /** `<owner>.operation.<uuidv7>` */
  readonly id: string;
  readonly kind: string;
  readonly phase: OperationPhase;
  readonly outcome: OperationOutcome | null;
  readonly cause: OperationCause;
  /** Id of the thing that the operation makes or changes, once known. */
  readonly subjectId: string | null;
  readonly progress: OperationProgress;
  /** In the order in which they were first named; empty when the work has no parts. */
  readonly parts: readonly PartProgress[];
  /** Set while it is QUEUED because there is no place for it. */
  readonly queue: QueuePlace | null;
  readonly error: OperationFailure | null;
  readonly warnings: readonly string[];
  /** The operation that this one repeats. */
  readonly retryOf: string | null;
  readonly cancelRequestedAt: Date | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}
