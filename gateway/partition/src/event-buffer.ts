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
  /** Room beyond the limit; what is taken uses it up. */
  #granted = 0;

  constructor(readonly limit: number) {}

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Makes room for events that come at once and could not have been read yet. */
  grant(events: number): void {
    this.#granted += events;
  }

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
    if (outdated !== undefined && this.#waiting.size - this.#granted >= this.limit / 2) this.#waiting.delete(outdated);
    if (this.#waiting.size - this.#granted >= this.limit) return false;
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

  /** The next event, if one waits. */
  take(): T | undefined {
    const [first] = this.#waiting;
    return first && this.#take(...first);
  }

  /** For one consumer, which asks for one event at a time. */
  async next(): Promise<IteratorResult<T, void>> {
    for (;;) {
      const [first] = this.#waiting;
      if (first) return { done: false, value: this.#take(...first) };
      if (this.#ended) {
        if (this.#ended.error) throw this.#ended.error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<T, void> {
    return { next: () => this.next() };
  }

  #take(place: number, { event, subject }: Waiting<T>): T {
    this.#waiting.delete(place);
    if (this.#granted > 0) this.#granted--;
    if (subject !== undefined && this.#latest.get(subject) === place) this.#latest.delete(subject);
    return event;
  }
}
