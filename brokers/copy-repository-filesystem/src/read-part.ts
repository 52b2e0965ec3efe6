import { BrokerError, BrokerErrorCode, throwIfCancelled, type CallOptions, type ChunkReference, type PartInfo, type PartKey } from '@ocopea/broker-contract';
import { stat } from 'node:fs/promises';
import { DamagedChunk } from './chunk-files.js';
import { ManifestFile, type ManifestChunk } from './manifest.js';
import { readAhead } from './read-ahead.js';
import { partNotFound, type Repository } from './repository.js';
import { unlessMissing } from './storage-error.js';

/** The bytes of a part or of a range of it; the contract is `CopyRepositoryBroker.readPart`. */
export async function* readPart(repository: Repository, key: PartKey, range: { readonly offset: number; readonly length?: number } | undefined, options: CallOptions): AsyncGenerator<Uint8Array> {
  const manifest = await openManifest(repository, key);
  try {
    await manifest.verify();
    const from = range?.offset ?? 0;
    const to = Math.min(manifest.summary.logicalBytes, from + (range?.length ?? Infinity));
    const loaded = readAhead(chunksUpTo(manifest.chunks(from), to), repository.settings.parallelChunks, async (chunk) => ({ chunk, bytes: await readChunkOfPart(repository, key, chunk) }));
    for await (const { chunk, bytes } of loaded) {
      throwIfCancelled(options.signal, `reading part "${key.partId}" from repository "${repository.id}"`);
      yield bytes.subarray(Math.max(0, from - chunk.offset), Math.max(0, to - chunk.offset));
    }
  } finally {
    await manifest.close();
  }
}

/** A chunk as the part needs it. @throws CORRUPT_DATA naming part and chunk; NOT_FOUND the part was deleted meanwhile */
export function readChunkOfPart(repository: Repository, key: PartKey, chunk: ManifestChunk): Promise<Buffer> {
  return soundChunk(repository, key, chunk, async () => {
    const content = await repository.files.read(chunk.hash);
    return [content, content.length];
  });
}

/** Reads a chunk as {@link readChunkOfPart} does, into `buffer`, and gives nothing out. @throws the same */
export async function checkChunkOfPart(repository: Repository, key: PartKey, chunk: ManifestChunk, buffer: Buffer): Promise<void> {
  await soundChunk(repository, key, chunk, async () => [undefined, await repository.files.check(chunk.hash, buffer)]);
}

async function soundChunk<T>(repository: Repository, key: PartKey, { hash, bytes, index }: ManifestChunk, read: () => Promise<readonly [result: T, bytes: number]>): Promise<T> {
  let problem: string;
  try {
    const [result, bytesRead] = await read();
    if (bytesRead === bytes) return result;
    problem = `it has ${bytesRead} bytes instead of ${bytes}`;
  } catch (error) {
    if (!(error instanceof DamagedChunk)) throw error;
    if (error.isMissing && !(await unlessMissing(stat(repository.layout.part(key.partId))))) throw partNotFound(key);
    problem = error.problem;
  }
  throw new BrokerError(BrokerErrorCode.CorruptData, `part "${key.partId}" in repository "${repository.id}" is damaged: chunk ${index} (${hash}): ${problem}; restore from another copy`);
}

export async function findPart(repository: Repository, key: PartKey): Promise<PartInfo | undefined> {
  const manifest = await unlessMissing(ManifestFile.open(repository.layout.part(key.partId), key));
  await manifest?.close();
  return manifest?.info;
}

/** @throws NOT_FOUND; CORRUPT_DATA */
export async function getPart(repository: Repository, key: PartKey): Promise<PartInfo> {
  const info = await findPart(repository, key);
  if (info === undefined) throw partNotFound(key);
  return info;
}

/** The contract is `ChunkStore.listChunks`. */
export async function* listChunks(repository: Repository, key: PartKey, options: CallOptions): AsyncGenerator<readonly ChunkReference[]> {
  const manifest = await openManifest(repository, key);
  try {
    await manifest.verify();
    for await (const page of manifest.pages()) {
      throwIfCancelled(options.signal, `listing the chunks of part "${key.partId}"`);
      yield page;
    }
  } finally {
    await manifest.close();
  }
}

/** @throws NOT_FOUND; CORRUPT_DATA */
export async function openManifest(repository: Repository, key: PartKey): Promise<ManifestFile> {
  const manifest = await unlessMissing(ManifestFile.open(repository.layout.part(key.partId), key));
  if (manifest === undefined) throw partNotFound(key);
  return manifest;
}

async function* chunksUpTo(chunks: AsyncIterable<ManifestChunk>, to: number): AsyncGenerator<ManifestChunk> {
  for await (const chunk of chunks) {
    if (chunk.offset >= to) return;
    yield chunk;
  }
}
