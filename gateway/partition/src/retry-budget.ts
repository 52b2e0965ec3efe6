export interface RetryBudgetOptions {
  /** Retries and hedges that may be sent at once after a quiet time. */
  burst: number;
  /** What each call adds: 0.2 lets one in five be sent twice in the long run. */
  ratio: number;
}

/**
 * How many requests may be sent a second time. Without a bound, retries double the load of a member just when it has too much;
 * with one, they cost a share of the load that is there anyway.
 */
export class RetryBudget {
  #tokens: number;

  constructor(readonly options: RetryBudgetOptions) {
    this.#tokens = options.burst;
  }

  /** Counts a call. */
  earn(): void {
    this.#tokens = Math.min(this.options.burst, this.#tokens + this.options.ratio);
  }

  /** Whether one more may be sent; it is paid for then. */
  spend(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
