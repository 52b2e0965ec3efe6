import type { PartitionErrorCode } from './partition-error.js';

/** One call to one member has ended. Retries and hedges are part of it; a call that waits for another's answer is one of its own. */
export interface MemberCallEnded {
  member: string;
  operation: 'query' | 'mutation';
  /** From the wait for a free slot to the last byte, in milliseconds. */
  durationMs: number;
  outcome: 'ANSWERED' | PartitionErrorCode;
  /** Requests that were sent for it; 0 when it was refused before or shared another's. */
  attempts: number;
  /** Whether a second request was sent because the first was slow. */
  hedged: boolean;
  /** Whether it took the answer of an identical read that was under way. */
  shared: boolean;
  /** The context of the client's request, as the data source got it. */
  context: unknown;
}

export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

export interface BreakerChanged {
  member: string;
  from: BreakerState;
  to: BreakerState;
}

/** One fetch of a query plan has been spread and merged. */
export interface PartitionFetchEnded {
  operation: 'query' | 'mutation';
  /** Members that were called, each counted once. */
  members: number;
  durationMs: number;
  /** While at least one call to a member was open. */
  fetchMs: number;
  /** The rest: routing, checking and merging. */
  mergeMs: number;
  /** Errors in the merged answer. */
  errors: number;
  context: unknown;
}

/** One event of a member's stream was given to a subscriber. */
export interface StreamEventDelivered {
  member: string;
  /** The root field. */
  field: string;
  /** From its arrival here until the subscriber took it, in milliseconds. */
  lagMs: number;
}

/** A subscription to a field has begun or ended. */
export interface StreamSubscribersChanged {
  field: string;
  change: 1 | -1;
}

/** An upstream, which all subscriptions of one caller that ask the same share, has begun or ended. */
export interface StreamUpstreamsChanged extends StreamSubscribersChanged {
  member: string;
}

/**
 * What a process may want to measure. Every method is optional. They are called synchronously, so they should only count; what
 * they throw is dropped, since no request may fail because it is watched. Events come when the thing has ended: a tracer makes its
 * span from now and the duration.
 */
export interface PartitionObserver {
  callEnded?(call: MemberCallEnded): void;
  breakerChanged?(change: BreakerChanged): void;
  fetchEnded?(fetch: PartitionFetchEnded): void;
  streamEvent?(event: StreamEventDelivered): void;
  subscribersChanged?(change: StreamSubscribersChanged): void;
  upstreamsChanged?(change: StreamUpstreamsChanged): void;
}

/** The observer with every method there, none of which throws. */
export function safeObserver(observer: PartitionObserver = {}): Required<PartitionObserver> {
  const safely =
    <Event>(name: keyof PartitionObserver) =>
    (event: Event): void => {
      try {
        (observer[name] as ((event: Event) => void) | undefined)?.call(observer, event);
      } catch {
        // The observer's own defect.
      }
    };
  return { callEnded: safely('callEnded'), breakerChanged: safely('breakerChanged'), fetchEnded: safely('fetchEnded'), streamEvent: safely('streamEvent'), subscribersChanged: safely('subscribersChanged'), upstreamsChanged: safely('upstreamsChanged') };
}
