import { passedOn, withoutDefects, type FetchError, type UncodedErrors } from './fetch-error.js';
import { memberUnavailable, toPartitionError, type PartitionError } from './partition-error.js';
import type { MemberGraphQLError, MemberRequest, MemberResult, PartitionMember } from './partition-member.js';
import { pause } from './pause.js';

export interface BackoffOptions {
  /** Milliseconds before the first new attempt. */
  first: number;
  /** Milliseconds that the wait grows to, doubling. */
  longest: number;
}

export interface MemberStreamOptions {
  member: PartitionMember;
  /** The request that resumes after what was received last. */
  request: () => Promise<MemberRequest>;
  /** Asked for at each attempt. */
  context: () => unknown;
  signal: AbortSignal;
  backoff: BackoffOptions;
  /** Whether a stream that the member completes is over, or to be asked for again. */
  isFinite: boolean;
  uncodedErrors: UncodedErrors;
  onEvent: (result: MemberResult) => void;
  /** Once for each loss, however many attempts fail. */
  onLost: (error: PartitionError) => void;
  onReturned: () => void;
  /** The member does not take the subscription. It is asked again all the same, until the signal is aborted. */
  onRefused: (error: SubscriptionRefusedError) => void;
}

/** A member answered a subscription with GraphQL errors; they are the client's business. */
export class SubscriptionRefusedError extends Error {
  override readonly name = 'SubscriptionRefusedError';

  constructor(
    readonly member: string,
    readonly errors: readonly FetchError[],
  ) {
    super(errors[0]?.message ?? `site "${member}" refused the subscription`);
  }
}

/** Keeps one member's events coming until the signal is aborted or a finite stream is over. Never rejects. */
export async function followMember(options: MemberStreamOptions): Promise<void> {
  const { member, signal, backoff, isFinite, uncodedErrors } = options;
  let attempt = 0;
  let isLost = false;
  let wasRefused = false;
  const alive = (): void => {
    if (signal.aborted) return;
    if (isLost) options.onReturned();
    isLost = false;
  };
  const lost = (error: PartitionError): void => {
    if (!isLost) options.onLost(error);
    isLost = true;
  };
  while (!signal.aborted) {
    const began = performance.now();
    let hasReceived = false;
    // An open socket does not show that a member which refused before takes the subscription now.
    const onStarted = wasRefused ? () => {} : alive;
    try {
      for await (const result of member.subscribe(await options.request(), { signal, context: options.context(), onStarted })) {
        // What waited when it was given up is nobody's any more.
        if (signal.aborted) return;
        if (isRefusal(result)) throw refusal(member.id, uncodedErrors === 'mask' ? withoutDefects(result.errors, member.id) : result.errors);
        alive();
        hasReceived = true;
        options.onEvent(result);
      }
      if (isFinite || signal.aborted) return;
      wasRefused = false;
    } catch (thrown) {
      if (signal.aborted) return;
      wasRefused = thrown instanceof SubscriptionRefusedError;
      // One that was taken and ended later, when its token expired for example, is asked for again first.
      const wasTaken = hasReceived || performance.now() - began > backoff.longest;
      if (thrown instanceof SubscriptionRefusedError && !wasTaken) options.onRefused(thrown);
      if (!wasRefused) lost(toPartitionError(member.id, thrown));
      else if (wasTaken || attempt > 0) lost(memberUnavailable(member.id, 'refused the subscription'));
    }
    if (hasReceived || performance.now() - began > backoff.longest) attempt = 0;
    const wait = Math.min(backoff.longest, backoff.first * 2 ** attempt++);
    await pause(wait * (0.5 + Math.random() / 2), signal).catch(() => {});
  }
}

/** Events have `data`, be it null; a request that was not taken has none. */
function isRefusal(result: MemberResult): result is { errors: readonly MemberGraphQLError[] } {
  return result.data === undefined && Boolean(result.errors?.length);
}

function refusal(member: string, errors: readonly MemberGraphQLError[]): SubscriptionRefusedError {
  return new SubscriptionRefusedError(member, errors.slice(0, 20).map((error) => passedOn(error, member, [...(error.path ?? [])])));
}
