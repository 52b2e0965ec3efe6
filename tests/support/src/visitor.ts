import type { Guestbook } from './guestbook.js';

/** Signs a guestbook, one entry after another, and counts how often it was let. */
export class Visitor {
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  signed = 0;
  refused = 0;

  constructor(book: Guestbook) {
    this.#ended = this.#sign(book);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #sign(book: Guestbook): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await book.sign('visitor', `number ${this.signed}`).then(
        () => (this.signed += 1),
        () => (this.refused += 1),
      );
    }
  }
}
