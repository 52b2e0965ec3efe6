import { copyInto } from './shared-memory.js';
import type { SpareBuffers } from './spare-buffers.js';
import type { StreamCutter } from './stream-cutter.js';

/**
 * Cuts a stream into chunks of one size, the last one smaller. Pages of databases stay at their places, so fixed
 * boundaries find again what did not change.
 */
export class FixedSizeCutter implements StreamCutter {
  #buffer: Buffer | undefined;
  #filled = 0;

  /** @param buffers of the size that chunks shall have */
  constructor(private readonly buffers: SpareBuffers) {}

  *push(piece: Uint8Array): Generator<Buffer> {
    const chunkBytes = this.buffers.bytes;
    for (let at = 0; at < piece.length; ) {
      this.#buffer ??= this.buffers.take();
      const taken = Math.min(piece.length - at, chunkBytes - this.#filled);
      copyInto(this.#buffer, piece.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === chunkBytes) yield this.#take();
    }
  }

  *end(): Generator<Buffer> {
    if (this.#filled > 0) yield this.#take();
  }

  release(chunk: Buffer): void {
    this.buffers.giveBack(Buffer.from(chunk.buffer));
  }

  #take(): Buffer {
    const chunk = this.#buffer!.subarray(0, this.#filled);
    this.#buffer = undefined;
    this.#filled = 0;
    return chunk;
  }
}
