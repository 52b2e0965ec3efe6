import { appendFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkRecordBytes, encodeChunkRecords } from '@ocopea/broker-contract';
import { readRecords } from './record-log.js';
import { sentAheadSuffix } from './repository-layout.js';
import type { Repository } from './repository.js';
import { unlessMissing } from './storage-error.js';

/** A chunk that was asked about for a part, or sent for it. */
export interface SentAhead {
  readonly name: string;
  /** Bytes that the repository grew by, 0 when it was only asked about. */
  readonly storedBytes: number;
}

/**
 * Notes chunks of a part that is not published yet. The list outlives this process, as the transfer does; a record that a
 * crash has cut makes later ones match no chunk, and these are freed by a sweep.
 */
export async function noteSentAhead({ scratch }: Repository, partId: string, chunks: readonly SentAhead[]): Promise<void> {
  await appendFile(pathOf(scratch, partId), encodeChunkRecords(chunks.map(({ name, storedBytes }) => ({ hash: name, bytes: storedBytes }))), { mode: 0o600 });
}

/** What the repository grew by for the part so far. */
export async function sentAheadBytes({ scratch }: Repository, partId: string): Promise<number> {
  let bytes = 0;
  for await (const records of readRecords(pathOf(scratch, partId), 0)) for (let at = 0; at < records.length; at += chunkRecordBytes) bytes += records.readUInt32BE(at + 32);
  return bytes;
}

/** The part is published: its manifest is what keeps the chunks. */
export async function forgetSentAhead({ scratch }: Repository, partId: string): Promise<void> {
  await unlessMissing(unlink(pathOf(scratch, partId)));
}

/**
 * The part is not wanted any more: removes of its list what nothing else uses. Another transfer that counts on one of the
 * chunks is told when it publishes, and sends it again.
 */
export async function freeSentAhead(repository: Repository, partId: string, signal: AbortSignal | undefined): Promise<void> {
  const { pins, reclaimer, scratch } = repository;
  const path = pathOf(scratch, partId);
  for await (const records of readRecords(path, 0)) for (let at = 0; at < records.length; at += chunkRecordBytes) pins.release(records.toString('hex', at, at + 32));
  await reclaimer.reclaimChunks(readRecords(path, 0), { ...(signal && { signal }) });
  await unlessMissing(unlink(path));
}

function pathOf(scratch: string, partId: string): string {
  return join(scratch, partId + sentAheadSuffix);
}
