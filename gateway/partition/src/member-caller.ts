import { CircuitBreaker } from './circuit-breaker.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { memberIncompatible, memberTimeout, memberUnavailable, PartitionError, toPartitionError } from './partition-error.js';
import type { MemberRequest, MemberResult, PartitionMember } from './partition-member.js';
import { pause } from './pause.js';

export interface MemberCallerOptions {
  /** From the wait for a free slot to the last byte of the last attempt. @default 5000 */
  deadlineMs?: number;
  /** @default 15000 */
  mutationDeadlineMs?: number;
  /** Calls to one member at a time; others wait within their deadline. @default 32 */
  maxConcurrentPerMember?: number;
  /** Failures in a row that open a member's circuit. @default 5 */
  failuresToOpen?: number;
  /** How long an open circuit keeps its member out before one call probes it. @default 2000 */
  openMs?: number;
}

export interface CallOptions {
  operation: 'query' | 'mutation';
  /** Whether a lost connection may be answered with a second attempt. */
  retry: boolean;
  context: unknown;
  /** The client's; the deadline is added to it. */
  signal?: AbortSignal | undefined;
}

export type CallOutcome =
  | { ok: true; result: MemberResult; durationMs: number }
  | { ok: false; error: PartitionError; durationMs: number };

interface MemberState {
  breaker: CircuitBreaker;
  limit: ConcurrencyLimit;
}

/**
 * Calls members with a deadline, one retry, a concurrency limit and a circuit breaker for each. Never rejects. Its state belongs
 * to the member objects, so a member that is replaced starts with a closed circuit, and recomposition changes nothing.
 */
export class MemberCaller {
  readonly #options: Required<MemberCallerOptions>;
  readonly #states = new WeakMap<PartitionMember, MemberState>();

  constructor(options: MemberCallerOptions = {}) {
    this.#options = { deadlineMs: 5_000, mutationDeadlineMs: 15_000, maxConcurrentPerMember: 32, failuresToOpen: 5, openMs: 2_000, ...options };
  }

  async call(member: PartitionMember, request: MemberRequest, options: CallOptions): Promise<CallOutcome> {
    const started = performance.now();
    const state = this.#stateOf(member);
    const pass = state.breaker.enter();
    if (!pass) {
      const error = memberUnavailable(member.id, 'failed several times in a row and is asked again in a moment', undefined, false);
      return { ok: false, error, durationMs: 0 };
    }
    try {
      const result = await this.#withinDeadline(member, state, request, options);
      pass.succeeded();
      return { ok: true, result, durationMs: performance.now() - started };
    } catch (thrown) {
      const error = toPartitionError(member.id, thrown);
      // An answer that does not fit and a client that leaves say nothing about whether the member can be reached.
      if (error.code === 'SITE_UNAVAILABLE' || error.code === 'SITE_TIMEOUT') pass.failed();
      else pass.cancelled();
      return { ok: false, error, durationMs: performance.now() - started };
    }
  }

  async #withinDeadline(member: PartitionMember, state: MemberState, request: MemberRequest, options: CallOptions): Promise<MemberResult> {
    const deadlineMs = options.operation === 'mutation' ? this.#options.mutationDeadlineMs : this.#options.deadlineMs;
    const controller = new AbortController();
    const cancel = (): void => controller.abort(new PartitionError('REQUEST_CANCELLED', 'the request was cancelled', { member: member.id }));
    const timer = setTimeout(() => controller.abort(memberTimeout(member.id, deadlineMs)), deadlineMs);
    if (options.signal?.aborted) cancel();
    options.signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await state.limit.run(controller.signal, () => this.#attempts(member, request, options, controller.signal));
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
    }
  }

  async #attempts(member: PartitionMember, request: MemberRequest, options: CallOptions, signal: AbortSignal): Promise<MemberResult> {
    try {
      return await this.#attempt(member, request, options, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toPartitionError(member.id, thrown);
      if (!options.retry || !error.retryable) throw error;
    }
    await pause(20 + Math.random() * 60, signal);
    return this.#attempt(member, request, options, signal);
  }

  async #attempt(member: PartitionMember, request: MemberRequest, options: CallOptions, signal: AbortSignal): Promise<MemberResult> {
    signal.throwIfAborted();
    const answer = member.execute(request, { signal, context: options.context, operation: options.operation });
    return checkedResult(member.id, await untilAborted(answer, signal));
  }

  #stateOf(member: PartitionMember): MemberState {
    let state = this.#states.get(member);
    if (!state) {
      state = {
        breaker: new CircuitBreaker({ failuresToOpen: this.#options.failuresToOpen, openMs: this.#options.openMs }),
        limit: new ConcurrencyLimit(this.#options.maxConcurrentPerMember),
      };
      this.#states.set(member, state);
    }
    return state;
  }
}

/** Members come from outside: even one that ignores its signal must not hold a request beyond its deadline. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The outermost shape of a GraphQL answer; what is inside is checked against the selection later. */
function checkedResult(member: string, result: unknown): MemberResult {
  if (!isRecord(result)) throw memberIncompatible(member, 'answered with something that is not a GraphQL result');
  const { data, errors } = result;
  if (errors !== undefined && !(Array.isArray(errors) && errors.every((error) => isRecord(error) && typeof error['message'] === 'string'))) {
    throw memberIncompatible(member, 'answered with errors that are not GraphQL errors');
  }
  if (data !== undefined && data !== null && !isRecord(data)) throw memberIncompatible(member, 'answered with data that is not an object');
  if (!data && !errors?.length) throw memberIncompatible(member, 'answered without data and without errors');
  return result as MemberResult;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
