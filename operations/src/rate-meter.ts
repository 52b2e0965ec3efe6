const WINDOW_MS = 5_000;
/** Samples closer together than this are merged, which bounds their number. */
const RESOLUTION_MS = 100;

/** Average speed over the last seconds. */
export class RateMeter {
  #samples: { at: number; value: number }[] = [];

  /** @param now - milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number) {}

  /** @param value - the whole so far; a smaller one than before (work that is done again) starts anew */
  add(value: number): void {
    const at = this.now();
    const last = this.#samples.at(-1);
    if (last !== undefined && value < last.value) this.#samples = [];
    if (last !== undefined && this.#samples.length > 1 && at - last.at < RESOLUTION_MS) last.value = value;
    else this.#samples.push({ at, value });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > WINDOW_MS) this.#samples.shift();
  }

  /** Units per second; null when nothing moved. */
  perSecond(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.value === first.value) return null;
    const elapsedMs = this.now() - first.at;
    return elapsedMs < RESOLUTION_MS ? null : ((last.value - first.value) * 1000) / elapsedMs;
  }
}
