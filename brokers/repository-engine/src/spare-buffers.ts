import { sharedBuffer } from './shared-memory.js';

/** Buffers of one size that go round, since each new one brings V8's next collection nearer. As many as are in use at once. */
export class SpareBuffers {
  readonly #spare: Buffer[] = [];

  constructor(
    readonly bytes: number,
    private readonly allocate: (bytes: number) => Buffer = Buffer.allocUnsafeSlow,
  ) {}

  take(): Buffer {
    return this.#spare.pop() ?? this.allocate(this.bytes);
  }

  giveBack(buffer: Buffer): void {
    if (this.#spare.length < mostKept) this.#spare.push(buffer);
  }

  /**
   * Runs `work` with a buffer that is its own until then; what was in it is still there.
   * @param bytes for more than the size of these buffers, one is made
   */
  async lend<T>(bytes: number, work: (buffer: Buffer) => Promise<T>): Promise<T> {
    if (bytes > this.bytes) return await work(this.allocate(bytes));
    const buffer = this.take();
    try {
      return await work(buffer);
    } finally {
      this.giveBack(buffer);
    }
  }
}

/** The same for a few sizes, in memory that all threads see: what one stream leaves is there for the next one. */
export class SharedSpareBuffers {
  readonly #bySize = new Map<number, SpareBuffers>();

  of(bytes: number): SpareBuffers {
    const known = this.#bySize.get(bytes) ?? new SpareBuffers(bytes, sharedBuffer);
    this.#bySize.set(bytes, known);
    return known;
  }
}

/** More than one call uses at once; what several calls together used more goes to the collector. */
const mostKept = 16;
