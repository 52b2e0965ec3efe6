import { BrokerError, BrokerErrorCode, ChunkListHash, encodeChunkRecords, throwIfCancelled, type CallOptions, type ChunkReference, type PartInfo, type PartKey, type PartMetadata } from '@ocopea/broker-contract';
import { ManifestFile } from './manifest.js';
import { PartDraft, partExists } from './part-draft.js';
import { findPart } from './read-part.js';
import type { Repository } from './repository.js';
import { forgetSentAhead } from './sent-ahead.js';

/** Makes a part of chunks that were sent ahead; the contract is `ChunkStore.publishPart`. */
export async function publishPart(repository: Repository, key: PartKey, metadata: PartMetadata, chunks: AsyncIterable<readonly ChunkReference[]>, options: CallOptions): Promise<PartInfo> {
  // A repetition may come while the first attempt, whose caller has gone, is still at it.
  await repository.drafts.get(key.partId);
  const published = await findPart(repository, key);
  if (published) return await sameOrRefused(published, chunks);
  let draft: PartDraft | undefined;
  try {
    draft = await PartDraft.open(repository, key, 'publish');
    let storedBytes = 0;
    let index = 0;
    for await (const page of chunks) {
      throwIfCancelled(options.signal, `publishing part "${key.partId}"`);
      await draft.add(page);
      for (let at = 0; at < page.length; at += checkedAtOnce) {
        const added = await Promise.all(page.slice(at, at + checkedAtOnce).map((chunk, offset) => takeIn(repository, key, chunk, index + at + offset)));
        storedBytes += added.reduce((sum, one) => sum + one, 0);
      }
      index += page.length;
    }
    const info = await draft.publish(metadata, storedBytes);
    await releasePins(repository, key);
    await forgetSentAhead(repository, key.partId);
    return info;
  } catch (error) {
    // The chunks stay: the sender may come back with what is missing.
    await draft?.discard({ freeChunks: false }).catch(() => undefined);
    throw error;
  }
}

const checkedAtOnce = 8;

/** @returns bytes that the part adds to the repository by this chunk */
async function takeIn({ id, files }: Repository, { partId }: PartKey, { hash, bytes }: ChunkReference, index: number): Promise<number> {
  const kept = await files.touch(hash);
  if (kept === undefined) {
    throw new BrokerError(BrokerErrorCode.CorruptData, `part "${partId}" was not published: chunk ${index} (${hash}) is not in repository "${id}"; send it, then publish again`);
  }
  if (kept.bytes !== bytes) {
    throw new BrokerError(BrokerErrorCode.CorruptData, `part "${partId}" was not published: chunk ${index} (${hash}) has ${kept.bytes} bytes, the list says ${bytes}; correct the list`);
  }
  if (!kept.isSentAhead) return 0;
  await files.takeIn(hash);
  return kept.fileBytes;
}

/** Repeating a publication is no error: the first answer may have been lost. */
async function sameOrRefused(published: PartInfo, chunks: AsyncIterable<readonly ChunkReference[]>): Promise<PartInfo> {
  const hash = new ChunkListHash();
  for await (const page of chunks) hash.update(encodeChunkRecords(page));
  if (hash.digest() !== published.hash) throw partExists(published);
  return published;
}

/** From now on the manifest is what keeps the chunks. */
async function releasePins({ layout, pins }: Repository, key: PartKey): Promise<void> {
  const manifest = await ManifestFile.open(layout.part(key.partId), key);
  try {
    for await (const page of manifest.pages()) page.forEach(({ hash }) => pins.release(hash));
  } finally {
    await manifest.close();
  }
}
