import { CircuitBreaker, type CircuitPass } from './circuit-breaker.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { LatencyRecord } from './latency-record.js';
import { memberUnavailable, PartitionError } from './partition-error.js';
import type { PartitionMember } from './partition-member.js';
import type { PartitionObserver } from './partition-observer.js';
import { RetryBudget, type RetryBudgetOptions } from './retry-budget.js';
import { untilAborted } from './until-aborted.js';

export interface MemberStateOptions {
  deadlineMs: number;
  maxConcurrentPerMember: number;
  maxWaitingPerMember: number;
  retryBudget: RetryBudgetOptions;
  failuresToOpen: number;
  openMs: number;
  probeWaitMs: number;
}

let lastSerial = 0;

/** What is known about one member from the calls to it. */
export class MemberState {
  /** Tells members apart that have the same id, one after the other. */
  readonly serial = ++lastSerial;
  readonly breaker: CircuitBreaker;
  readonly limit: ConcurrencyLimit;
  readonly budget: RetryBudget;
  readonly latency = new LatencyRecord();
  /** One for all calls that are refused: there are as many as requests. */
  readonly keptOut: PartitionError;
  #probe: { readonly ended: Promise<void>; readonly waitUntil: number } | undefined;

  constructor(
    member: string,
    readonly options: MemberStateOptions,
    observer: Required<PartitionObserver>,
  ) {
    const { failuresToOpen, openMs } = options;
    this.keptOut = memberUnavailable(member, 'failed several times in a row and is asked again in a moment', undefined, false);
    this.breaker = new CircuitBreaker({ failuresToOpen, openMs, onChange: (from, to) => observer.breakerChanged({ member, from, to }) });
    this.limit = new ConcurrencyLimit(options.maxConcurrentPerMember, options.maxWaitingPerMember);
    this.budget = new RetryBudget(options.retryBudget);
  }

  /**
   * Probes a member whose circuit is open and whose time is over, and waits a moment for it: a member that is back costs no
   * request its rows, and one that hangs holds none up.
   */
  async passAfterProbe(member: PartitionMember, { context, signal }: { context: unknown; signal?: AbortSignal | undefined }): Promise<CircuitPass | undefined> {
    const probe = this.breaker.probe();
    if (probe) {
      const ended = this.#ask(member, context).then(() => probe.succeeded(), () => probe.failed());
      this.#probe = { ended, waitUntil: performance.now() + this.options.probeWaitMs };
    }
    if (!this.#probe) return undefined;
    const waitMs = this.#probe.waitUntil - performance.now();
    if (waitMs > 0) await endedWithin(this.#probe.ended, waitMs, signal);
    return this.breaker.enter();
  }

  /** The smallest question there is; any answer to it shows that the member is there. */
  async #ask(member: PartitionMember, context: unknown): Promise<void> {
    const signal = AbortSignal.timeout(this.options.deadlineMs);
    const answer = untilAborted(member.execute({ query: '{ __typename }' }, { signal, context, operation: 'query' }), signal);
    await answer.catch((error: unknown) => {
      if (!(error instanceof PartitionError && error.hasAnswered)) throw error;
    });
  }
}

function endedWithin(ended: Promise<void>, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal?.addEventListener('abort', finish, { once: true });
    void ended.then(finish);
  });
}
