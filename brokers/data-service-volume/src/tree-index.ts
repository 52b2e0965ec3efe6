import { open, type FileHandle } from 'node:fs/promises';

/** What a pass over a tree noted of an entry, to tell later whether it has changed. */
export interface IndexEntry {
  readonly path: Buffer;
  /** Upper bits of its mode: what kind of entry it is. */
  readonly type: number;
  readonly inode: bigint;
  /** When it last changed, in nanoseconds; 0 when that does not tell, so that it counts as changed. */
  readonly changedNs: bigint;
}

const fixedBytes = 24;
const flushBytes = 256 * 1024;

/** A list of entries in a file, since there may be more of them than memory. Written once, then read from its beginning. */
export class TreeIndex implements AsyncDisposable {
  private readonly waiting: Buffer[] = [];
  private waitingBytes = 0;

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<TreeIndex> {
    return new TreeIndex(await open(path, 'wx+', 0o600));
  }

  async add({ path, type, inode, changedNs }: IndexEntry): Promise<void> {
    const record = Buffer.alloc(fixedBytes + path.length);
    record.writeUInt32LE(path.length, 0);
    record.writeUInt32LE(type, 4);
    record.writeBigUInt64LE(inode, 8);
    record.writeBigInt64LE(changedNs, 16);
    path.copy(record, fixedBytes);
    this.waiting.push(record);
    this.waitingBytes += record.length;
    if (this.waitingBytes >= flushBytes) await this.flush();
  }

  /** All entries, in the order in which they were added. */
  async *entries(): AsyncGenerator<IndexEntry, void, undefined> {
    await this.flush();
    let held: Buffer = Buffer.alloc(0);
    for (let position = 0; ; ) {
      const { bytesRead, buffer } = await this.file.read(Buffer.allocUnsafe(flushBytes), 0, flushBytes, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      held = Buffer.concat([held, buffer.subarray(0, bytesRead)]);
      let at = 0;
      for (let length = recordBytes(held, at); length !== undefined; length = recordBytes(held, at)) {
        yield {
          path: held.subarray(at + fixedBytes, at + length),
          type: held.readUInt32LE(at + 4),
          inode: held.readBigUInt64LE(at + 8),
          changedNs: held.readBigInt64LE(at + 16),
        };
        at += length;
      }
      held = held.subarray(at);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file.close();
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.waiting.splice(0));
    this.waitingBytes = 0;
    for (let from = 0; from < bytes.length; ) from += (await this.file.write(bytes, from)).bytesWritten;
  }
}

/** Length of the whole record that begins here, if all of it is there. */
function recordBytes(held: Buffer, at: number): number | undefined {
  if (held.length < at + fixedBytes) return undefined;
  const length = fixedBytes + held.readUInt32LE(at);
  return held.length < at + length ? undefined : length;
}
