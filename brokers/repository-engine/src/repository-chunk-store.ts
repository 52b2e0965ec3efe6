import { BrokerError, BrokerErrorCode, throwIfCancelled, type CallOptions, type ChunkAdmission, type ChunkReadOptions, type ChunkReference, type ChunkReservation, type ChunkStore, type ChunkWriteOptions, type MissingChunksOptions, type PartInfo, type PartKey, type PartMetadata, type SentChunk } from '@ocopea/broker-contract';
import { DamagedChunk } from './chunk-packs.js';
import { publishPart } from './publish-part.js';
import { listChunks } from './read-part.js';
import type { RepositoryCalls } from './repository-calls.js';
import { checkHashes, checkId, checkMetadata } from './request-checks.js';
import { noteSentAhead } from './sent-ahead.js';
import { writeChunks } from './write-chunks.js';

/** The chunk side of the engine. */
export class RepositoryChunkStore implements ChunkStore {
  constructor(private readonly calls: RepositoryCalls) {}

  listChunks(key: PartKey, options: CallOptions = {}): AsyncIterable<readonly ChunkReference[]> {
    return this.calls.stream(key.repositoryId, `listing the chunks of part "${key.partId}"`, (repository) => {
      checkId('partId', key.partId);
      return listChunks(repository, key, options);
    });
  }

  missingChunks(repositoryId: string, hashes: readonly string[], options: MissingChunksOptions = {}): Promise<readonly string[]> {
    return this.calls.run(repositoryId, 'looking for missing chunks', async (repository) => {
      const { packs, pins, use, cipher } = repository;
      checkHashes(hashes);
      const names = hashes.map((hash) => cipher.name(hash));
      if (options.forPart !== undefined) {
        checkId('partId', options.forPart);
        await noteSentAhead(repository, options.forPart, names.map((name) => ({ name, storedBytes: 0 })));
      }
      const isThere: boolean[] = [];
      for (let at = 0; at < names.length; at += lookedUpAtOnce) {
        throwIfCancelled(options.signal, 'looking for missing chunks');
        const page = names.slice(at, at + lookedUpAtOnce).map(async (name) => {
          pins.pin(name);
          use.use(name);
          return (await packs.touch(name)) !== undefined;
        });
        isThere.push(...(await Promise.all(page)));
      }
      return hashes.filter((_, index) => !isThere[index]);
    });
  }

  reserve(request: ChunkReservation): Promise<ChunkAdmission> {
    return this.calls.run(request.repositoryId, 'reserving bandwidth', async ({ rates }) => {
      checkId('partId', request.forPart);
      return rates.reserve(request);
    });
  }

  readChunk(repositoryId: string, hash: string, options: ChunkReadOptions = {}): Promise<Uint8Array> {
    return this.calls.run(repositoryId, `reading chunk ${hash.slice(0, 64)}`, async ({ packs, rates, cipher }) => {
      checkHashes([hash]);
      throwIfCancelled(options.signal, `reading chunk ${hash}`);
      rates.read.charge(packs.place(cipher.name(hash))?.storedBytes ?? 0, options.forPart);
      try {
        return await packs.read(hash);
      } catch (error) {
        if (!(error instanceof DamagedChunk)) throw error;
        if (error.isMissing) throw new BrokerError(BrokerErrorCode.NotFound, `there is no chunk ${hash} in repository "${repositoryId}"`);
        throw new BrokerError(BrokerErrorCode.CorruptData, `chunk ${hash} in repository "${repositoryId}" is damaged: ${error.problem}; write it again to heal it`);
      }
    });
  }

  writeChunk(repositoryId: string, hash: string, bytes: Uint8Array, options: ChunkWriteOptions = {}): Promise<void> {
    return this.calls.run(repositoryId, `writing chunk ${hash.slice(0, 64)}`, (repository) => writeChunks(repository, justOne({ hash, bytes }), options));
  }

  writeChunks(repositoryId: string, chunks: AsyncIterable<SentChunk>, options: ChunkWriteOptions = {}): Promise<void> {
    return this.calls.run(repositoryId, 'writing chunks', (repository) => writeChunks(repository, chunks, options));
  }

  publishPart(key: PartKey, metadata: PartMetadata, chunks: AsyncIterable<readonly ChunkReference[]>, options: CallOptions = {}): Promise<PartInfo> {
    return this.calls.run(key.repositoryId, `publishing part "${key.partId}"`, (repository) => {
      checkId('partId', key.partId);
      checkMetadata(metadata);
      return publishPart(repository, key, metadata, checkedPages(chunks), options);
    });
  }
}

async function* justOne(chunk: SentChunk): AsyncGenerator<SentChunk> {
  yield chunk;
}

async function* checkedPages(pages: AsyncIterable<readonly ChunkReference[]>): AsyncGenerator<readonly ChunkReference[]> {
  for await (const page of pages) {
    checkHashes(page.map(({ hash }) => hash));
    yield page;
  }
}

const lookedUpAtOnce = 16;
