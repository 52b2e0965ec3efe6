/**
 * Runs tasks side by side, at most `limit`. After a failure it starts nothing more and tells the first error at the next
 * opportunity; {@link settled} is what to wait for before undoing.
 */
export class BoundedTasks {
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(private readonly limit: number) {}

  /** Resolves when the task has been started, which is when there is room for it. @throws the first failure */
  async start(task: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.limit) await Promise.race(this.#running);
    this.#throwFailure();
    const run = task()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Resolves when all are done. @throws the first failure */
  async done(): Promise<void> {
    await this.settled();
    this.#throwFailure();
  }

  /** Resolves when none runs any more, whichever way they ended. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
