/** A place that an operation waits for or has, in the order of the queue: of one operation together, earlier ones first. */
export interface QueuedSlot {
  readonly operationId: string;
  /** What is limited: the id of a Site or a copy repository. */
  readonly key: string;
  readonly isHeld: boolean;
}

/** What an operation waits for: all places of something are taken. */
export interface QueueWait {
  /** Id of the Site or the copy repository. */
  readonly subjectId: string;
  /** How many operations it takes at once. */
  readonly limit: number;
}

/** Where a waiting operation stands. */
export interface QueuePlace {
  /** One more than the operations before it that wait for a place it needs, too. */
  readonly position: number;
  /** Never empty. */
  readonly waitsFor: readonly QueueWait[];
}

export interface Admission {
  /** Those that may begin now, in order. */
  readonly admitted: readonly string[];
  readonly waiting: ReadonlyMap<string, QueuePlace>;
}

/**
 * Who of the queue may begin. An operation begins when there is a place at everything it needs, and takes all of them at once;
 * so nobody waits while holding. Earlier ones come first at each thing; one that cannot begin keeps nothing free, so that a
 * later one that needs other things passes it.
 *
 * Nobody starves as long as there is one thing that all need (the Site): places at everything else then only get free for
 * the first who waits there, until it has them all.
 *
 * @param limitOf - infinite for what is not limited
 */
export function admit(slots: readonly QueuedSlot[], limitOf: (key: string) => number): Admission {
  const taken = new Map<string, number>();
  const needed = new Map<string, string[]>();
  for (const { operationId, key, isHeld } of slots) {
    if (isHeld) taken.set(key, (taken.get(key) ?? 0) + 1);
    else needed.set(operationId, [...(needed.get(operationId) ?? []), key]);
  }
  const admitted: string[] = [];
  const waiting = new Map<string, QueuePlace>();
  /** Who waits for a place at each thing so far. */
  const before = new Map<string, string[]>();
  for (const [operationId, keys] of needed) {
    const full = keys.filter((key) => (taken.get(key) ?? 0) >= limitOf(key));
    if (full.length === 0) {
      for (const key of keys) taken.set(key, (taken.get(key) ?? 0) + 1);
      admitted.push(operationId);
      continue;
    }
    const ahead = new Set(keys.flatMap((key) => before.get(key) ?? []));
    waiting.set(operationId, { position: ahead.size + 1, waitsFor: full.map((key) => ({ subjectId: key, limit: limitOf(key) })) });
    for (const key of keys) (before.get(key) ?? before.set(key, []).get(key))?.push(operationId);
  }
  return { admitted, waiting };
}
