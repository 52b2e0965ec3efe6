import { opendir } from 'node:fs/promises';
import { isBrokerError, throwIfCancelled, type CallOptions, type Page, type PageRequest, type PartInfo } from '@ocopea/broker-contract';
import { findPart } from './read-part.js';
import { partSuffix } from './repository-layout.js';
import type { Repository } from './repository.js';

/**
 * A page of a repository's parts in order of id; the contract is `CopyRepositoryBroker.listParts`. A part whose manifest is
 * damaged cannot be described, so it is not listed; asked for by id it answers CORRUPT_DATA.
 */
export async function listParts(repository: Repository, { after, limit = 100 }: PageRequest, options: CallOptions): Promise<Page<PartInfo>> {
  let seen = after;
  const items: PartInfo[] = [];
  for (;;) {
    const ids = await smallestIds(repository, seen, limit + 1);
    for (const partId of ids) {
      throwIfCancelled(options.signal, `listing the parts of repository "${repository.id}"`);
      if (items.length === limit) return { items, next: items[limit - 1]!.partId };
      const info = await describe(repository, partId);
      if (info) items.push(info);
      seen = partId;
    }
    if (ids.length <= limit) return { items };
  }
}

export async function countParts(repository: Repository): Promise<number> {
  let parts = 0;
  for await (const { name } of await opendir(repository.layout.parts)) if (name.endsWith(partSuffix)) parts += 1;
  return parts;
}

async function describe(repository: Repository, partId: string): Promise<PartInfo | undefined> {
  try {
    return await findPart(repository, repository.key(partId));
  } catch (error) {
    if (isBrokerError(error, 'CORRUPT_DATA')) return undefined;
    throw error;
  }
}

/** The first `count` ids after `after`, by code unit, without holding all names of a large repository. */
async function smallestIds(repository: Repository, after: string | undefined, count: number): Promise<readonly string[]> {
  let ids: string[] = [];
  for await (const { name } of await opendir(repository.layout.parts)) {
    if (!name.endsWith(partSuffix)) continue;
    const id = name.slice(0, -partSuffix.length);
    if (after !== undefined && id <= after) continue;
    ids.push(id);
    if (ids.length >= 4 * count) ids = ids.sort().slice(0, count);
  }
  return ids.sort().slice(0, count);
}
