import { manifestRecords } from './manifest.js';
import { deletedPartKey, deletedPrefix, partIdOf, partKey, partsPrefix } from './repository-layout.js';
import type { Repository } from './repository.js';
import { freeSentAhead } from './sent-ahead.js';

/**
 * Removes a part; the contract is `CopyRepositoryBroker.deletePart`. The manifest is moved aside first: from then on the
 * part does not exist, and its list is still there for freeing its chunks, whoever gets to it after a crash.
 */
export async function deletePart(repository: Repository, partId: string, signal: AbortSignal | undefined): Promise<void> {
  if (await repository.store.move(partKey(partId), deletedPartKey(partId))) await repository.store.settle([partsPrefix]);
  await finishDeletion(repository, partId, signal);
  await freeSentAhead(repository, partId, signal);
}

/** Finishes the deletions that were interrupted. @returns bytes freed */
export async function finishDeletions(repository: Repository, signal: AbortSignal | undefined): Promise<number> {
  let freed = 0;
  for await (const { key } of repository.store.scan(deletedPrefix)) {
    const partId = partIdOf(key);
    if (partId === undefined) continue;
    // A move that was interrupted may have left the part in both places; ids are never used twice, so it is the one deleted.
    await repository.store.delete(partKey(partId));
    freed += await finishDeletion(repository, partId, signal);
  }
  return freed;
}

async function finishDeletion({ store, reclaimer, usedBytes }: Repository, partId: string, signal: AbortSignal | undefined): Promise<number> {
  const objectKey = deletedPartKey(partId);
  const found = await store.stat(objectKey);
  if (found === undefined) return 0;
  const freed = await reclaimer.reclaimChunks(manifestRecords(store, objectKey), { ...(signal && { signal }) });
  if (!(await store.delete(objectKey))) return freed;
  usedBytes.add(-found.bytes);
  return freed + found.bytes;
}
