const CAPACITY = 128;
/** Fewer say nothing about a tail. */
const ENOUGH = 20;
/** Sorting costs more than it is worth for each single answer. */
const REFRESH_EVERY = 16;

/** How long the latest answers of one member took. */
export class LatencyRecord {
  readonly #durations = new Float64Array(CAPACITY);
  #count = 0;
  #known: { at: number; quantile: number; value: number } | undefined;

  add(durationMs: number): void {
    this.#durations[this.#count % CAPACITY] = durationMs;
    this.#count++;
  }

  /** `undefined` while there are too few to tell. */
  quantile(quantile: number): number | undefined {
    if (this.#count < ENOUGH) return undefined;
    if (!this.#known || this.#known.quantile !== quantile || this.#count - this.#known.at >= REFRESH_EVERY) {
      const sorted = this.#durations.slice(0, Math.min(this.#count, CAPACITY)).sort();
      this.#known = { at: this.#count, quantile, value: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))]! };
    }
    return this.#known.value;
  }
}
