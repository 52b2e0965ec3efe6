import type { ByteStream } from '@ocopea/broker-contract';

export interface BlockQueueOptions {
  readonly blockBytes: number;
  /** Full blocks that may wait before `pause` is called. */
  readonly maxBlocks: number;
  /** The producer shall stop soon; what it gives until then is taken. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** The consumer has done with a block when it asks for the next one. @default false: blocks are the consumer's for good */
  readonly reusesBlocks?: boolean;
}

/**
 * Between a producer that pushes small pieces and a consumer that pulls blocks. Pieces are copied, as the producer uses
 * their memory again. So does the queue, when it may: every megabyte of new buffers brings V8's next collection nearer.
 */
export class BlockQueue {
  private readonly spare: Buffer[] = [];
  private block: Buffer;
  private filled = 0;
  private readonly waiting: Buffer[] = [];
  private ended = false;
  private failure: unknown;
  private paused = false;
  private wake: () => void = () => undefined;

  constructor(private readonly options: BlockQueueOptions) {
    this.block = Buffer.allocUnsafeSlow(options.blockBytes);
  }

  push(piece: Buffer): void {
    for (let from = 0; from < piece.length; ) {
      const copied = piece.copy(this.block, this.filled, from);
      from += copied;
      this.filled += copied;
      if (this.filled === this.block.length) this.passBlock();
    }
    if (!this.paused && this.waiting.length >= this.options.maxBlocks) {
      this.paused = true;
      this.options.pause();
    }
  }

  /** Nothing more comes. */
  end(): void {
    if (this.filled > 0) this.passBlock();
    this.ended = true;
    this.wake();
  }

  /** The consumer gets this error instead of what waits. */
  fail(error: unknown): void {
    this.failure ??= error;
    this.waiting.length = 0;
    this.wake();
  }

  /** The blocks, once. @throws what {@link fail} was given */
  async *blocks(): ByteStream {
    for (;;) {
      if (this.failure !== undefined) throw this.failure;
      const block = this.waiting.shift();
      if (block !== undefined) {
        if (this.paused && this.waiting.length < this.options.maxBlocks / 2) {
          this.paused = false;
          this.options.resume();
        }
        yield block;
        if (this.options.reusesBlocks === true && block.length === this.options.blockBytes) this.spare.push(block);
      } else if (this.ended) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private passBlock(): void {
    this.waiting.push(this.filled === this.block.length ? this.block : this.block.subarray(0, this.filled));
    this.block = this.spare.pop() ?? Buffer.allocUnsafeSlow(this.options.blockBytes);
    this.filled = 0;
    this.wake();
  }
}

