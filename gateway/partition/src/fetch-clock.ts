/** How long one fetch waited for members, and for how many. */
export class FetchClock {
  readonly #started = performance.now();
  readonly #members = new Set<string>();
  #open = 0;
  #openSince = 0;
  #waitedMs = 0;

  /** Counts the time until it settles, once for calls that are open at the same time. */
  async during<T>(member: string, call: Promise<T>): Promise<T> {
    this.#members.add(member);
    if (this.#open++ === 0) this.#openSince = performance.now();
    try {
      return await call;
    } finally {
      if (--this.#open === 0) this.#waitedMs += performance.now() - this.#openSince;
    }
  }

  read(): { members: number; durationMs: number; fetchMs: number; mergeMs: number } {
    const durationMs = performance.now() - this.#started;
    return { members: this.#members.size, durationMs, fetchMs: this.#waitedMs, mergeMs: durationMs - this.#waitedMs };
  }
}
