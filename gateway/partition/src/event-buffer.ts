interface Waiting<T> {
  readonly event: T;
  readonly subject: string | undefined;
}

/** A bounded queue between producers that cannot wait and one consumer that can be slow. */
export class EventBuffer<T> implements AsyncIterable<T> {
  /** In order of arrival. */
  readonly #waiting = new Map<number, Waiting<T>>();
  /** The latest event of each subject that waits. */
  readonly #latest = new Map<string, number>();
  #arrived = 0;
  #ended: { error?: Error } | undefined;
  #wake: (() => void) | undefined;

  constructor(readonly limit: number) {}

  /**
   * Adds an event. While half of the buffer is taken, which a burst alone does not do, an event with the same `subject` that
   * still waits is dropped for it. The new one goes to the **end**: an event taken from the buffer never lies before one that
   * was taken earlier, so its cursor is safe to resume from.
   *
   * @returns `false` when the buffer is full; the event is not added
   */
  push(event: T, subject?: string): boolean {
    if (this.#ended) return true;
    const outdated = subject === undefined ? undefined : this.#latest.get(subject);
    if (outdated !== undefined && this.#waiting.size >= this.limit / 2) this.#waiting.delete(outdated);
    if (this.#waiting.size >= this.limit) return false;
    const place = this.#arrived++;
    this.#waiting.set(place, { event, subject });
    if (subject !== undefined) this.#latest.set(subject, place);
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
    this.#latest.clear();
    this.#wake?.();
  }

  /** For one consumer. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      const [first] = this.#waiting;
      if (first) {
        yield this.#take(...first);
      } else if (this.#ended) {
        if (this.#ended.error) throw this.#ended.error;
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = undefined;
      }
    }
  }

  #take(place: number, { event, subject }: Waiting<T>): T {
    this.#waiting.delete(place);
    if (subject !== undefined && this.#latest.get(subject) === place) this.#latest.delete(subject);
    return event;
  }
}
