import type { CallOutcome } from './call-outcome.js';
import { MemberAttempts, type HedgeOptions } from './member-attempts.js';
import { MemberState } from './member-state.js';
import { memberTimeout, memberUnavailable, PartitionError, requestTimeout, toPartitionError } from './partition-error.js';
import type { MemberRequest, MemberResult, PartitionMember } from './partition-member.js';
import { safeObserver, type PartitionObserver } from './partition-observer.js';
import { SharedReads } from './shared-reads.js';

export interface MemberCallerOptions {
  /** From the wait for a free slot to the last byte of the last attempt. @default 5000 */
  deadlineMs?: number;
  /** @default 15000 */
  mutationDeadlineMs?: number;
  /** Calls to one member at a time; others wait within their deadline. @default 32 */
  maxConcurrentPerMember?: number;
  /** Calls that wait for one member; more are refused. @default 1000 */
  maxWaitingPerMember?: number;
  /** Of a read whose connection failed, the first included. @default 2 */
  maxAttempts?: number;
  /** What a member's retries and hedges may come to: the share of its calls, and how many at once after a quiet time. @default { ratio: 0.2, burst: 64 } */
  retryBudget?: { ratio: number; burst: number };
  /** Sends a read that takes longer than most a second time, and takes what comes first. @default never */
  hedge?: HedgeOptions;
  /** Failures in a row that open a member's circuit. A whole deadline of silence opens it at once. @default 5 */
  failuresToOpen?: number;
  /** How long an open circuit keeps its member out before it is probed. Doubles up to 30 s while only probes succeed. @default 2000 */
  openMs?: number;
  /** How long a call waits for a probe of its member that has just been sent, before it is refused. @default 250 */
  probeWaitMs?: number;
  /**
   * Lets identical reads that are under way at a member share one answer, for callers of the same identity. It must tell apart all that
   * a member could tell apart by what is sent with a call (`headers` of an HTTP member); `undefined` shares nothing.
   *
   * @default nothing is shared
   */
  identityOf?: (context: unknown) => string | undefined;
  /** @default nobody */
  observer?: PartitionObserver;
}

export interface CallOptions {
  operation: 'query' | 'mutation';
  /** Whether a lost connection may be answered with a second attempt. */
  retry: boolean;
  context: unknown;
  /** The client's; the deadline is added to it. */
  signal?: AbortSignal | undefined;
  /** When the client's request as a whole must be answered, as `performance.now()` counts. */
  deadlineAt?: number | undefined;
}

const DEFAULTS = {
  deadlineMs: 5_000,
  mutationDeadlineMs: 15_000,
  maxConcurrentPerMember: 32,
  maxWaitingPerMember: 1_000,
  maxAttempts: 2,
  retryBudget: { ratio: 0.2, burst: 64 },
  failuresToOpen: 5,
  openMs: 2_000,
  probeWaitMs: 250,
};
/** A timer that fires so late shows that this process stood still, and nothing about the member. */
const STALLED_MS = 500;

/**
 * Calls members with a deadline, retries within a budget, a concurrency limit and a circuit breaker for each. Never rejects. Its state
 * belongs to the member objects, so a member that is replaced starts with a closed circuit, and recomposition changes nothing.
 */
export class MemberCaller {
  /** Complete, and never throws. */
  readonly observer: Required<PartitionObserver>;
  readonly #options: MemberCallerOptions & typeof DEFAULTS;
  readonly #states = new WeakMap<PartitionMember, MemberState>();
  readonly #reads = new SharedReads<CallOutcome>();

  constructor(options: MemberCallerOptions = {}) {
    this.#options = { ...DEFAULTS, ...options };
    this.observer = safeObserver(options.observer);
  }

