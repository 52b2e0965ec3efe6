/**
 * Codes of everything this module reports. The first four stand beside an `extensions.site` in a client's
 * answer; messages never carry a URL, host, port or stack.
 *
 * - `SITE_UNAVAILABLE` the member could not be reached, broke off, or is kept out by its circuit breaker
 * - `SITE_TIMEOUT` the member did not answer within its deadline
 * - `SITE_INCOMPATIBLE` the member's schema lacks what was asked, or its answer does not fit its schema
 * - `SITE_REMOVED` the member left the partition while a subscription was running
 * - `UNKNOWN_SITE` an id or a `sites` argument names a member that the directory does not know
 * - `AMBIGUOUS_SITE` a field for one owner was given no id, or ids of several owners
 * - `BAD_CURSOR` a cursor that no member and no subscription of this partition has made, or one of another order
 * - `BAD_PAGE_ARGUMENTS` `first` and `last` together, or a negative one
 * - `SITE_ERROR` the member failed in a way that it did not foresee; what it said stays here
 * - `SUBSCRIBER_TOO_SLOW` a subscriber's buffer is full; subscribe again with the last cursor
 * - `REQUEST_CANCELLED` the caller's signal was aborted
 */
export const PartitionErrorCode = {
  SITE_UNAVAILABLE: 'SITE_UNAVAILABLE',
  SITE_TIMEOUT: 'SITE_TIMEOUT',
  SITE_INCOMPATIBLE: 'SITE_INCOMPATIBLE',
  SITE_REMOVED: 'SITE_REMOVED',
  UNKNOWN_SITE: 'UNKNOWN_SITE',
  AMBIGUOUS_SITE: 'AMBIGUOUS_SITE',
  BAD_CURSOR: 'BAD_CURSOR',
  BAD_PAGE_ARGUMENTS: 'BAD_PAGE_ARGUMENTS',
  SITE_ERROR: 'SITE_ERROR',
  SUBSCRIBER_TOO_SLOW: 'SUBSCRIBER_TOO_SLOW',
  REQUEST_CANCELLED: 'REQUEST_CANCELLED',
} as const;
export type PartitionErrorCode = (typeof PartitionErrorCode)[keyof typeof PartitionErrorCode];

export interface PartitionErrorOptions {
  /** The member concerned. */
  member?: string;
  /** `true` when asking again within the deadline may help: the connection failed, not the question. */
  retryable?: boolean;
  /** `true` when it was the client's request as a whole that ran out of time. */
  isOfRequest?: boolean;
  /** `true` when the member is there and has answered, be it with a refusal: no reason to keep calls from it. */
  hasAnswered?: boolean;
  cause?: unknown;
}

/** A failure that reaches clients as `{ message, extensions: { code, site } }`. `cause` stays inside the process. */
export class PartitionError extends Error {
  override readonly name = 'PartitionError';
  readonly member: string | undefined;
  readonly retryable: boolean;
  readonly isOfRequest: boolean;
  readonly hasAnswered: boolean;

  constructor(
    readonly code: PartitionErrorCode,
    message: string,
    options: PartitionErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.member = options.member;
    this.retryable = options.retryable ?? false;
    this.isOfRequest = options.isOfRequest ?? false;
    this.hasAnswered = options.hasAnswered ?? false;
  }
}

export const memberUnavailable = (member: string, why: string, cause?: unknown, retryable = true): PartitionError =>
  new PartitionError('SITE_UNAVAILABLE', `site "${member}" ${why}`, { member, cause, retryable });

/** A member that answers, but not to this process. */
export const memberRefuses = (member: string, why: string): PartitionError =>
  new PartitionError('SITE_UNAVAILABLE', `site "${member}" ${why}`, { member, hasAnswered: true });

export const memberTimeout = (member: string, deadlineMs: number): PartitionError =>
  new PartitionError('SITE_TIMEOUT', `site "${member}" did not answer within ${deadlineMs} ms`, { member });

export const requestTimeout = (member: string): PartitionError =>
  new PartitionError('SITE_TIMEOUT', `site "${member}" did not answer before the time of the request as a whole was over`, { member, isOfRequest: true });

export const memberIncompatible = (member: string, why: string): PartitionError =>
  new PartitionError('SITE_INCOMPATIBLE', `site "${member}" ${why}`, { member });

export const unknownMember = (value: string): PartitionError =>
  new PartitionError('UNKNOWN_SITE', `${quoteForMessage(value)} names no site of this graph; an id begins with that of its site, and the query "sites" lists those there are`);

/** Client input in a message: bounded, quoted, on one line. */
export function quoteForMessage(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
}

/** Anything thrown by a member becomes a `PartitionError`; unknown throwables must not leak their message. */
export function toPartitionError(member: string, thrown: unknown): PartitionError {
  if (thrown instanceof PartitionError) return thrown;
  return memberUnavailable(member, 'could not be asked', thrown, false);
}
