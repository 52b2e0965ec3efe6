import { BrokerError, BrokerErrorCode, throwIfCancelled, type CallOptions, type ChunkReference, type PartInfo, type PartKey } from '@ocopea/broker-contract';
import { DamagedChunk } from './chunk-packs.js';
import type { ChunkRun } from './chunk-runs.js';
import { Manifest, type ManifestChunk } from './manifest.js';
import { readAhead } from './read-ahead.js';
import { partKey } from './repository-layout.js';
import { partNotFound, type Repository } from './repository.js';

/** The bytes of a part or of a range of it; the contract is `CopyRepositoryBroker.readPart`. */
export async function* readPart(repository: Repository, key: PartKey, range: { readonly offset: number; readonly length?: number } | undefined, options: CallOptions): AsyncGenerator<Uint8Array> {
  const manifest = await openManifest(repository, key);
  await manifest.verify();
  const from = range?.offset ?? 0;
  const to = Math.min(manifest.summary.logicalBytes, from + (range?.length ?? Infinity));
  const runs = repository.packs.runs(chunksUpTo(manifest.chunks(from), to));
  const bandwidth = repository.rates.read.flow();
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const load = async (run: ChunkRun<ManifestChunk>) => {
    await bandwidth.take(bytesOfRun(run), signal);
    return { chunks: run.chunks, contents: await readRunOfPart(repository, key, run) };
  };
  for await (const { chunks, contents } of readAhead(runs, runsAtOnce, load)) {
    for (const [index, chunk] of chunks.entries()) {
      throwIfCancelled(options.signal, `reading part "${key.partId}" from repository "${repository.id}"`);
      let goesOn = false;
      try {
        yield contents[index]!.subarray(Math.max(0, from - chunk.offset), Math.max(0, to - chunk.offset));
        goesOn = true;
      } finally {
        // Before the runs that are read ahead are waited for: they may have to wait for bandwidth.
        if (!goesOn) stop.abort();
      }
    }
  }
}

/** What a run takes of the bandwidth: its chunks as they are stored. */
export function bytesOfRun({ locations = [] }: ChunkRun<unknown>): number {
  return locations.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
}

/** Runs of chunks that are read side by side. */
export const runsAtOnce = 2;

/** The chunks of a run as the part needs them. @throws as {@link readChunkOfPart} */
async function readRunOfPart(repository: Repository, key: PartKey, run: ChunkRun<ManifestChunk>): Promise<readonly Uint8Array[]> {
  const contents = await repository.packs.readRun(run, true);
  return await Promise.all(run.chunks.map(async (chunk, index) => contents[index] ?? (await readChunkOfPart(repository, key, chunk))));
}

/** Reads the chunks of a run and checks them, no more. @returns one for each, with what {@link readChunkOfPart} would throw */
export async function checkRunOfPart(repository: Repository, key: PartKey, run: ChunkRun<ManifestChunk>): Promise<readonly CheckedChunk[]> {
  const contents = await repository.packs.readRun(run, false);
  return await Promise.all(
    run.chunks.map(async (chunk, index) => {
      try {
        if (contents[index] === undefined) await checkChunkOfPart(repository, key, chunk);
        return { chunk };
      } catch (error) {
        return { chunk, error };
      }
    }),
  );
}

export interface CheckedChunk {
  readonly chunk: ManifestChunk;
  readonly error?: unknown;
}

/** A chunk as the part needs it. @throws CORRUPT_DATA naming part and chunk; NOT_FOUND the part was deleted meanwhile */
export async function readChunkOfPart(repository: Repository, key: PartKey, chunk: ManifestChunk): Promise<Buffer> {
  return await forPart(repository, key, chunk, () => repository.packs.read(chunk.hash), ({ length }) => length);
}

/** Reads a chunk and checks it, no more. @throws as {@link readChunkOfPart} */
async function checkChunkOfPart(repository: Repository, key: PartKey, chunk: ManifestChunk): Promise<void> {
  await forPart(repository, key, chunk, () => repository.packs.check(chunk.hash), (bytes) => bytes);
}

async function forPart<T>(repository: Repository, key: PartKey, { hash, bytes, index }: ManifestChunk, work: () => Promise<T>, bytesOf: (result: T) => number): Promise<T> {
  let problem: string;
  try {
    const result = await work();
    if (bytesOf(result) === bytes) return result;
    problem = `it has ${bytesOf(result)} bytes instead of ${bytes}`;
  } catch (error) {
    if (!(error instanceof DamagedChunk)) throw error;
    if (error.isMissing && !(await repository.store.stat(partKey(key.partId)))) throw partNotFound(key);
    problem = error.problem;
  }
  throw new BrokerError(BrokerErrorCode.CorruptData, `part "${key.partId}" in repository "${repository.id}" is damaged: chunk ${index} (${hash}): ${problem}; repair it, or restore from another copy`);
}

export async function findPart(repository: Repository, key: PartKey): Promise<PartInfo | undefined> {
  return (await Manifest.open(repository, partKey(key.partId), key))?.info;
}

/** @throws NOT_FOUND; CORRUPT_DATA */
export async function getPart(repository: Repository, key: PartKey): Promise<PartInfo> {
  return (await openManifest(repository, key)).info;
}

/** The contract is `ChunkStore.listChunks`. */
export async function* listChunks(repository: Repository, key: PartKey, options: CallOptions): AsyncGenerator<readonly ChunkReference[]> {
  const manifest = await openManifest(repository, key);
  await manifest.verify();
  for await (const page of manifest.pages()) {
    throwIfCancelled(options.signal, `listing the chunks of part "${key.partId}"`);
    yield page;
  }
}

/** @throws NOT_FOUND; CORRUPT_DATA */
export async function openManifest(repository: Repository, key: PartKey): Promise<Manifest> {
  const manifest = await Manifest.open(repository, partKey(key.partId), key);
  if (manifest === undefined) throw partNotFound(key);
  return manifest;
}

async function* chunksUpTo(chunks: AsyncIterable<ManifestChunk>, to: number): AsyncGenerator<ManifestChunk> {
  for await (const chunk of chunks) {
    if (chunk.offset >= to) return;
    yield chunk;
  }
}
