/** Buffers of one size that go round, since each new one brings V8's next collection nearer. As many as are in use at once. */
export class SpareBuffers {
  readonly #spare: Buffer[] = [];

  constructor(private readonly bytes: number) {}

  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
  }

  giveBack(buffer: Buffer): void {
    if (this.#spare.length < mostKept) this.#spare.push(buffer);
  }

  /** Runs `work` with a buffer that is its own until then; what was in it is still there. */
  async lend<T>(work: (buffer: Buffer) => Promise<T>): Promise<T> {
    const buffer = this.take();
    try {
      return await work(buffer);
    } finally {
      this.giveBack(buffer);
    }
  }
}

/** More than one call uses at once; what several calls together used more goes to the collector. */
const mostKept = 16;
