export interface CircuitBreakerOptions {
  failuresToOpen: number;
  openMs: number;
  /** Milliseconds that never go back; tests move it. @default performance.now */
  now?: () => number;
}

type State =
  | { kind: 'closed'; failuresInARow: number }
  | { kind: 'open'; until: number }
  | { kind: 'half-open' };

/** How one admitted call ended; exactly one of the three is to be called. */
export interface CircuitPass {
  succeeded(): void;
  failed(): void;
  /** Says nothing about the other side; a probe that ends so lets the next call probe. */
  cancelled(): void;
}

/** Keeps calls from a side that failed several times in a row; after a while one call at a time probes it. */
export class CircuitBreaker {
  #state: State = { kind: 'closed', failuresInARow: 0 };
  readonly #now: () => number;

  constructor(readonly options: CircuitBreakerOptions) {
    this.#now = options.now ?? (() => performance.now());
  }

  /** `undefined` when the call must not be made. */
  enter(): CircuitPass | undefined {
    switch (this.#state.kind) {
      case 'closed':
        return { succeeded: () => this.#close(), failed: () => this.#countFailure(), cancelled: () => {} };
      case 'open':
        if (this.#now() < this.#state.until) return undefined;
        this.#state = { kind: 'half-open' };
        return { succeeded: () => this.#close(), failed: () => this.#open(), cancelled: () => (this.#state = { kind: 'open', until: 0 }) };
      case 'half-open':
        return undefined;
    }
  }

  /** A late answer of a call from before the circuit opened shows life too, so success always closes. */
  #close(): void {
    this.#state = { kind: 'closed', failuresInARow: 0 };
  }

  #countFailure(): void {
    if (this.#state.kind !== 'closed') return;
    this.#state.failuresInARow++;
    if (this.#state.failuresInARow >= this.options.failuresToOpen) this.#open();
  }

  #open(): void {
    this.#state = { kind: 'open', until: this.#now() + this.options.openMs };
  }
}
