import { open, unlink, type FileHandle } from 'node:fs/promises';
import { chunkRecordBytes } from '@ocopea/broker-contract';
import { writeFully } from './local-file.js';
import { unlessMissing } from './storage-error.js';

/**
 * An append-only file of chunk records (see `chunkRecordBytes`): which chunks something uses. On disk rather than in
 * memory, so that a list of millions costs none, and so that a sweep after a crash can read what a dead process wrote.
 */
export class RecordLog {
  #position: number;
  #unwritten: Buffer[] = [];
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #isClosed = false;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly start: number,
  ) {
    this.#position = start;
  }

  /** @param head what the file begins with, before the records */
  static async create(path: string, head: Uint8Array): Promise<RecordLog> {
    const handle = await open(path, 'wx+', 0o600);
    try {
      await writeFully(handle, [head], 0);
    } catch (error) {
      await handle.close();
      // A full disk has room for a name.
      await unlink(path).catch(() => undefined);
      throw error;
    }
    return new RecordLog(path, handle, head.byteLength);
  }

  /** Bytes of all records. */
  get recordBytes(): number {
    return this.#position - this.start + this.#unwritten.reduce((sum, one) => sum + one.length, 0);
  }

  /**
   * Seen by {@link records} at once; in the file when the promise resolves. What comes while a write is under way goes
   * together in the next one.
   */
  append(records: Buffer): Promise<void> {
    this.#unwritten.push(records);
    this.#next ??= this.#last = this.#last.then(() => this.#write());
    return this.#next;
  }

  /** All records up to this moment, in pages; what is appended meanwhile is not among them. */
  records(): AsyncIterable<Buffer> {
    const end = this.#position;
    const tail = Buffer.concat(this.#unwritten);
    return this.#read(end, tail);
  }

  /** Writes `tail` after the last record. */
  async finish(tail: Uint8Array): Promise<void> {
    await this.#last;
    await writeFully(this.handle, [tail], this.#position);
    await this.handle.sync();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#last.catch(() => undefined);
    await this.handle.close();
  }

  async #write(): Promise<void> {
    this.#next = undefined;
    const taken = this.#unwritten.length;
    const batch = this.#unwritten.slice(0, taken);
    await writeFully(this.handle, batch, this.#position);
    this.#position += batch.reduce((sum, one) => sum + one.length, 0);
    this.#unwritten.splice(0, taken);
  }

  async *#read(end: number, tail: Buffer): AsyncGenerator<Buffer> {
    for (let at = this.start; at < end && !this.#isClosed; ) {
      const page = Buffer.allocUnsafe(Math.min(pageBytes, end - at));
      const { bytesRead } = await this.handle.read(page, 0, page.length, at);
      yield page.subarray(0, bytesRead);
      at += bytesRead;
    }
    if (tail.length > 0) yield tail;
  }
}

/**
 * The records of a file from `start`, as far as they are whole; none when there is no file. Damage is not noticed, and what
 * follows the records is taken for some: as hashes they match no chunk.
 */
export async function* readRecords(path: string, start: number): AsyncGenerator<Buffer> {
  const handle = await unlessMissing(open(path, 'r'));
  if (handle === undefined) return;
  try {
    for (let at = start; ; at += pageBytes) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(pageBytes), 0, pageBytes, at);
      const whole = bytesRead - (bytesRead % chunkRecordBytes);
      if (whole > 0) yield buffer.subarray(0, whole);
      if (bytesRead < pageBytes) return;
    }
  } finally {
    await handle.close();
  }
}

const pageBytes = 4096 * chunkRecordBytes;
