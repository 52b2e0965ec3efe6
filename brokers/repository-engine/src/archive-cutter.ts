import { copyInto } from './shared-memory.js';
import type { SpareBuffers } from './spare-buffers.js';
import type { StreamCutter } from './stream-cutter.js';

/**
 * Cuts a tar whose files keep their pages at their places, as a physical copy of a database is. A file that grows moves all that
 * follow it in the stream, by a multiple of 512 bytes, so that boundaries at fixed places find nothing again. Here chunks begin where
 * files begin: a large file has chunks of its own, of one size, and small ones are gathered in groups whose ends their names choose, so
 * that a file which is new or gone costs the group it is in. A stream that is no tar is cut at fixed places.
 */
export class ArchiveCutter implements StreamCutter {
  readonly #header = Buffer.alloc(blockBytes);
  #headerFilled = 0;
  /** Bytes until the next header. */
  #contentLeft = 0;
  #isLarge = false;
  #isArchive = true;
  #buffer: Buffer | undefined;
  #filled = 0;

  /** @param buffers of the size that chunks have at most */
  constructor(private readonly buffers: SpareBuffers) {}

  *push(piece: Uint8Array): Generator<Buffer> {
    for (let at = 0; at < piece.length; ) {
      const left = piece.length - at;
      if (this.#isArchive && this.#contentLeft === 0) {
        const taken = Math.min(left, blockBytes - this.#headerFilled);
        this.#header.set(piece.subarray(at, at + taken), this.#headerFilled);
        this.#headerFilled += taken;
        at += taken;
        if (this.#headerFilled === blockBytes) yield* this.#begin();
      } else {
        const taken = this.#isArchive ? Math.min(left, this.#contentLeft) : left;
        yield* this.#append(piece.subarray(at, at + taken));
        at += taken;
        if (!this.#isArchive) continue;
        this.#contentLeft -= taken;
        if (this.#contentLeft === 0 && this.#isLarge) yield* this.#cut();
      }
    }
  }

  *end(): Generator<Buffer> {
    yield* this.#append(this.#header.subarray(0, this.#headerFilled));
    yield* this.#cut();
  }

  release(chunk: Buffer): void {
    this.buffers.giveBack(Buffer.from(chunk.buffer));
  }

  /** A header has come. */
  *#begin(): Generator<Buffer> {
    this.#headerFilled = 0;
    const contentBytes = contentOf(this.#header);
    if (contentBytes === undefined) {
      this.#isArchive = false;
    } else {
      const chunkBytes = this.buffers.bytes;
      this.#contentLeft = Math.ceil(contentBytes / blockBytes) * blockBytes;
      this.#isLarge = contentBytes >= chunkBytes / largeShare;
      const isFull = this.#filled + blockBytes + this.#contentLeft > chunkBytes;
      if (this.#isLarge || isFull || (this.#filled >= chunkBytes / smallShare && endsGroup(this.#header))) yield* this.#cut();
    }
    yield* this.#append(this.#header);
  }

  *#append(bytes: Uint8Array): Generator<Buffer> {
    for (let at = 0; at < bytes.length; ) {
      this.#buffer ??= this.buffers.take();
      const taken = Math.min(bytes.length - at, this.buffers.bytes - this.#filled);
      copyInto(this.#buffer, bytes.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === this.buffers.bytes) yield* this.#cut();
    }
  }

  *#cut(): Generator<Buffer> {
    if (this.#filled === 0) return;
    const chunk = this.#buffer!.subarray(0, this.#filled);
    this.#buffer = undefined;
    this.#filled = 0;
    yield chunk;
  }
}

/** Bytes that follow a header, POSIX ustar; 0 for a block of zeros, which ends an archive. `undefined`: it is no header. */
function contentOf(header: Buffer): number | undefined {
  let sum = 0;
  let isZero = true;
  for (let at = 0; at < blockBytes; at += 1) {
    const byte = header[at]!;
    isZero &&= byte === 0;
    sum += at >= 148 && at < 156 ? 0x20 : byte;
  }
  if (isZero) return 0;
  if (octal(header, 148, 8) !== sum) return undefined;
  // Links, devices and directories have nothing behind them, whatever their length says.
  if (header[156]! >= 0x31 && header[156]! <= 0x36) return 0;
  return header[124]! >= 0x80 ? Number(header.readBigUInt64BE(128)) : octal(header, 124, 12);
}

function octal(header: Buffer, from: number, bytes: number): number | undefined {
  const [digits] = /^[0-7]+/.exec(header.toString('latin1', from, from + bytes).trimStart()) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** Whether a group of small files ends before this one: for one name in four. */
function endsGroup(header: Buffer): boolean {
  let hash = 0x811c9dc5;
  for (let at = 0; at < 100 && header[at] !== 0; at += 1) hash = Math.imul(hash ^ header[at]!, 0x01000193);
  return (hash >>> 24) % 4 === 0;
}

const blockBytes = 512;
/** A file of at least this share of a chunk is large. */
const largeShare = 4;
/** A group of small files has at least this share of a chunk. */
const smallShare = 8;
