import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

/** Shares a number of bytes of memory among all requests of a door, first come, first served. */
export class ByteBudget {
  readonly #waiting: { readonly bytes: number; readonly grant: () => void }[] = [];
  #free: number;

  /** @param bytes at least as much as any one {@link take} asks for */
  constructor(bytes: number) {
    this.#free = bytes;
  }

  /** Resolves with the function that gives the bytes back. @throws UNAVAILABLE nothing became free in time */
  async take(bytes: number, withinMs: number): Promise<() => void> {
    if (this.#waiting.length > 0 || this.#free < bytes) await this.#wait(bytes, withinMs);
    else this.#free -= bytes;
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      this.#free += bytes;
      this.#serve();
    };
  }

  #wait(bytes: number, withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = {
        bytes,
        grant: () => {
          clearTimeout(deadline);
          resolve();
        },
      };
      const deadline = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        this.#serve();
        reject(new BrokerError(BrokerErrorCode.Unavailable, 'the receiver is busy with other transfers; try again later'));
      }, withinMs);
      this.#waiting.push(turn);
    });
  }

  #serve(): void {
    for (let first = this.#waiting[0]; first !== undefined && first.bytes <= this.#free; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= first.bytes;
      first.grant();
    }
  }
}
