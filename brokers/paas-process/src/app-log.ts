import { EventEmitter, once } from 'node:events';
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, type LogLine } from '@ocopea/broker-contract';
import type { OutputLog } from '@ocopea/embedded';
import { CheckpointIndex } from './checkpoint-index.js';
import { readLines } from './read-lines.js';

/** The two outputs of an app service. */
export interface AppOutput {
  readonly out: OutputLog;
  readonly err: OutputLog;
}

/** Where a reader is in both outputs. */
interface LogPosition {
  readonly out: number;
  readonly err: number;
}

/** File events come in bursts. */
const SETTLE_MS = 40;
/** Not every file system tells of changes. */
const POLL_MS = 1_000;
const BLOCK_BYTES = 64 * 1024;
/** How much of each output is looked at for its last lines. */
const TAIL_BYTES = 16 * 1024;

/**
 * The output of one app service as lines with times, in an order that stays the same however often it is read. The process
 * writes into files by itself, so its output is complete even when we were away. Lines that came between two looks, some
 * hundredths of a second apart, have one time, and those of the output come before those of the error output.
 */
export class AppLog {
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  private constructor(
    private readonly directory: string,
    private readonly output: AppOutput,
    private readonly index: CheckpointIndex,
  ) {}

  /** @param directory that of the output; it must be there */
  static async open(directory: string, output: AppOutput): Promise<AppLog> {
    return new AppLog(directory, output, await CheckpointIndex.open(join(directory, 'checkpoints')));
  }

  /** Notes new lines as they come, until {@link close}. */
  follow(): void {
    if (this.#timer !== undefined) return;
    const lookSoon = (ms: number): void => {
      clearTimeout(this.#timer);
      // A full disk costs times, not the app service.
      this.#timer = setTimeout(() => void this.look(false).catch(() => undefined).then(() => this.#timer && lookSoon(POLL_MS)), ms);
      this.#timer.unref();
    };
    lookSoon(POLL_MS);
    let isSettling = false;
    const onEvent = (_: string, name: string | null): void => {
      // Our own notes are no output.
      if (isSettling || (name !== 'out.log' && name !== 'err.log')) return;
      isSettling = true;
      setTimeout(() => {
        isSettling = false;
        void this.look(false).catch(() => undefined);
      }, SETTLE_MS).unref();
    };
    try {
      this.#watcher = watch(this.directory, { persistent: false }, onEvent).on('error', () => undefined);
    } catch {
      // The system has no watch left to give: the poll does it.
    }
  }

  /** Stops noting new lines; what is there can still be read. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** Notes what has come since the last look. `isEnded` says that nobody writes any more, so that a last line may lack its end. */
  look(isEnded: boolean): Promise<void> {
    const look = this.#looking.then(() => this.#look(isEnded));
    this.#looking = look.catch(() => undefined);
    return look;
  }

  /**
   * Lines right after the cursor, or from the oldest kept one; with `follow`, also those to come, until the signal is aborted.
   * @throws INVALID_REQUEST a cursor that is none
   */
  async *read(after: string | undefined, follow: boolean, signal?: AbortSignal): AsyncGenerator<LogLine> {
    let at = parseCursor(after);
    for (;;) {
      const checkpoint = this.index.after(at.out, at.err);
      if (checkpoint === undefined) {
        if (!follow || signal?.aborted || !(await this.#changed(signal))) return;
        continue;
      }
      for (const stream of ['out', 'err'] as const) {
        for await (const { text, end } of readLines(this.output[stream], at[stream], checkpoint[stream])) {
          if (signal?.aborted) return;
          at = { ...at, [stream]: end };
          yield { at: new Date(checkpoint.at), stream, text, cursor: formatCursor(at) };
        }
        // Also where everything up to the checkpoint was dropped.
        at = { ...at, [stream]: Math.max(at[stream], checkpoint[stream]) };
      }
    }
  }

  /** The last lines, those of the error output last, for a message. */
  async lastTexts(count: number): Promise<string> {
    await this.look(true);
    const { out, err } = this.index.last;
    const texts: string[] = [];
    for (const [log, to] of [[this.output.out, out], [this.output.err, err]] as const) {
      const from = Math.max(0, to - TAIL_BYTES);
      const lines: string[] = [];
      for await (const { text } of readLines(log, from, to, from > 0)) lines.push(text);
      texts.push(...lines.slice(-count));
    }
    return texts.slice(-count).join('\n');
  }

  async #changed(signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await once(this.#changes, 'lines', signal === undefined ? {} : { signal });
      return true;
    } catch {
      return false;
    }
  }

  async #look(isEnded: boolean): Promise<void> {
    const { last } = this.index;
    const [out, err] = [await lastLineEnd(this.output.out, last.out, isEnded), await lastLineEnd(this.output.err, last.err, isEnded)];
    if (out === last.out && err === last.err) return;
    const writtenAt = Math.max(out > last.out ? await modifiedAt(this.output.out) : 0, err > last.err ? await modifiedAt(this.output.err) : 0);
    const at = Math.max(last.at, Math.min(writtenAt, Date.now()));
    await this.index.add({ at, out, err }, { out: await this.output.out.start(), err: await this.output.err.start() });
    this.#changes.emit('lines');
  }
}

/** Position after the last whole line, but not before `from`. */
async function lastLineEnd(log: OutputLog, from: number, isEnded: boolean): Promise<number> {
  const end = await log.end();
  if (isEnded || end <= from) return Math.max(end, from);
  for (let position = Math.max(from, end - BLOCK_BYTES), lineEnd = -1; ; ) {
    const { bytes, position: begin } = await log.read(position, end - position);
    const last = bytes.lastIndexOf('\n');
    if (last >= 0) lineEnd = begin + last + 1;
    position = begin + bytes.length;
    if (position < end && bytes.length > 0) continue;
    // So much without a line end is no line to wait for.
    if (lineEnd < 0 && end - from >= BLOCK_BYTES) return end;
    return Math.max(lineEnd, from);
  }
}

async function modifiedAt({ path }: OutputLog): Promise<number> {
  return Math.trunc(await stat(path).then(({ mtimeMs }) => mtimeMs, Date.now));
}

/** Both positions with sixteen digits, so that cursors grow as texts, too. */
function formatCursor({ out, err }: LogPosition): string {
  return `${String(out).padStart(16, '0')}-${String(err).padStart(16, '0')}`;
}

function parseCursor(cursor: string | undefined): LogPosition {
  if (cursor === undefined) return { out: 0, err: 0 };
  const [, out, err] = /^(\d{16})-(\d{16})$/.exec(cursor) ?? [];
  if (err === undefined) throw new BrokerError('INVALID_REQUEST', `${JSON.stringify(cursor)} is not a cursor of a log line; leave it out to read from the beginning`);
  return { out: Number(out), err: Number(err) };
}
