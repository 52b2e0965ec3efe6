import { EventEmitter, once } from 'node:events';
import type { LogLine } from '@ocopea/broker-contract';

const KEPT_LINES = 10_000;

/** Output of one app service, bounded. */
export class MemoryLog {
  #lines: LogLine[] = [];
  #count = 0;
  readonly #changes = new EventEmitter().setMaxListeners(0);

  print(stream: 'out' | 'err', text: string): void {
    // Padded, so that cursors grow as texts, too.
    const cursor = String(++this.#count).padStart(16, '0');
    this.#lines.push({ at: new Date(), stream, text, cursor });
    if (this.#lines.length > 2 * KEPT_LINES) this.#lines = this.#lines.slice(-KEPT_LINES);
    this.#changes.emit('line');
  }

  lastTexts(count: number): string[] {
    return this.#lines.slice(-count).map(({ text }) => text);
  }

  /** Lines after the cursor; with `follow`, also those to come, until the signal is aborted. */
  async *read(after: string, follow: boolean, signal?: AbortSignal): AsyncGenerator<LogLine> {
    let cursor = after;
    for (;;) {
      for (const line of this.#lines.filter((one) => one.cursor > cursor)) {
        if (signal?.aborted) return;
        cursor = line.cursor;
        yield line;
      }
      if (!follow || signal?.aborted) return;
      if ((this.#lines.at(-1)?.cursor ?? '') > cursor) continue;
      try {
        await once(this.#changes, 'line', signal === undefined ? {} : { signal });
      } catch {
        return;
      }
    }
  }
}
