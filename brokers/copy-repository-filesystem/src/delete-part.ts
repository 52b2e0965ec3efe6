import { readdir, rename, stat, unlink } from 'node:fs/promises';
import { syncDirectory } from './durable-file.js';
import { manifestHead } from './manifest.js';
import { readRecords } from './record-log.js';
import { partSuffix } from './repository-layout.js';
import type { Repository } from './repository.js';
import { freeSentAhead } from './sent-ahead.js';
import { unlessMissing } from './storage-error.js';

/**
 * Removes a part; the contract is `CopyRepositoryBroker.deletePart`. The manifest is moved aside first: from then on the
 * part does not exist, and its list is still there for freeing its chunks, whoever gets to it after a crash.
 */
export async function deletePart(repository: Repository, partId: string, signal: AbortSignal | undefined): Promise<void> {
  const { layout } = repository;
  const moved = await unlessMissing(rename(layout.part(partId), layout.deletedPart(partId)).then(() => true));
  if (moved) await syncDirectory(layout.parts);
  await finishDeletion(repository, partId, signal);
  await freeSentAhead(repository, partId, signal);
}

/** Finishes the deletions that were interrupted. @returns bytes freed */
export async function finishDeletions(repository: Repository, signal: AbortSignal | undefined): Promise<number> {
  let freed = 0;
  for (const name of await readdir(repository.layout.deleted)) {
    if (name.endsWith(partSuffix)) freed += await finishDeletion(repository, name.slice(0, -partSuffix.length), signal);
  }
  return freed;
}

async function finishDeletion(repository: Repository, partId: string, signal: AbortSignal | undefined): Promise<number> {
  const { layout, reclaimer, settings, usedBytes } = repository;
  const path = layout.deletedPart(partId);
  const found = await unlessMissing(stat(path));
  if (found === undefined) return 0;
  const freed = await reclaimer.reclaim(readRecords(path, manifestHead.length), {
    // Another process may have just found a chunk of this part; a sweep will know later.
    ...(settings.isShared && { keepUsedSince: Date.now() - settings.graceMs }),
    ...(signal && { signal }),
  });
  if ((await unlessMissing(unlink(path).then(() => true))) === undefined) return freed;
  usedBytes.add(-found.size);
  return freed + found.size;
}
