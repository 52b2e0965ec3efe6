import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from './embedded-error.js';

export interface OutputLogOptions {
  readonly directory: string;
  /** First part of the files' names: `out` makes `out.log` and `out.<position>.log`. */
  readonly name: string;
  /** @default 4 MiB */
  readonly maxFileBytes?: number;
  /** Full files kept beside the current one; at least 1. @default 2 */
  readonly keepFiles?: number;
}

/** Bytes of a log from a position on. */
export interface OutputSlice {
  /** Where `bytes` begins: later than what was asked for when that was dropped already. */
  readonly position: number;
  readonly bytes: Buffer;
}

const blockBytes = 64 * 1024;
const headBytes = 4096;

/**
 * A bounded log that a process writes straight into, so that it goes on when we crash. The process holds the file open,
 * so full files cannot be renamed: their content is copied away and the file is cut to zero, which is why whoever writes
 * must append ({@link openForAppend}). What the process writes in the microseconds between the last look and the cut is
 * lost; a process that logs through us would instead block or die with us.
 *
 * A position counts bytes since the log began, so it stays good across rotation and restarts.
 */
export class OutputLog {
  private readonly maxFileBytes: number;
  private readonly keepFiles: number;
  private rotation: Promise<void> = Promise.resolve();

  constructor(private readonly options: OutputLogOptions) {
    this.maxFileBytes = options.maxFileBytes ?? 4 * 1024 * 1024;
    this.keepFiles = Math.max(1, options.keepFiles ?? 2);
  }

  /** Path of the file being written. */
  get path(): string {
    return join(this.options.directory, `${this.options.name}.log`);
  }

  /** A handle for a child's output; the caller closes its own. Makes the folder and the file. */
  async openForAppend(): Promise<FileHandle> {
    await mkdir(this.options.directory, { recursive: true, mode: 0o700 });
    await this.finishRotation();
    return open(this.path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
  }

  /** Starts a new file when the current one is full. Call it now and then; calls do not overlap. */
  rotateIfNeeded(): Promise<void> {
    this.rotation = this.rotation.then(async () => {
      if ((await sizeOf(this.path)) > this.maxFileBytes) await this.rotate();
    });
    const result = this.rotation;
    this.rotation = result.catch(() => undefined);
    return result;
  }

  /** Position of the oldest byte that is kept. */
  async start(): Promise<number> {
    await this.rotation;
    return (await this.segments())[0]!.position;
  }

  /** Position after the last byte. */
  async end(): Promise<number> {
    await this.rotation;
    const last = (await this.segments()).at(-1)!;
    return last.position + last.bytes;
  }

  /** At most `maxBytes` from `position` on; empty at the end. One call does not cross the border of two files. */
  async read(position: number, maxBytes: number): Promise<OutputSlice> {
    await this.rotation;
    const segments = await this.segments();
    const segment = segments.find((one) => position < one.position + one.bytes) ?? segments.at(-1)!;
    const from = Math.max(position, segment.position);
    return { position: from, bytes: await readAt(segment.path, from - segment.position, maxBytes) };
  }

  /** The last lines, without line ends; looks at the last 64 KiB at most. */
  async lastLines(count: number): Promise<readonly string[]> {
    const end = await this.end();
    let position = Math.max(await this.start(), end - blockBytes);
    const parts: Buffer[] = [];
    while (position < end) {
      const slice = await this.read(position, end - position);
      if (slice.bytes.length === 0) break;
      parts.push(slice.bytes);
      position = slice.position + slice.bytes.length;
    }
    const lines = Buffer.concat(parts).toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-count);
  }

  private async segments(): Promise<readonly { readonly path: string; readonly position: number; readonly bytes: number }[]> {
    const full = await this.fullFiles();
    const segments = await Promise.all(full.map(async ({ path, position }) => ({ path, position, bytes: await sizeOf(path) })));
    const last = segments.at(-1);
    return [...segments, { path: this.path, position: last === undefined ? 0 : last.position + last.bytes, bytes: await sizeOf(this.path) }];
  }

  private async fullFiles(): Promise<readonly { readonly path: string; readonly position: number }[]> {
    const names = await readdir(this.options.directory).catch((error: unknown) => {
      if (isSystemError(error, 'ENOENT')) return [];
      throw error;
    });
    const pattern = new RegExp(`^${this.options.name}\\.(\\d{16})\\.log$`);
    return names.sort().flatMap((name) => {
      const position = pattern.exec(name)?.[1];
      return position === undefined ? [] : { path: join(this.options.directory, name), position: Number(position) };
    });
  }

  private get unfinished(): string {
    return join(this.options.directory, `${this.options.name}.rotating`);
  }

  private async rotate(): Promise<void> {
    await this.finishRotation();
    await copyAll(this.path, this.unfinished);
    await truncate(this.path);
    await this.publish();
  }

  private async publish(): Promise<void> {
    const last = (await this.segments()).at(-1)!;
    await rename(this.unfinished, join(this.options.directory, `${this.options.name}.${String(last.position).padStart(16, '0')}.log`));
    const full = await this.fullFiles();
    for (const { path } of full.slice(0, Math.max(0, full.length - this.keepFiles))) await rm(path, { force: true });
  }

  /** After a crash within {@link rotate}: the copy counts only if the file was cut already. */
  private async finishRotation(): Promise<void> {
    const copied = await readAt(this.unfinished, 0, headBytes);
    if (copied.length === 0) return rm(this.unfinished, { force: true });
    const current = await readAt(this.path, 0, headBytes);
    if (current.equals(copied)) await rm(this.unfinished, { force: true });
    else await this.publish();
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return 0;
    throw error;
  }
}

async function readAt(path: string, offset: number, maxBytes: number): Promise<Buffer> {
  try {
    await using file = await open(path, 'r');
    const buffer = Buffer.alloc(Math.min(maxBytes, Math.max(0, (await file.stat()).size - offset)));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return Buffer.alloc(0);
    throw error;
  }
}

/** Copies to the end, wherever that is by then: a writer may be at work. */
async function copyAll(from: string, to: string): Promise<void> {
  await using source = await open(from, 'r');
  await using target = await open(to, 'w', 0o600);
  const block = Buffer.allocUnsafe(blockBytes);
  for (;;) {
    const { bytesRead } = await source.read(block, 0, block.length);
    if (bytesRead === 0) return;
    await target.writeFile(block.subarray(0, bytesRead));
  }
}
