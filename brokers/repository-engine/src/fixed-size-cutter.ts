import { sharedBuffer } from './shared-memory.js';
import type { StreamCutter } from './stream-cutter.js';

/**
 * Cuts a stream into chunks of one size, the last one smaller. Pages of databases stay at their places, so fixed
 * boundaries find again what did not change.
 */
export class FixedSizeCutter implements StreamCutter {
  readonly #free: Buffer[] = [];
  #buffer: Buffer | undefined;
  #filled = 0;

  constructor(private readonly chunkBytes: number) {}

  *push(piece: Uint8Array): Generator<Buffer> {
    for (let at = 0; at < piece.length; ) {
      this.#buffer ??= this.#free.pop() ?? sharedBuffer(this.chunkBytes);
      const taken = Math.min(piece.length - at, this.chunkBytes - this.#filled);
      this.#buffer.set(piece.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === this.chunkBytes) yield this.#take();
    }
  }

  *end(): Generator<Buffer> {
    if (this.#filled > 0) yield this.#take();
  }

  release(chunk: Buffer): void {
    if (chunk.length === this.chunkBytes) this.#free.push(chunk);
  }

  #take(): Buffer {
    const chunk = this.#buffer!.subarray(0, this.#filled);
    this.#buffer = undefined;
    this.#filled = 0;
    return chunk;
  }
}