  async call(member: PartitionMember, request: MemberRequest, options: CallOptions): Promise<CallOutcome> {
    const started = performance.now();
    const attempts = new MemberAttempts(this.#options);
    const identity = options.operation === 'query' && options.retry ? this.#options.identityOf?.(options.context) : undefined;
    const { outcome, isShared } =
      identity === undefined
        ? { outcome: await this.#callAlone(member, request, options, attempts), isShared: false }
        : await this.#callShared(member, request, options, attempts, identity);
    // Who asks from now on must not be given what was read before it.
    if (options.operation === 'mutation') this.forgetReads(member.id);
    this.observer.callEnded({
      member: member.id,
      operation: options.operation,
      durationMs: performance.now() - started,
      outcome: outcome.ok ? 'ANSWERED' : outcome.error.code,
      attempts: isShared ? 0 : attempts.sent,
      hedged: attempts.hedged,
      shared: isShared,
      context: options.context,
    });
    return outcome;
  }

  /** Something has changed at this member: reads that are under way there answer nobody who asks from now on. */
  forgetReads(member: string): void {
    this.#reads.forget(member);
  }

  async #callShared(
    member: PartitionMember,
    request: MemberRequest,
    options: CallOptions,
    attempts: MemberAttempts,
    identity: string,
  ): Promise<{ outcome: CallOutcome; isShared: boolean }> {
    const { signal, deadlineAt, ...rest } = options;
    const started = performance.now();
    const failed = (error: PartitionError): CallOutcome => ({ ok: false, error, durationMs: performance.now() - started });
    if (signal?.aborted) return { outcome: failed(cancelled(member.id)), isShared: false };
    const key = JSON.stringify([this.#stateOf(member).serial, identity, request.query, request.variables]);
    // For as long as anybody waits: neither this client's leaving nor its deadline ends what others wait for.
    const read = this.#reads.join(member.id, key, (abandoned) => this.#callAlone(member, request, { ...rest, signal: abandoned }, attempts));
    const { isShared } = read;
    return new Promise((resolve) => {
      let isOver = false;
      const end = (outcome: CallOutcome): void => {
        isOver = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        resolve({ outcome, isShared });
      };
      const leave = (error: PartitionError): void => {
        if (isOver) return;
        read.leave();
        end(failed(error));
      };
      const cancel = (): void => leave(cancelled(member.id));
      const timer = deadlineAt === undefined ? undefined : setTimeout(() => leave(requestTimeout(member.id)), Math.max(0, deadlineAt - started));
      signal?.addEventListener('abort', cancel, { once: true });
      void read.answer.then((outcome) => isOver || end(isShared ? copyOf(outcome) : outcome));
    });
  }

  async #callAlone(member: PartitionMember, request: MemberRequest, options: CallOptions, attempts: MemberAttempts): Promise<CallOutcome> {
    const started = performance.now();
    const state = this.#stateOf(member);
    const failed = (error: PartitionError): CallOutcome => ({ ok: false, error, durationMs: performance.now() - started });
    if (state.limit.isFull) return failed(memberUnavailable(member.id, 'has too many requests waiting for it', undefined, false));
    const pass = state.breaker.enter() ?? (await state.passAfterProbe(member, options));
    if (!pass) return failed(state.keptOut);
    try {
      const result = await this.#withinDeadline(member, state, request, options, attempts);
      pass.succeeded();
      return { ok: true, result, durationMs: performance.now() - started };
    } catch (thrown) {
      const error = toPartitionError(member.id, thrown);
      const ofMember = error.code === 'SITE_TIMEOUT' && performance.now() - started - this.#deadlineOf(options) < STALLED_MS;
      // An answer that does not fit, a client that leaves and its own deadline say nothing about whether the member can be reached.
      if (error.hasAnswered) pass.succeeded();
      else if (error.code === 'SITE_UNAVAILABLE') pass.failed();
      else if (ofMember && !error.isOfRequest) pass.silent();
      else pass.cancelled();
      return failed(error);
    }
  }

  async #withinDeadline(member: PartitionMember, state: MemberState, request: MemberRequest, options: CallOptions, attempts: MemberAttempts): Promise<MemberResult> {
    const deadlineMs = this.#deadlineOf(options);
    const leftMs = (options.deadlineAt ?? Number.POSITIVE_INFINITY) - performance.now();
    if (leftMs <= 0) throw requestTimeout(member.id);
    const controller = new AbortController();
    const cancel = (): void => controller.abort(cancelled(member.id));
    // Answers that have arrived go first: after a standstill all timers would be over.
    const timer = setTimeout(
      () => setImmediate(() => controller.abort(leftMs < deadlineMs ? requestTimeout(member.id) : memberTimeout(member.id, deadlineMs))),
      Math.min(deadlineMs, leftMs),
    );
    if (options.signal?.aborted) cancel();
    options.signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await state.limit.run(controller.signal, () => attempts.run(member, state, request, options, controller.signal));
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
    }
  }

  #deadlineOf({ operation }: CallOptions): number {
    return operation === 'mutation' ? this.#options.mutationDeadlineMs : this.#options.deadlineMs;
  }

  #stateOf(member: PartitionMember): MemberState {
    let state = this.#states.get(member);
    if (!state) this.#states.set(member, (state = new MemberState(member.id, this.#options, this.observer)));
    return state;
  }
}

const cancelled = (member: string): PartitionError => new PartitionError('REQUEST_CANCELLED', 'the request was cancelled', { member });

/** An answer belongs to one request, which changes it. */
function copyOf(outcome: CallOutcome): CallOutcome {
  return outcome.ok ? { ...outcome, result: structuredClone(outcome.result) } : outcome;
}
