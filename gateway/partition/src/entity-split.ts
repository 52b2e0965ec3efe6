import type { OwnerOf } from './owner-of.js';
import type { PartitionError } from './partition-error.js';

/** The representations that one member owns, each once. */
export interface EntityShare {
  representations: Record<string, unknown>[];
  /** Places in the fetch's list, for each of `representations`. */
  places: number[][];
  /** An id that led here, for messages. */
  origin: string;
}

export interface EntitySplit {
  /** Length of the fetch's list. */
  count: number;
  /** By owner; `undefined` holds those that tell no owner. */
  shares: ReadonlyMap<string | undefined, EntityShare>;
  /** First place of what a failure costs. */
  failedAt: Map<PartitionError, number>;
}

/** Gives each representation to its owner. Equal ones are sent once: planners do not deduplicate them. */
export function splitEntities(representations: readonly unknown[], ownerOf: OwnerOf): EntitySplit {
  const shares = new Map<string | undefined, EntityShare>();
  const seen = new Map<string, number[]>();
  for (const [place, item] of representations.entries()) {
    const representation = item as Record<string, unknown>;
    const text = JSON.stringify(representation);
    const places = seen.get(text);
    if (places) {
      places.push(place);
      continue;
    }
    const id = typeof representation['id'] === 'string' ? representation['id'] : undefined;
    const owner = id === undefined ? undefined : ownerOf(id, String(representation['__typename']));
    let share = shares.get(owner);
    if (!share) shares.set(owner, (share = { representations: [], places: [], origin: id ?? String(representation['__typename']) }));
    const here = [place];
    seen.set(text, here);
    share.representations.push(representation);
    share.places.push(here);
  }
  return { count: representations.length, shares, failedAt: new Map() };
}
