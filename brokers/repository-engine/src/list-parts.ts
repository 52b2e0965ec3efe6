import { isBrokerError, throwIfCancelled, type CallOptions, type Page, type PageRequest, type PartInfo } from '@ocopea/broker-contract';
import { findPart } from './read-part.js';
import { partIdOf, partKey, partsPrefix } from './repository-layout.js';
import type { Repository } from './repository.js';

/**
 * A page of a repository's parts in order of id; the contract is `CopyRepositoryBroker.listParts`. A part whose manifest is
 * damaged cannot be described, so it is not listed; asked for by id it answers CORRUPT_DATA.
 */
export async function listParts(repository: Repository, { after, limit = 100 }: PageRequest, options: CallOptions): Promise<Page<PartInfo>> {
  let seen = after;
  const items: PartInfo[] = [];
  for (;;) {
    const found = await repository.store.list(partsPrefix, { limit: limit + 1, ...(seen !== undefined && { after: partKey(seen) }) });
    const described = await Promise.all(found.map(({ key }) => describe(repository, partIdOf(key))));
    throwIfCancelled(options.signal, `listing the parts of repository "${repository.id}"`);
    for (const [index, info] of described.entries()) {
      if (items.length === limit) return { items, next: items[limit - 1]!.partId };
      if (info) items.push(info);
      seen = partIdOf(found[index]!.key) ?? seen;
    }
    if (found.length <= limit) return { items };
  }
}

export async function countParts(repository: Repository): Promise<number> {
  let parts = 0;
  for await (const { key } of repository.store.scan(partsPrefix)) if (partIdOf(key) !== undefined) parts += 1;
  return parts;
}

async function describe(repository: Repository, partId: string | undefined): Promise<PartInfo | undefined> {
  try {
    return partId === undefined ? undefined : await findPart(repository, repository.key(partId));
  } catch (error) {
    if (isBrokerError(error, 'CORRUPT_DATA')) return undefined;
    throw error;
  }
}
