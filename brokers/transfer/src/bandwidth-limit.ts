import { setTimeout as delay } from 'node:timers/promises';

/** Spreads bytes over time, for all connections of one transfer together. */
export class BandwidthLimit {
  #freeAt = performance.now();

  /** @param bytesPerSecond absent: no limit */
  constructor(private readonly bytesPerSecond: number | undefined) {}

  /** Resolves when `bytes` may be sent. @throws the signal's reason */
  async pass(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.bytesPerSecond === undefined) return;
    const now = performance.now();
    const startAt = Math.max(this.#freeAt, now);
    this.#freeAt = startAt + (bytes / this.bytesPerSecond) * 1000;
    if (startAt > now) await delay(startAt - now, undefined, { signal });
  }
}
