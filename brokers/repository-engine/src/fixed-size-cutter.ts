/**
 * Cuts a stream into chunks of one size, the last one smaller. Pages of databases stay at their places, so fixed
 * boundaries find again what did not change. Buffers are the caller's to give back with {@link release}.
 */
export class FixedSizeCutter {
  readonly #free: Buffer[] = [];
  #buffer: Buffer | undefined;
  #filled = 0;

  constructor(private readonly chunkBytes: number) {}

  /** The chunks that are complete with this piece. The piece is copied: it may be used again by who gave it. */
  *push(piece: Uint8Array): Generator<Buffer> {
    for (let at = 0; at < piece.length; ) {
      this.#buffer ??= this.#free.pop() ?? Buffer.allocUnsafeSlow(this.chunkBytes);
      const taken = Math.min(piece.length - at, this.chunkBytes - this.#filled);
      this.#buffer.set(piece.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === this.chunkBytes) yield this.#take();
    }
  }

  /** The rest, when the stream has ended. */
  end(): Buffer | undefined {
    return this.#filled > 0 ? this.#take() : undefined;
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
