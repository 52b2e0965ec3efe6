import { BrokerError, BrokerErrorCode, chunkRecordBytes, ChunkListHash, encodeChunkRecords, throwIfCancelled, type CallOptions, type ChunkReference, type PartInfo, type PartKey, type PartMetadata } from '@ocopea/broker-contract';
import { manifestRecords } from './manifest.js';
import { PartDraft, partExists } from './part-draft.js';
import { findPart } from './read-part.js';
import { partKey } from './repository-layout.js';
import type { Repository } from './repository.js';
import { forgetSentAhead, sentAheadBytes } from './sent-ahead.js';

/** Makes a part of chunks that were sent ahead; the contract is `ChunkStore.publishPart`. */
export async function publishPart(repository: Repository, key: PartKey, metadata: PartMetadata, chunks: AsyncIterable<readonly ChunkReference[]>, options: CallOptions): Promise<PartInfo> {
  // A repetition may come while the first attempt, whose caller has gone, is still at it.
  await repository.drafts.get(key.partId);
  const published = await findPart(repository, key);
  if (published) return await sameOrRefused(published, chunks);
  let draft: PartDraft | undefined;
  try {
    draft = await PartDraft.open(repository, key, 'publish');
    let index = 0;
    for await (const page of chunks) {
      throwIfCancelled(options.signal, `publishing part "${key.partId}"`);
      await draft.add(page);
      for (const chunk of page) draft.liesIn(packThatHolds(repository, key, chunk, index++));
    }
    const info = await draft.publish(metadata, { storedBytes: await sentAheadBytes(repository, key.partId), folders: [] });
    await releasePins(repository, key);
    await forgetSentAhead(repository, key.partId);
    return info;
  } catch (error) {
    // The chunks stay: the sender may come back with what is missing.
    await draft?.discard({ freeChunks: false }).catch(() => undefined);
    throw error;
  }
}

function packThatHolds({ id, packs, cipher }: Repository, { partId }: PartKey, { hash, bytes }: ChunkReference, index: number): string {
  const found = packs.find(cipher.name(hash));
  if (found === undefined) {
    throw new BrokerError(BrokerErrorCode.CorruptData, `part "${partId}" was not published: chunk ${index} (${hash}) is not in repository "${id}"; send it, then publish again`);
  }
  if (found.bytes !== bytes) {
    throw new BrokerError(BrokerErrorCode.CorruptData, `part "${partId}" was not published: chunk ${index} (${hash}) has ${found.bytes} bytes, the list says ${bytes}; correct the list`);
  }
  return found.packId;
}

/** Repeating a publication is no error: the first answer may have been lost. */
async function sameOrRefused(published: PartInfo, chunks: AsyncIterable<readonly ChunkReference[]>): Promise<PartInfo> {
  const hash = new ChunkListHash();
  for await (const page of chunks) hash.update(encodeChunkRecords(page));
  if (hash.digest() !== published.hash) throw partExists(published);
  return published;
}

/** From now on the manifest is what keeps the chunks. */
async function releasePins({ store, pins }: Repository, key: PartKey): Promise<void> {
  for await (const records of manifestRecords(store, partKey(key.partId))) {
    for (let at = 0; at < records.length; at += chunkRecordBytes) pins.release(records.toString('hex', at, at + 32));
  }
}
