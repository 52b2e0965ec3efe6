/** Work that has been done and, where it can be known, the whole of it. Never made up from phase weights. */
export interface WorkProgress {
  /** Bytes done so far. Never falls within one call. */
  readonly bytesDone: number;
  /** Bytes in all; absent while nobody knows. May be an estimate until the work ends. */
  readonly bytesTotal?: number;
  readonly itemsDone?: number;
  readonly itemsTotal?: number;
  /** Of what a repository has stored so far, the bytes that it did not hold before. Absent when it does not tell. */
  readonly bytesNew?: number;
  /** What the repository grew by for them, compressed. Absent when it does not tell. */
  readonly bytesStored?: number;
}

/** Options of a call that answers at once (well under a second). */
export interface CallOptions {
  /** Aborting it rejects the call with `CANCELLED`. */
  readonly signal?: AbortSignal;
}

/**
 * Options of a call that may take hours. The promise settles when the work has ended, whichever way; a broker behind a
 * network polls inside. Aborting `signal` stops the work, undoes what the call had made, and rejects with `CANCELLED`.
 */
export interface LongCallOptions extends CallOptions {
  /** Called with growing figures, at most about ten times a second. Must not throw and is not awaited. */
  readonly onProgress?: (progress: WorkProgress) => void;
}

/** A page of a listing. Order is by id; `after` is the last id of the page before. */
export interface PageRequest {
  readonly after?: string;
  /** @default 100; at most 1000 */
  readonly limit?: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Present when more follow: give it as `after`. */
  readonly next?: string;
}

/** What every broker says of itself. */
export interface BrokerInfo {
  /** The product behind it, in kebab-case: `postgres`, `process`, `filesystem`. */
  readonly product: string;
  /** Version of the broker, semver. */
  readonly version: string;
  /** One sentence for people. */
  readonly description: string;
}
