import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkRecordBytes, throwIfCancelled } from '@ocopea/broker-contract';
import { finishDeletions } from './delete-part.js';
import { manifestHead } from './manifest.js';
import { draftSuffix } from './part-draft.js';
import { readRecords } from './record-log.js';
import { chunkPrefixes, sentAheadSuffix } from './repository-layout.js';
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
  freed += await removeTemporaryFiles(repository, signal);
  freed += await reclaimer.reclaim(allChunks(repository, signal), { keepUsedSince: Date.now() - settings.graceMs, ...(signal && { signal }) });
  return freed;
}

async function removeTemporaryFiles({ layout, reclaimer, settings, token }: Repository, signal: AbortSignal | undefined): Promise<number> {
  let freed = 0;
  for (const name of await readdir(layout.temporary)) {
    throwIfCancelled(signal, 'sweeping');
    const path = join(layout.temporary, name);
    const found = name.startsWith(token) ? undefined : await unlessMissing(stat(path));
    if (found === undefined) continue;
    // A transfer resumes after a restart, and so its list lives as long as its chunks.
    if ((settings.isShared || name.endsWith(sentAheadSuffix)) && Date.now() - found.mtimeMs < settings.graceMs) continue;
    if (name.endsWith(draftSuffix.write)) freed += await reclaimer.reclaim(readRecords(path, manifestHead.length), { ...(signal && { signal }) });
    await unlessMissing(unlink(path));
    freed += found.size;
  }
  return freed;
}

async function* allChunks({ layout }: Repository, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  for (const prefix of chunkPrefixes) {
    throwIfCancelled(signal, 'sweeping');
    const hashes = (await readdir(layout.chunkFolder(prefix))).filter((name) => chunkName.test(name));
    const records = Buffer.alloc(hashes.length * chunkRecordBytes);
    hashes.forEach((hash, index) => records.write(hash, index * chunkRecordBytes, 32, 'hex'));
    yield records;
  }
}

const chunkName = /^[0-9a-f]{64}$/;
