import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

/** The right to go on. To be given back at once when it is wanted. */
export interface Turn {
  /** Resolves when somebody else waits for one. */
  readonly wanted: Promise<void>;
  giveBack(): void;
}

interface HeldTurn {
  want(): void;
}

/** A few turns for many who work by and by, and may have to wait for their own reasons: whoever holds one is told when it is wanted. */
export class SharedTurns {
  readonly #held = new Set<HeldTurn>();
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly turns: number,
    private readonly withinMs: number,
  ) {}

  /** Resolves in the order of calls. @throws UNAVAILABLE nobody gave one back in time */
  async take(): Promise<Turn> {
    if (this.#held.size >= this.turns || this.#waiting.length > 0) await this.#wait();
    let want = (): void => undefined;
    const wanted = new Promise<void>((resolve) => (want = resolve));
    const held: HeldTurn = { want };
    this.#held.add(held);
    if (this.#waiting.length > 0) want();
    return {
      wanted,
      giveBack: () => {
        if (this.#held.delete(held)) this.#waiting.shift()?.();
      },
    };
  }

  #wait(): Promise<void> {
    for (const { want } of this.#held) want();
    return new Promise((resolve, reject) => {
      const go = (): void => {
        clearTimeout(deadline);
        resolve();
      };
      const deadline = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(new BrokerError(BrokerErrorCode.Unavailable, 'the repository is busy with other transfers; try again later'));
      }, this.withinMs);
      this.#waiting.push(go);
    });
  }
}
