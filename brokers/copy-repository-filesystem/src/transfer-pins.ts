export interface TransferPinsOptions {
  /** How long a chunk stays pinned after the last time a transfer asked for it or sent it. */
  readonly pinMs: number;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * Chunks that a transfer under way counts on while no part refers to them yet. Bounded: with too many the ones that
 * were used longest ago lose their pin. Should such a chunk go before its part is published, publishing names it and the
 * sender sends it again.
 */
export class TransferPins {
  /** Hash to time of expiry, least recently used first. */
  readonly #pins = new Map<string, number>();

  constructor(private readonly options: TransferPinsOptions) {}

  pin(hash: string): void {
    this.#pins.delete(hash);
    this.#pins.set(hash, this.options.now() + this.options.pinMs);
    if (this.#pins.size <= mostPins) return;
    for (const oldest of this.#pins.keys()) {
      this.#pins.delete(oldest);
      return;
    }
  }

  has(hash: string): boolean {
    const expiry = this.#pins.get(hash);
    if (expiry === undefined) return false;
    if (expiry > this.options.now()) return true;
    this.#pins.delete(hash);
    return false;
  }

  /** A part has taken the chunk in. */
  release(hash: string): void {
    this.#pins.delete(hash);
  }
}

/** About 15 MB; 100 GB under way with chunks of 1 MiB. */
const mostPins = 100_000;
