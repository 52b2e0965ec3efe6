import { BrokerError, BrokerErrorCode, type ByteStream } from '@ocopea/broker-contract';

/** The stream itself threw `cause`, which goes to the caller as it is: it is the caller's stream. */
export class SourceFailure extends Error {
  constructor(override readonly cause: unknown) {
    super('the stream that was being stored threw');
  }
}

export interface StreamPullOptions {
  readonly signal: AbortSignal;
  /** How long the stream may give nothing. */
  readonly idleMs: number;
  /** Names the work for people: `writing part "p1" to repository "r1"`. */
  readonly doing: string;
}

/**
 * Pulls a stream that may hang: gives up on it when the signal is aborted or nothing comes for too long. One listener and
 * one timer for the whole stream, since there may be millions of pieces.
 */
export class StreamPull {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #timer: NodeJS.Timeout;
  #giveUp: ((error: BrokerError) => void) | undefined;

  constructor(
    stream: ByteStream,
    private readonly options: StreamPullOptions,
  ) {
    this.#iterator = stream[Symbol.asyncIterator]();
    this.#timer = setTimeout(() => this.#giveUp?.(this.#stalled()), options.idleMs);
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The next piece, `undefined` at the end. @throws SourceFailure; CANCELLED; DEADLINE_EXCEEDED */
  next(): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      if (this.options.signal.aborted) return reject(this.#cancelled());
      this.#giveUp = reject;
      this.#timer.refresh();
      this.#iterator.next().then(({ value, done }) => {
        this.#giveUp = undefined;
        resolve(done ? undefined : value);
      }, (error: unknown) => {
        this.#giveUp = undefined;
        reject(new SourceFailure(error));
      });
    });
  }

  /** Closes the stream. A stream that hangs in `next` closes when it wakes up; that is not waited for. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.options.signal.removeEventListener('abort', this.#onAbort);
    const closed = this.#iterator.return?.().catch(() => undefined);
    if (this.#giveUp === undefined) await closed;
  }

  readonly #onAbort = (): void => this.#giveUp?.(this.#cancelled());

  #cancelled(): BrokerError {
    return new BrokerError(BrokerErrorCode.Cancelled, `${this.options.doing} was cancelled; nothing of it was kept`);
  }

  #stalled(): BrokerError {
    const seconds = Math.round(this.options.idleMs / 1000);
    return new BrokerError(BrokerErrorCode.DeadlineExceeded, `${this.options.doing} was given up: its source gave nothing for ${seconds} s; see what the source waits for`);
  }
}
