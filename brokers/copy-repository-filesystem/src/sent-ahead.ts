import { appendFile, unlink } from 'node:fs/promises';
import { encodeChunkRecords } from '@ocopea/broker-contract';
import { hashesOf } from './chunk-records.js';
import { readRecords } from './record-log.js';
import type { Repository } from './repository.js';
import { unlessMissing } from './storage-error.js';

/**
 * Notes chunks that are about to be sent for a part. The list outlives this process, as the transfer does; a record that a
 * crash has cut makes later ones match no chunk, and these are freed by a sweep.
 */
export async function noteSentAhead({ layout }: Repository, partId: string, hashes: readonly string[]): Promise<void> {
  await appendFile(layout.sentAhead(partId), encodeChunkRecords(hashes.map((hash) => ({ hash, bytes: 0 }))), { mode: 0o600 });
}

/** The part is published: its manifest is what keeps the chunks. */
export async function forgetSentAhead({ layout }: Repository, partId: string): Promise<void> {
  await unlessMissing(unlink(layout.sentAhead(partId)));
}

/**
 * The part is not wanted any more: removes of its list what nothing else uses. Another transfer that counts on one of the
 * chunks is told when it publishes, and sends it again.
 */
export async function freeSentAhead(repository: Repository, partId: string, signal: AbortSignal | undefined): Promise<void> {
  const { layout, pins, reclaimer, settings } = repository;
  const path = layout.sentAhead(partId);
  for await (const records of readRecords(path, 0)) for (const hash of hashesOf(records)) pins.release(hash);
  await reclaimer.reclaim(readRecords(path, 0), {
    // Another process may have just found one of the chunks; a sweep will know later.
    ...(settings.isShared && { keepUsedSince: Date.now() - settings.graceMs }),
    ...(signal && { signal }),
  });
  await unlessMissing(unlink(path));
}
