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
  /** Name to time of expiry, least recently used first. */
  readonly #pins = new Map<string, number>();

  constructor(private readonly options: TransferPinsOptions) {}

  pin(name: string): void {
    this.#pins.delete(name);
    this.#pins.set(name, this.options.now() + this.options.pinMs);
    if (this.#pins.size <= mostPins) return;
    for (const oldest of this.#pins.keys()) {
      this.#pins.delete(oldest);
      return;
    }
  }

  /** Those that have not expired. */
  *names(): Generator<string> {
    const now = this.options.now();
    for (const [name, expiry] of this.#pins) if (expiry > now) yield name;
  }

  /** A part has taken the chunk in. */
  release(name: string): void {
    this.#pins.delete(name);
  }
}

/** About 15 MB; 100 GB under way with chunks of 1 MiB. */
const mostPins = 100_000;
