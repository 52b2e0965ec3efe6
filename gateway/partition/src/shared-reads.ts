interface Flight<T> {
  readonly answer: Promise<T>;
  /** Aborted when nobody waits any more. */
  readonly abandoned: AbortController;
  waiting: number;
}

/** One who waits for a read. */
export interface SharedRead<T> {
  /** The same for all who wait: whoever changes it must copy it first. */
  readonly answer: Promise<T>;
  /** Whether it was under way already. */
  readonly isShared: boolean;
  /** Does not wait any more. When nobody does, the read is abandoned. Must be called once at most, and not after the answer. */
  leave(): void;
}

/**
 * Reads that are under way, so that an identical one waits for the same answer instead of asking again.
 *
 * A read that began before something changed must not answer one that began after: {@link forget} is called then.
 */
export class SharedReads<T> {
  /** By group, then by key. */
  readonly #groups = new Map<string, Map<string, Flight<T>>>();

  /**
   * @param group - of reads that are forgotten together
   * @param key - holds everything that the answer depends on, the caller's identity included where that is sent along
   * @param begin - asks; its signal is aborted when all who waited have left
   */
  join(group: string, key: string, begin: (abandoned: AbortSignal) => Promise<T>): SharedRead<T> {
    const underWay = this.#groups.get(group)?.get(key);
    const flight = underWay ?? this.#begin(group, key, begin);
    flight.waiting++;
    return {
      answer: flight.answer,
      isShared: underWay !== undefined,
      leave: () => {
        if (--flight.waiting > 0) return;
        this.#land(group, key, flight);
        flight.abandoned.abort();
      },
    };
  }

  /** Reads of this group that are under way are joined by no one any more. */
  forget(group: string): void {
    this.#groups.delete(group);
  }

  #begin(group: string, key: string, begin: (abandoned: AbortSignal) => Promise<T>): Flight<T> {
    let ofGroup = this.#groups.get(group);
    if (!ofGroup) this.#groups.set(group, (ofGroup = new Map()));
    const abandoned = new AbortController();
    const flight: Flight<T> = { answer: begin(abandoned.signal), abandoned, waiting: 0 };
    ofGroup.set(key, flight);
    const land = (): void => this.#land(group, key, flight);
    // Also for the failure of a read that nobody waits for any more.
    flight.answer.then(land, land);
    return flight;
  }

  #land(group: string, key: string, flight: Flight<T>): void {
    const ofGroup = this.#groups.get(group);
    if (ofGroup?.get(key) !== flight) return;
    ofGroup.delete(key);
    if (ofGroup.size === 0) this.#groups.delete(group);
  }
}
