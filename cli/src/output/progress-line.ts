import type { ProgressFieldsFragment } from '@ocopea/sdk';
import { formatBytes, formatSeconds } from './units.js';

const barWidth = 24;
const plainEveryMs = 2_000;

/**
 * Live progress on standard error: one line drawn over on a terminal, a line now and then elsewhere. Standard output
 * stays free for the answer.
 */
export class ProgressLine {
  readonly #title: string;
  readonly #out: NodeJS.WriteStream;
  #lastPlainAt = 0;
  #drawn = false;

  constructor(title: string, out: NodeJS.WriteStream = process.stderr) {
    this.#title = title;
    this.#out = out;
  }

  update(stage: string, progress: ProgressFieldsFragment): void {
    const line = formatProgress(this.#title, stage, progress);
    if (this.#out.isTTY) {
      this.#out.write(`\r\u001B[2K${line.slice(0, (this.#out.columns ?? 100) - 1)}`);
      this.#drawn = true;
    } else if (Date.now() - this.#lastPlainAt >= plainEveryMs) {
      this.#lastPlainAt = Date.now();
      this.#out.write(`${line}\n`);
    }
  }

  /** Clears the line. */
  end(): void {
    if (this.#drawn) this.#out.write('\r\u001B[2K');
    this.#drawn = false;
  }
}

/** `copy guestbook [######------]  48 %  154.0 MB of 318.5 MB  212.0 MB/s  1s left  copy db` */
export function formatProgress(title: string, stage: string, progress: ProgressFieldsFragment): string {
  const done = Number(progress.bytesDone);
  const total = progress.bytesTotal === null || progress.bytesTotal === undefined ? undefined : Number(progress.bytesTotal);
  const parts = [title];
  if (total !== undefined && total > 0) {
    const share = Math.min(1, done / total);
    const full = Math.floor(share * barWidth);
    parts.push(`[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`, `${formatBytes(done)} of ${formatBytes(total)}`);
  } else if (done > 0) {
    parts.push(formatBytes(done)!);
  }
  if (progress.bytesPerSecond) parts.push(`${formatBytes(Math.round(progress.bytesPerSecond))}/s`);
  if (progress.etaSeconds) parts.push(`${formatSeconds(progress.etaSeconds)} left`);
  if (stage !== '') parts.push(stage);
  return parts.join('  ');
}
