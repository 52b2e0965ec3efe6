/** A bounded queue between producers that cannot wait and one consumer that can be slow. */
export class EventBuffer<T> implements AsyncIterable<T> {
  /** In order of arrival; the key is a subject, or a symbol of its own for an event that nothing replaces. */
  readonly #waiting = new Map<string | symbol, T>();
  #ended: { error?: Error } | undefined;
  #wake: (() => void) | undefined;

  constructor(readonly limit: number) {}

  /**
   * Adds an event. One with the same `subject` that still waits is dropped, and the new one goes to the **end**: an event taken
   * from the buffer then never lies before one that was taken earlier, so its cursor is safe to resume from.
   *
   * @returns `false` when the buffer is full; the event is not added
   */
  push(event: T, subject?: string): boolean {
    if (this.#ended) return true;
    if (subject !== undefined) this.#waiting.delete(subject);
    if (this.#waiting.size >= this.limit) return false;
    this.#waiting.set(subject ?? Symbol(), event);
    this.#wake?.();
    return true;
  }

  /** What waits is still delivered. */
  end(): void {
    this.#ended ??= {};
    this.#wake?.();
  }

  /** What waits is dropped; the consumer gets `error` next. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#ended = { error };
    this.#waiting.clear();
    this.#wake?.();
  }

  /** For one consumer. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      const [first] = this.#waiting;
      if (first) {
        this.#waiting.delete(first[0]);
        yield first[1];
      } else if (this.#ended) {
        if (this.#ended.error) throw this.#ended.error;
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = undefined;
      }
    }
  }
}
