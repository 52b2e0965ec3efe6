import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '@ocopea/broker-contract';
import { finishDeletions } from './delete-part.js';
import { manifestHead } from './manifest.js';
import { packIdOf } from './pack-format.js';
import { draftSuffix } from './part-draft.js';
import { readRecords } from './record-log.js';
import { packsPrefix, sentAheadSuffix } from './repository-layout.js';
import type { Repository } from './repository.js';
import { unlessMissing } from './storage-error.js';

/**
 * Removes what interrupted work left; the contract is `CopyRepositoryBroker.sweep`.
 *
 * Deletions are finished, and what a dead write had stored is freed at once, for its list is there. Other chunks without
 * a part may have been sent ahead by a transfer that will resume, so they stay for the grace time after their last use.
 */
export async function sweep(repository: Repository, signal: AbortSignal | undefined): Promise<number> {
  const { reclaimer, settings } = repository;
  let freed = await finishDeletions(repository, signal);
  freed += await removeLocalFiles(repository, signal);
  freed += await reclaimer.reclaim(allPacks(repository, signal), { keepUsedSince: Date.now() - settings.graceMs, movesFrom: movesAtSweep, ...(signal && { signal }) });
  return freed;
}

/** A sweep has time, so it lets less garbage lie than a deletion does. */
const movesAtSweep = 0.2;

async function removeLocalFiles({ scratch, reclaimer, settings, token }: Repository, signal: AbortSignal | undefined): Promise<number> {
  let freed = 0;
  for (const { name } of (await readdir(scratch, { withFileTypes: true })).filter((entry) => entry.isFile())) {
    throwIfCancelled(signal, 'sweeping');
    const path = join(scratch, name);
    const found = name.startsWith(token) ? undefined : await unlessMissing(stat(path));
    if (found === undefined) continue;
    // A transfer resumes after a restart, and so its list lives as long as its chunks.
    if (name.endsWith(sentAheadSuffix) && Date.now() - found.mtimeMs < settings.graceMs) continue;
    if (name.endsWith(draftSuffix.write)) freed += await reclaimer.reclaimChunks(readRecords(path, manifestHead.length), { ...(signal && { signal }) });
    await unlessMissing(unlink(path));
    freed += found.size;
  }
  return freed;
}

async function* allPacks({ store }: Repository, signal: AbortSignal | undefined): AsyncGenerator<string> {
  for await (const { key } of store.scan(packsPrefix)) {
    throwIfCancelled(signal, 'sweeping');
    const packId = packIdOf(key);
    if (packId !== undefined) yield packId;
  }
}
