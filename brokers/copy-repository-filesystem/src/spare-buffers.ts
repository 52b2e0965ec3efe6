/** Buffers of one size that go round, since each new one brings V8's next collection nearer. As many as are in use at once. */
export class SpareBuffers {
  readonly #spare: Buffer[] = [];

  constructor(private readonly bytes: number) {}

  /** Runs `work` with a buffer that is its own until then; what was in it is still there. */
  async lend<T>(work: (buffer: Buffer) => Promise<T>): Promise<T> {
    const buffer = this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
    try {
      return await work(buffer);
    } finally {
      this.#spare.push(buffer);
    }
  }
}
