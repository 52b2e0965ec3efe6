import { checkedResult } from './checked-result.js';
import type { MemberState } from './member-state.js';
import { toPartitionError } from './partition-error.js';
import type { MemberRequest, MemberResult, PartitionMember } from './partition-member.js';
import { pause } from './pause.js';
import { untilAborted } from './until-aborted.js';

export interface HedgeOptions {
  /** A read is sent again when it takes longer than this share of the member's latest answers did. @default 0.95 */
  quantile?: number;
  /** Never before. @default 20 */
  minMs?: number;
}

export interface AttemptsOptions {
  maxAttempts: number;
  hedge?: HedgeOptions;
}

/** What is needed to know whether more than one request may be sent. */
interface Repeatable {
  operation: 'query' | 'mutation';
  retry: boolean;
  context: unknown;
}

/** The requests of one call: the first, retries after a lost connection, and a hedge beside one that is slow. */
export class MemberAttempts {
  /** Requests that were sent. */
  sent = 0;
  hedged = false;

  constructor(readonly options: AttemptsOptions) {}

  async run(member: PartitionMember, state: MemberState, request: MemberRequest, options: Repeatable, signal: AbortSignal): Promise<MemberResult> {
    state.budget.earn();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#hedgedAttempt(member, state, request, options, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        const error = toPartitionError(member.id, thrown);
        if (!options.retry || !error.retryable || attempt >= this.options.maxAttempts || !state.budget.spend()) throw error;
      }
      await pause(20 + Math.random() * 60 * attempt, signal);
    }
  }

  #hedgedAttempt(member: PartitionMember, state: MemberState, request: MemberRequest, options: Repeatable, signal: AbortSignal): Promise<MemberResult> {
    const { hedge } = this.options;
    const usual = hedge && options.operation === 'query' && options.retry ? state.latency.quantile(hedge.quantile ?? 0.95) : undefined;
    if (!hedge || usual === undefined) return this.#attempt(member, state, request, options, signal);
    return firstOf(
      (own) => this.#attempt(member, state, request, options, AbortSignal.any([signal, own])),
      Math.max(hedge.minMs ?? 20, usual),
      () => (this.hedged = state.budget.spend()),
    );
  }

  async #attempt(member: PartitionMember, state: MemberState, request: MemberRequest, { context, operation }: Repeatable, signal: AbortSignal): Promise<MemberResult> {
    signal.throwIfAborted();
    this.sent++;
    const started = performance.now();
    const result = checkedResult(member.id, await untilAborted(member.execute(request, { signal, context, operation }), signal));
    state.latency.add(performance.now() - started);
    return result;
  }
}

/** Starts a task, and after a time the same again if `may` says so. The first result wins and aborts the other; one failure alone decides nothing. */
function firstOf<T>(task: (signal: AbortSignal) => Promise<T>, afterMs: number, may: () => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const running = new Set<AbortController>();
    const start = (): void => {
      const own = new AbortController();
      running.add(own);
      task(own.signal).then(
        (result) => {
          clearTimeout(timer);
          running.delete(own);
          for (const other of running) other.abort();
          resolve(result);
        },
        (error: unknown) => {
          running.delete(own);
          if (running.size > 0) return;
          clearTimeout(timer);
          reject(error as Error);
        },
      );
    };
    const timer = setTimeout(() => may() && start(), afterMs);
    start();
  });
}
