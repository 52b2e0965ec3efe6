import type { ByteStream } from '@ocopea/broker-contract';

/** What was done with a stream by whoever consumed it. */
export interface WatchedStream {
  readonly stream: ByteStream;
  /** Bytes that the consumer has asked for and got. */
  readonly bytesGiven: number;
  /** True from the first request until the consumer has read to the end, seen the error, or returned the iterator. */
  readonly isOpen: boolean;
  /** Resolves once the stream is not open, at once if nobody has begun to read it. */
  closed(): Promise<void>;
  /** Resolves when the consumer asks for more after `bytes` bytes. */
  reached(bytes: number): Promise<void>;
}

export interface WatchOptions {
  /** Awaited before the piece that starts at `offset` passes. Throwing makes the stream throw. */
  before?(offset: number, piece: Uint8Array): Promise<void> | void;
}

/** Wraps a stream so that a case can see how it is consumed, hold it, or make it fail in the middle. */
export function watchStream(source: ByteStream, options: WatchOptions = {}): WatchedStream {
  const waiters: { readonly bytes: number; resolve(): void }[] = [];
  let bytesGiven = 0;
  let isOpen = false;
  const close = new Gate();

  async function* run(): ByteStream {
    isOpen = true;
    try {
      for await (const piece of source) {
        for (const waiter of waiters) if (bytesGiven >= waiter.bytes) waiter.resolve();
        await options.before?.(bytesGiven, piece);
        bytesGiven += piece.length;
        yield piece;
      }
    } finally {
      isOpen = false;
      close.open();
    }
  }

  return {
    stream: run(),
    get bytesGiven() {
      return bytesGiven;
    },
    get isOpen() {
      return isOpen;
    },
    closed: async () => (isOpen ? close.pass() : undefined),
    reached: (bytes) => new Promise((resolve) => waiters.push({ bytes, resolve })),
  };
}

/** A door that is shut until it is opened. */
export class Gate {
  readonly #opened: Promise<void>;
  #open: () => void = () => undefined;

  constructor() {
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
  }

  pass(): Promise<void> {
    return this.#opened;
  }
}
