import type { StepProgress } from './define-operation.js';
import type { OperationLog } from './log.js';
import type { ProgressWrite } from './operation-store.js';
import type { ProgressMeter } from './progress-meter.js';

/** No operation writes its figures more often than this, */
const LEAST_INTERVAL_MS = 100;
/** for each of its parts this much less often, since each write tells of all of them, */
const PER_PART_MS = 10;
/** and the less often the longer it runs, so that a day of work leaves some 20,000 events in the journal and not a million. */
const SHARE_OF_AGE = 1 / 200;
const MOST_INTERVAL_MS = 5_000;

export interface ProgressWriterOptions {
  readonly meter: ProgressMeter;
  readonly log: OperationLog;
  readonly write: (progress: ProgressWrite) => Promise<void>;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** How long after a write the next one may be. */
export function progressIntervalMs(ageMs: number, parts: number): number {
  return Math.min(MOST_INTERVAL_MS, Math.max(LEAST_INTERVAL_MS, parts * PER_PART_MS, ageMs * SHARE_OF_AGE));
}

/** Takes figures as fast as they come and writes the latest now and then, one write at a time. */
export class ProgressWriter {
  readonly #dirty = new Set<string>();
  #latestStep: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #wroteAt = -Infinity;
  readonly #bornAt: number;

  constructor(private readonly options: ProgressWriterOptions) {
    this.#bornAt = options.now();
  }

  report(step: string, progress: StepProgress): void {
    this.options.meter.report(step, progress);
    this.#dirty.add(step);
    this.#latestStep = step;
    this.#timer ??= setTimeout(() => void this.flush(), this.#pauseMs());
  }

  /** Resolves when everything reported so far is written. Figures are worth no failure: an error is logged. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeNow());
    await this.#writing;
  }

  #pauseMs(): number {
    const now = this.options.now();
    return Math.max(0, this.#wroteAt + progressIntervalMs(now - this.#bornAt, this.options.meter.partCount) - now);
  }

  async #writeNow(): Promise<void> {
    if (this.#dirty.size === 0) return;
    const { meter, log, now, write } = this.options;
    const steps = new Map([...this.#dirty].flatMap((name) => {
      const figures = meter.figuresOf(name);
      return figures === undefined ? [] : [[name, { figures, parts: meter.partsOf(name) }] as const];
    }));
    this.#dirty.clear();
    this.#wroteAt = now();
    try {
      await write({ progress: meter.total(), parts: meter.parts(), steps, step: this.#latestStep });
    } catch (error) {
      log.warn({ err: error }, 'the progress of an operation could not be written');
    }
  }
}
