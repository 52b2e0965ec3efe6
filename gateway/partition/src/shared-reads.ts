import type { CallOutcome } from './call-outcome.js';

interface SharedRead {
  /** In order of arrival; the first gets the answer itself, the others copies. */
  waiters: Set<(outcome: CallOutcome) => void>;
  /** Aborted when nobody waits any more. */
  abandoned: AbortController;
}

/**
 * Reads that are under way, so that an identical one waits for the same answer instead of asking again. An answer belongs to one
 * request, which changes it: each gets its own copy.
 *
 * A read that began before something changed must not answer one that began after: {@link forget} is called then.
 */
export class SharedReads {
  /** By member, then by what is asked and for whom. */
  readonly #reads = new Map<string, Map<string, SharedRead>>();

  /**
   * @param leave - called once with how to stop waiting; must be called with an outcome for a request that goes before the answer comes
   * @param begin - asks the member; never rejects
   */
  join(
    member: string,
    key: string,
    leave: (stopWaiting: (outcome: CallOutcome) => void) => void,
    begin: (signal: AbortSignal) => Promise<CallOutcome>,
  ): { outcome: Promise<CallOutcome>; isShared: boolean } {
    let ofMember = this.#reads.get(member);
    if (!ofMember) this.#reads.set(member, (ofMember = new Map()));
    const underWay = ofMember.get(key);
    const read = underWay ?? { waiters: new Set(), abandoned: new AbortController() };
    const outcome = new Promise<CallOutcome>((resolve) => {
      read.waiters.add(resolve);
      leave((instead) => {
        if (!read.waiters.delete(resolve)) return;
        resolve(instead);
        if (read.waiters.size > 0) return;
        this.#remove(member, key, read);
        read.abandoned.abort();
      });
    });
    if (!underWay) {
      ofMember.set(key, read);
      void begin(read.abandoned.signal).then((answer) => {
        this.#remove(member, key, read);
        const waiters = [...read.waiters];
        read.waiters.clear();
        for (const [index, resolve] of waiters.entries()) resolve(index === 0 ? answer : copyOf(answer));
      });
    }
    return { outcome, isShared: underWay !== undefined };
  }

  /** Reads of this member that are under way are joined by no one any more. */
  forget(member: string): void {
    this.#reads.delete(member);
  }

  #remove(member: string, key: string, read: SharedRead): void {
    const ofMember = this.#reads.get(member);
    if (ofMember?.get(key) !== read) return;
    ofMember.delete(key);
    if (ofMember.size === 0) this.#reads.delete(member);
  }
}

function copyOf(outcome: CallOutcome): CallOutcome {
  return outcome.ok ? { ...outcome, result: structuredClone(outcome.result) } : outcome;
}
