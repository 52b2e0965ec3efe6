/** Events that come one by one, of which those that have come already can be taken together. */
export interface EventQueue<T> {
  next(): Promise<IteratorResult<T, void>>;
  /** Those that wait now, this many at most. */
  takeWaiting(limit: number): T[];
  /** Ends it; does not wait for a source that waits for its next event. */
  return(): unknown;
}

/** A source that is read ahead of its reader, by so many events. What it throws is thrown once all before it was taken. */
export class ReadAhead<T> implements EventQueue<T> {
  readonly #source: AsyncIterator<T>;
  #waiting: T[] = [];
  #ended: { readonly error?: unknown } | undefined;
  #isReading = false;
  #wake = (): void => {};

  constructor(
    source: AsyncIterable<T>,
    private readonly limit: number,
  ) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<T, void>> {
    for (;;) {
      const [first] = this.takeWaiting(1);
      if (first !== undefined) return { done: false, value: first };
      if (this.#ended) {
        if ('error' in this.#ended) throw this.#ended.error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  takeWaiting(limit: number): T[] {
    const taken = this.#waiting.splice(0, limit);
    void this.#read();
    return taken;
  }

  return(): void {
    this.#ended ??= {};
    this.#waiting = [];
    this.#wake();
    // Not awaited: a generator that waits for an event returns only after it.
    void this.#source.return?.().catch(() => {});
  }

  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (!this.#ended && this.#waiting.length < this.limit) {
        const { done, value } = await this.#source.next();
        if (done) this.#ended ??= {};
        else if (!this.#ended) this.#waiting.push(value);
        this.#wake();
      }
    } catch (error) {
      this.#ended ??= { error };
      this.#wake();
    }
    this.#isReading = false;
  }
}
