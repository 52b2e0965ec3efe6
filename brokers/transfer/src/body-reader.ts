import type { IncomingMessage } from 'node:http';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

/**
 * Reads a request's body in exact pieces, each within a deadline, so that a sender who trickles is cut off. It takes
 * nothing from the socket that was not asked for.
 */
export class BodyReader {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #hasEnded = false;
  #hasBroken = false;
  #wake: (() => void) | undefined;

  constructor(private readonly body: IncomingMessage) {
    body.pause();
    body.on('data', this.#onData);
    body.on('end', this.#onEnd);
    body.on('close', this.#onClose);
    body.on('error', this.#onClose);
  }

  /**
   * Exactly `bytes` bytes, or `undefined` when the body ended right before them.
   * @throws DEADLINE_EXCEEDED not there in time; CORRUPT_DATA the body ended among them; UNAVAILABLE the link broke
   */
  async read(bytes: number, withinMs: number): Promise<Buffer | undefined> {
    const deadline = setTimeout(() => this.#wake?.(), withinMs);
    const end = performance.now() + withinMs;
    try {
      while (this.#bytes < bytes && !this.#hasEnded) {
        if (this.#hasBroken) throw new BrokerError(BrokerErrorCode.Unavailable, 'the connection broke while the request was read; send it again');
        if (performance.now() >= end) throw new BrokerError(BrokerErrorCode.DeadlineExceeded, `the next ${bytes} bytes did not come within ${withinMs} ms; send faster or in smaller requests`);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          this.body.resume();
        });
      }
    } finally {
      clearTimeout(deadline);
    }
    if (this.#bytes >= bytes) return this.#take(bytes);
    if (this.#bytes === 0) return undefined;
    throw new BrokerError(BrokerErrorCode.CorruptData, `the request ended ${bytes - this.#bytes} bytes too early; send it again`);
  }

  /** The whole of a small body. @throws as {@link read}; INVALID_REQUEST it is longer */
  async readAll(mostBytes: number, withinMs: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let byte = await this.read(1, withinMs); byte !== undefined; byte = await this.read(1, withinMs)) {
      pieces.push(byte);
      if (pieces.length > mostBytes) throw new BrokerError(BrokerErrorCode.InvalidRequest, `the request has more than ${mostBytes} bytes; see the protocol`);
    }
    return Buffer.concat(pieces);
  }

  /** Takes no more; what still comes is dropped unread. */
  discard(): void {
    this.body.off('data', this.#onData);
    this.#pieces = [];
    this.#bytes = 0;
    this.body.resume();
  }

  #take(bytes: number): Buffer {
    const all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = bytes < all.length ? [all.subarray(bytes)] : [];
    this.#bytes -= bytes;
    return all.subarray(0, bytes);
  }

  readonly #onData = (piece: Buffer): void => {
    this.body.pause();
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    this.#wake?.();
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#wake?.();
  };

  readonly #onClose = (): void => {
    this.#hasBroken = !this.#hasEnded;
    this.#wake?.();
  };
}
