/** Lets a number of tasks run at a time; the others wait in order of arrival, until their signal is aborted. */
export class ConcurrencyLimit {
  #running = 0;
  readonly #waiting = new Set<() => void>();

  constructor(
    readonly max: number,
    readonly maxWaiting = Number.POSITIVE_INFINITY,
  ) {}

  /** Whether one more task would neither run nor find a place to wait. */
  get isFull(): boolean {
    return this.#running >= this.max && this.#waiting.size >= this.maxWaiting;
  }

  /** Rejects with the signal's reason when it is aborted before the task could start. */
  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.max) await this.#turn(signal);
    else this.#running++;
    try {
      return await task();
    } finally {
      this.#release();
    }
  }

  /** Resolves with the slot of a task that has ended. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const start = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.delete(start);
        reject(signal.reason as Error);
      };
      this.#waiting.add(start);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #release(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#running--;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
