import type { LongCallOptions, WorkProgress } from './broker-call.js';

const INTERVAL_MS = 100;

/** Counts the bytes of one call and tells them no more often than {@link LongCallOptions.onProgress} allows. */
export class ProgressMeter {
  #bytesDone = 0;
  #toldAt = -Infinity;

  constructor(
    private readonly onProgress: LongCallOptions['onProgress'],
    private readonly bytesTotal?: number,
    /** What is told beside the bytes done, asked for each time. */
    private readonly also?: () => Omit<WorkProgress, 'bytesDone' | 'bytesTotal'>,
  ) {}

  get bytesDone(): number {
    return this.#bytesDone;
  }

  add(bytes: number): void {
    this.#bytesDone += bytes;
    const now = performance.now();
    if (now - this.#toldAt < INTERVAL_MS) return;
    this.#toldAt = now;
    this.#tell();
  }

  /** Tells the last figure, which may have been held back. */
  end(): void {
    this.#tell();
  }

  #tell(): void {
    const progress: WorkProgress = { bytesDone: this.#bytesDone, ...this.also?.() };
    this.onProgress?.(this.bytesTotal === undefined ? progress : { ...progress, bytesTotal: this.bytesTotal });
  }
}
