import { setTimeout as delay } from 'node:timers/promises';
import { BrokerError, BrokerErrorCode, isBrokerError } from '@ocopea/broker-contract';

export interface PatienceOptions {
  /** Names the work for people: `sending part "p1"`. */
  readonly doing: string;
  /** How long to go on without any progress. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

/** Repeats what may work later, with growing pauses and jitter, until nothing has moved for too long. */
export class Patience {
  #progressAt = performance.now();
  #failures = 0;

  constructor(private readonly options: PatienceOptions) {}

  /** To be called for what brings the work nearer to its end, and so not for a question that is merely asked again. */
  progress(): void {
    this.#progressAt = performance.now();
    this.#failures = 0;
  }

  /** The result of `attempt`, repeated while it rejects with UNAVAILABLE or DEADLINE_EXCEEDED. */
  async insist<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        await this.pause(error);
      }
    }
  }

  /** Waits before the next attempt. @throws the error when repeating cannot help; UNAVAILABLE when the time is up */
  async pause(error: unknown): Promise<void> {
    const { doing, withinMs, signal } = this.options;
    if (!isBrokerError(error, BrokerErrorCode.Unavailable) && !isBrokerError(error, BrokerErrorCode.DeadlineExceeded)) throw error;
    const left = this.#progressAt + withinMs - performance.now();
    if (left <= 0) {
      throw new BrokerError(BrokerErrorCode.Unavailable, `${doing} was given up after ${Math.round(withinMs / 1000)} s without progress; the last answer: ${error.message}`, { cause: error });
    }
    const longest = Math.min(firstPauseMs * 2 ** this.#failures, longestPauseMs);
    this.#failures += 1;
    await delay(Math.min(left, longest * (0.5 + Math.random() / 2)), undefined, { signal });
  }
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;
