import { createHash } from 'node:crypto';
import type { SpareBuffers } from './spare-buffers.js';
import type { StreamCutter } from './stream-cutter.js';

/**
 * Cuts a stream where its content says so, for streams in which a change moves what follows: after the change the same
 * boundaries are found again. FastCDC: a gear hash over the last 32 bytes, no look at the first quarter of the usual size, and a
 * mask that is stricter before that size than after it, which keeps sizes near it (W. Xia et al., USENIX ATC 2016).
 */
export class ContentDefinedCutter implements StreamCutter {
  readonly #smallest: number;
  readonly #largest: number;
  readonly #strict: number;
  readonly #loose: number;
  #buffer: Buffer | undefined;
  #filled = 0;
  #scanned = 0;
  #hash = 0;

  /**
   * @param usualBytes size that most chunks are near to; they are a quarter of it at least
   * @param buffers of the size that they are at most
   */
  constructor(
    private readonly usualBytes: number,
    private readonly buffers: SpareBuffers,
  ) {
    const bits = Math.round(Math.log2(usualBytes));
    this.#smallest = Math.max(64, usualBytes >> 2);
    this.#largest = buffers.bytes;
    this.#strict = bits + 1;
    this.#loose = Math.max(1, bits - 1);
  }

  *push(piece: Uint8Array): Generator<Buffer> {
    for (let at = 0; at < piece.length; ) {
      const buffer = (this.#buffer ??= this.buffers.take());
      const taken = Math.min(piece.length - at, this.#largest - this.#filled);
      buffer.set(piece.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      for (let cut = this.#findCut(buffer); cut !== undefined; cut = this.#findCut(this.#buffer!)) yield this.#take(cut);
    }
  }

  *end(): Generator<Buffer> {
    if (this.#filled > 0) yield this.#take(this.#filled);
  }

  release(chunk: Buffer): void {
    this.buffers.giveBack(Buffer.from(chunk.buffer));
  }

  #findCut(buffer: Buffer): number | undefined {
    const end = this.#filled;
    let at = Math.max(this.#scanned, this.#smallest - window);
    let hash = this.#hash;
    for (const [limit, bits] of [[Math.min(end, this.usualBytes), this.#strict], [end, this.#loose]] as const) {
      const shift = 32 - bits;
      for (; at < limit; at++) {
        hash = ((hash << 1) + gear[buffer[at]!]!) | 0;
        if (hash >>> shift === 0 && at >= this.#smallest) return this.#reset(at + 1);
      }
    }
    if (end === this.#largest) return this.#reset(end);
    this.#scanned = at;
    this.#hash = hash;
    return undefined;
  }

  #reset(cut: number): number {
    this.#scanned = 0;
    this.#hash = 0;
    return cut;
  }

  /** The first `cut` bytes; the others begin the next chunk. */
  #take(cut: number): Buffer {
    const buffer = this.#buffer!;
    const rest = buffer.subarray(cut, this.#filled);
    this.#buffer = undefined;
    this.#filled = 0;
    this.#scanned = 0;
    if (rest.length > 0) {
      this.#buffer = this.buffers.take();
      rest.copy(this.#buffer);
      this.#filled = rest.length;
    }
    return buffer.subarray(0, cut);
  }
}

/** The hash forgets a byte after as many others as it has bits. */
const window = 32;

/** 256 numbers without a pattern; changing them changes all boundaries, and with them what is found again. */
const gear = Int32Array.from({ length: 256 }, (_, byte) => createHash('sha256').update(`ocopea gear ${byte}`).digest().readInt32BE(0));
