import type { CopyBarrier } from '@ocopea/broker-contract';

/** How writers are held while the consistency point is taken. */
export interface Hold {
  /** Resolves when they are held. */
  begin(): Promise<void>;
  /** They go on. Never rejects. */
  end(): Promise<void>;
  /** After so long they go on by themselves. */
  readonly lastsMs: number;
}

/** What came of a barrier. `heldMs`: how long writers stood still. */
export type BarrierOutcome = { readonly reached: boolean; readonly heldMs: number };

/**
 * Where the parts of a copy wait for each other: when all have arrived, writers are held, the parts take their points, and
 * when all have left, writers go on. What was acknowledged before the hold is in every part; nothing that came after it is in any.
 */
export class ConsistencyBarrier {
  #arrived = 0;
  #left = 0;
  #held: Promise<void> | undefined;
  #heldSince: number | undefined;
  #outcome: BarrierOutcome = { reached: false, heldMs: 0 };
  #ending: Promise<void> | undefined;
  readonly #everybody: Promise<void>;
  #open: () => void = () => undefined;

  constructor(
    private readonly parties: number,
    private readonly hold: Hold,
  ) {
    this.#everybody = new Promise((resolve) => (this.#open = resolve));
  }

  get outcome(): BarrierOutcome {
    return this.#outcome;
  }

  /** The barrier for one part. A part that fails leaves the others waiting: abort their copies, then {@link close}. */
  party(): CopyBarrier {
    return {
      arrive: async () => {
        if (++this.#arrived === this.parties) this.#open();
        await this.#everybody;
        this.#held ??= this.hold.begin().then(() => {
          this.#heldSince = performance.now();
        });
        await this.#held;
      },
      leave: () => {
        if (++this.#left === this.parties) void this.#end(true);
      },
    };
  }

  /** Lets writers go on, whatever has come of the parts. */
  async close(): Promise<void> {
    await this.#held?.catch(() => undefined);
    if (this.#held !== undefined) await this.#end(false);
    await this.#ending;
  }

  #end(isComplete: boolean): Promise<void> {
    this.#ending ??= (async () => {
      const heldMs = this.#heldSince === undefined ? 0 : performance.now() - this.#heldSince;
      // A hold that ended by itself has let writers through.
      this.#outcome = { reached: isComplete && heldMs < this.hold.lastsMs, heldMs };
      await this.hold.end();
    })();
    return this.#ending;
  }
}
