/** Lets a test decide how much of some work goes on: each pass waits until it is let through. */
export class Turnstile {
  #allowed = Number.POSITIVE_INFINITY;
  #passed = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #watching: (() => void)[] = [];

  /** Called by the work. */
  async pass(): Promise<void> {
    this.#passed += 1;
    for (const wake of this.#watching.splice(0)) wake();
    while (this.#passed > this.#allowed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Stops the work after so many further passes. */
  stopAfter(passes: number): void {
    this.#passed = 0;
    this.#allowed = passes;
  }

  open(): void {
    this.#allowed = Number.POSITIVE_INFINITY;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves when the work waits. */
  async stopped(): Promise<void> {
    while (this.#passed <= this.#allowed) await new Promise<void>((resolve) => this.#watching.push(resolve));
  }
}
