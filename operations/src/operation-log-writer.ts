import { LogLevel, type NewLogLine } from './log-line.js';
import type { OperationLog } from './log.js';

/** Lines are gathered for so long. */
const INTERVAL_MS = 200;
/** More than so many of one gathering are left out, and a line says how many. */
const MOST_AT_ONCE = 200;

export interface OperationLogWriterOptions {
  readonly write: (lines: readonly NewLogLine[]) => Promise<void>;
  readonly log: OperationLog;
}

/** Takes lines as fast as they come and writes them now and then, in order. */
export class OperationLogWriter {
  #lines: NewLogLine[] = [];
  #leftOut = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly options: OperationLogWriterOptions) {}

  add(level: LogLevel, message: string, step: string | null): void {
    if (this.#lines.length < MOST_AT_ONCE) this.#lines.push({ at: new Date(), level, step, message });
    else this.#leftOut++;
    this.#timer ??= setTimeout(() => void this.flush(), INTERVAL_MS);
  }

  /** Resolves when everything added so far is written. Lines are worth no failure: an error is told to the process's log. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeNow());
    await this.#writing;
  }

  async #writeNow(): Promise<void> {
    const lines = this.#lines;
    if (lines.length === 0) return;
    if (this.#leftOut > 0) lines.push({ at: new Date(), level: LogLevel.Warning, step: null, message: `${this.#leftOut} lines came too fast and are left out` });
    this.#lines = [];
    this.#leftOut = 0;
    try {
      await this.options.write(lines);
    } catch (error) {
      this.options.log.warn({ err: error }, 'the log of an operation could not be written');
    }
  }
}
