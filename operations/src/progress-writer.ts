import type { StepProgress } from './define-operation.js';
import type { OperationLog } from './log.js';
import type { OperationProgress } from './operation-record.js';
import type { ProgressMeter, StepFigures } from './progress-meter.js';

/** No operation writes its figures more often than this. */
const INTERVAL_MS = 100;

export interface ProgressWriterOptions {
  readonly meter: ProgressMeter;
  readonly log: OperationLog;
  readonly write: (
    progress: OperationProgress,
    steps: ReadonlyMap<string, StepFigures>,
    step: string | undefined,
  ) => Promise<void>;
}

/** Takes figures as fast as they come and writes the latest now and then, one write at a time. */
export class ProgressWriter {
  readonly #dirty = new Set<string>();
  #latestStep: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #wroteAt = 0;

  constructor(private readonly options: ProgressWriterOptions) {}

  report(step: string, progress: StepProgress): void {
    this.options.meter.report(step, progress);
    this.#dirty.add(step);
    this.#latestStep = step;
    this.#timer ??= setTimeout(() => void this.flush(), Math.max(0, this.#wroteAt + INTERVAL_MS - Date.now()));
  }

  /** Resolves when everything reported so far is written. Figures are worth no failure: an error is logged. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeNow());
    await this.#writing;
  }

  async #writeNow(): Promise<void> {
    if (this.#dirty.size === 0) return;
    const figures = new Map<string, StepFigures>();
    for (const name of this.#dirty) {
      const of = this.options.meter.figuresOf(name);
      if (of !== undefined) figures.set(name, of);
    }
    this.#dirty.clear();
    this.#wroteAt = Date.now();
    try {
      await this.options.write(this.options.meter.total(), figures, this.#latestStep);
    } catch (error) {
      this.options.log.warn({ err: error }, 'the progress of an operation could not be written');
    }
  }
}
