/** Between two turns of one caller's events, in milliseconds: 200 fetches a second at each subgraph, however many events there are. */
const TURN_MS = 5;

/**
 * When events that lack something of other subgraphs begin to be completed. One that comes after a pause begins at once; those that
 * come right after another wait for the next turn, so that what they lack is fetched together. All subscriptions of one caller have
 * the same turns.
 */
export class EventPace {
  #latest = -Infinity;
  #isOpen = false;
  #next: Promise<void> | undefined;

  /** @returns what to wait for; `undefined` when it is the event's turn now */
  turn(): Promise<void> | undefined {
    if (this.#isOpen) return undefined;
    const waitMs = this.#latest + TURN_MS - performance.now();
    if (waitMs <= 0) {
      this.#open();
      return undefined;
    }
    return (this.#next ??= new Promise((resolve) => {
      setTimeout(() => {
        this.#next = undefined;
        this.#open();
        resolve();
      }, waitMs);
    }));
  }

  /** For all who are given the event that comes just now. */
  #open(): void {
    this.#latest = performance.now();
    this.#isOpen = true;
    process.nextTick(() => (this.#isOpen = false));
  }
}
