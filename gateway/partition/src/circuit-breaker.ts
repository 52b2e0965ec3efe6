import type { BreakerState } from './partition-observer.js';

export interface CircuitBreakerOptions {
  failuresToOpen: number;
  /** How long it stays open at first; doubled each time it opens again before a call has succeeded. */
  openMs: number;
  /** @default 30000, or `openMs` when that is more */
  longestOpenMs?: number;
  /** Milliseconds that never go back; tests move it. @default performance.now */
  now?: () => number;
  onChange?: (from: BreakerState, to: BreakerState) => void;
}

type State =
  | { kind: 'CLOSED'; failuresInARow: number }
  | { kind: 'OPEN'; until: number }
  | { kind: 'HALF_OPEN' };

/** How one admitted call ended; exactly one of these is to be called. */
export interface CircuitPass {
  succeeded(): void;
  failed(): void;
  /**
   * Nothing came for a whole deadline. If nothing came to other calls either meanwhile, it is the other side that is silent, not
   * this question that is hard: one such deadline is enough.
   */
  silent(): void;
  /** Says nothing about the other side. */
  cancelled(): void;
}

/** How a probe ended. */
export interface CircuitProbe {
  succeeded(): void;
  failed(): void;
}

/**
 * Keeps calls from a side that failed several times in a row, or was silent. When its time is over it stays closed to calls
 * until a probe has succeeded: a call of somebody who waits for its answer is too good for that.
 */
export class CircuitBreaker {
  #state: State = { kind: 'CLOSED', failuresInARow: 0 };
  #openMs: number;
  #lastSuccess = Number.NEGATIVE_INFINITY;
  readonly #now: () => number;

  constructor(readonly options: CircuitBreakerOptions) {
    this.#now = options.now ?? (() => performance.now());
    this.#openMs = options.openMs;
  }

  /** `undefined` when the call must not be made. */
  enter(): CircuitPass | undefined {
    if (this.#state.kind !== 'CLOSED') return undefined;
    const entered = this.#now();
    return {
      succeeded: () => this.#succeeded(),
      failed: () => this.#countFailure(),
      silent: () => (this.#lastSuccess < entered && this.#state.kind === 'CLOSED' ? this.#open() : undefined),
      cancelled: () => {},
    };
  }

  /** A probe to be made now, by whoever asks first; `undefined` when none is due. */
  probe(): CircuitProbe | undefined {
    if (this.#state.kind !== 'OPEN' || this.#now() < this.#state.until) return undefined;
    this.#become({ kind: 'HALF_OPEN' });
    return {
      // One failure opens it again: that a side answers to a probe does not show that it can do its work.
      succeeded: () => this.#become({ kind: 'CLOSED', failuresInARow: this.options.failuresToOpen - 1 }),
      failed: () => this.#open(),
    };
  }

  /** A late answer of a call from before the circuit opened shows life too, so success always closes. */
  #succeeded(): void {
    this.#lastSuccess = this.#now();
    this.#openMs = this.options.openMs;
    if (this.#state.kind === 'CLOSED') this.#state.failuresInARow = 0;
    else this.#become({ kind: 'CLOSED', failuresInARow: 0 });
  }

  #countFailure(): void {
    if (this.#state.kind !== 'CLOSED') return;
    this.#state.failuresInARow++;
    if (this.#state.failuresInARow >= this.options.failuresToOpen) this.#open();
  }

  #open(): void {
    const { openMs, longestOpenMs = Math.max(30_000, openMs) } = this.options;
    this.#become({ kind: 'OPEN', until: this.#now() + this.#openMs });
    this.#openMs = Math.min(longestOpenMs, this.#openMs * 2);
  }

  #become(state: State): void {
    const from = this.#state.kind;
    this.#state = state;
    if (from !== state.kind) this.options.onChange?.(from, state.kind);
  }
}
