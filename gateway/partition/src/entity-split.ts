import type { OwnerOf } from './owner-of.js';
import type { PartitionError } from './partition-error.js';
import type { PartitionPlan } from './partition-plan.js';

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
export function splitEntities(representations: readonly unknown[], keys: PartitionPlan['keys'], ownerOf: OwnerOf): EntitySplit {
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
    const { id, owner } = ownerIn(representation, keys, ownerOf);
    let share = shares.get(owner);
    if (!share) shares.set(owner, (share = { representations: [], places: [], origin: id ?? String(representation['__typename']) }));
    const here = [place];
    seen.set(text, here);
    share.representations.push(representation);
    share.places.push(here);
  }
  return { count: representations.length, shares, failedAt: new Map() };
}

/** The first id of the representation that tells an owner, and that owner. */
function ownerIn(representation: Record<string, unknown>, keys: PartitionPlan['keys'], ownerOf: OwnerOf): { id?: string; owner?: string } {
  const typename = String(representation['__typename']);
  let first: string | undefined;
  for (const { idPaths } of keys.get(typename) ?? []) {
    for (const path of idPaths) {
      const id = textAt(representation, path);
      if (id === undefined) continue;
      first ??= id;
      const owner = ownerOf(id, typename);
      if (owner !== undefined) return { id, owner };
    }
  }
  return first === undefined ? {} : { id: first };
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  let here = value;
  for (const name of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return typeof here === 'string' || typeof here === 'number' ? String(here) : undefined;
}
