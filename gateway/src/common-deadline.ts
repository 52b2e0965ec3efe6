/** One deadline for several pieces of work that begin together. Leaves nothing behind once all of them are done. */
export class CommonDeadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #running = 0;
  #isOver = false;

  constructor(
    deadlineMs: number,
    private readonly outer: AbortSignal | undefined,
  ) {
    this.#timer = setTimeout(() => this.#controller.abort(new DOMException(`not done within ${deadlineMs} ms`, 'TimeoutError')), deadlineMs);
    outer?.addEventListener('abort', this.#abort, { once: true });
    if (outer?.aborted) this.#abort();
  }

  /** Whether all that ran is done: nothing may begin any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await work(this.#controller.signal);
    } finally {
      if (--this.#running === 0) {
        this.#isOver = true;
        clearTimeout(this.#timer);
        this.outer?.removeEventListener('abort', this.#abort);
      }
    }
  }

  readonly #abort = (): void => this.#controller.abort(this.outer?.reason);
}
