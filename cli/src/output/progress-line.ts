import type { PartProgressFieldsFragment, ProgressFieldsFragment } from '@ocopea/sdk';
import { formatBytes, formatSeconds } from './units.js';

const barWidth = 24;
const plainEveryMs = 2_000;
/** More would scroll away on a small terminal, which cannot be drawn over. */
const mostParts = 10;

/**
 * Live progress on standard error: a line for the whole and one for each of several parts, drawn over on a terminal; a line
 * of the whole now and then elsewhere. Standard output stays free for the answer.
 */
export class ProgressLine {
  readonly #title: string;
  readonly #out: NodeJS.WriteStream;
  #lastPlainAt = 0;
  /** Lines on the terminal now. */
  #drawn = 0;

  constructor(title: string, out: NodeJS.WriteStream = process.stderr) {
    this.#title = title;
    this.#out = out;
  }

  update(stage: string, progress: ProgressFieldsFragment, parts: readonly PartProgressFieldsFragment[] = []): void {
    const line = formatProgress(this.#title, stage, progress);
    if (this.#out.isTTY) {
      const width = (this.#out.columns ?? 100) - 1;
      const lines = [line, ...formatParts(parts)].map((one) => one.slice(0, width));
      this.#out.write(`${this.#erase()}${lines.join('\n')}`);
      this.#drawn = lines.length;
    } else if (Date.now() - this.#lastPlainAt >= plainEveryMs) {
      this.#lastPlainAt = Date.now();
      this.#out.write(`${line}\n`);
    }
  }

  /** Clears the lines. */
  end(): void {
    if (this.#drawn > 0) this.#out.write(this.#erase());
    this.#drawn = 0;
  }

  /** Back to the first of its lines, with nothing from there on. */
  #erase(): string {
    return this.#drawn > 1 ? `\u001B[${this.#drawn - 1}A\r\u001B[J` : '\r\u001B[J';
  }
}

/** `copy guestbook  [######------]  48 %  154.0 MB of 318.5 MB  212.0 MB/s  1s left  copy db` */
export function formatProgress(title: string, stage: string, progress: ProgressFieldsFragment): string {
  return [title, ...figuresOf(progress), ...(stage === '' ? [] : [stage])].join('  ');
}

/** A line for each part, when there are several. */
export function formatParts(parts: readonly PartProgressFieldsFragment[]): string[] {
  if (parts.length < 2) return [];
  const width = Math.max(...parts.map(({ name }) => name.length));
  const lines = parts.slice(0, mostParts).map(({ name, progress }) => `  ${[name.padEnd(width), ...figuresOf(progress as ProgressFieldsFragment)].join('  ')}`.trimEnd());
  return parts.length > mostParts ? [...lines, `  and ${parts.length - mostParts} more`] : lines;
}

function figuresOf(progress: ProgressFieldsFragment): string[] {
  const figures: string[] = [];
  const done = Number(progress.bytesDone);
  const total = progress.bytesTotal === null || progress.bytesTotal === undefined ? undefined : Number(progress.bytesTotal);
  if (total !== undefined && total > 0) {
    const share = Math.min(1, done / total);
    const full = Math.floor(share * barWidth);
    figures.push(`[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`, `${formatBytes(done)} of ${formatBytes(total)}`);
  } else if (done > 0) {
    figures.push(formatBytes(done)!);
  }
  if (progress.bytesPerSecond) figures.push(`${formatBytes(Math.round(progress.bytesPerSecond))}/s`);
  if (progress.etaSeconds) figures.push(`${formatSeconds(progress.etaSeconds)} left`);
  for (const [word, bytes] of [['new', progress.bytesNew], ['stored', progress.bytesStored], ['sent', progress.bytesSent]] as const) {
    if (bytes !== null && bytes !== undefined) figures.push(`${formatBytes(bytes)} ${word}`);
  }
  return figures;
}
