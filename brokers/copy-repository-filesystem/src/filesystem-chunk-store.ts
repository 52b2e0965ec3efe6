import { BrokerError, BrokerErrorCode, throwIfCancelled, type CallOptions, type ChunkReference, type ChunkStore, type MissingChunksOptions, type PartInfo, type PartKey, type PartMetadata } from '@ocopea/broker-contract';
import { ChunkEncoder, chunkHash, maxChunkBytes } from './chunk-codec.js';
import { chunkMode, DamagedChunk } from './chunk-files.js';
import { publishPart } from './publish-part.js';
import { listChunks } from './read-part.js';
import type { RepositoryCalls } from './repository-calls.js';
import { checkHashes, checkId, checkMetadata } from './request-checks.js';
import { noteSentAhead } from './sent-ahead.js';

/** The chunk side of the filesystem broker. */
export class FilesystemChunkStore implements ChunkStore {
  constructor(private readonly calls: RepositoryCalls) {}

  listChunks(key: PartKey, options: CallOptions = {}): AsyncIterable<readonly ChunkReference[]> {
    return this.calls.stream(key.repositoryId, `listing the chunks of part "${key.partId}"`, (repository) => {
      checkId('partId', key.partId);
      return listChunks(repository, key, options);
    });
  }

  missingChunks(repositoryId: string, hashes: readonly string[], options: MissingChunksOptions = {}): Promise<readonly string[]> {
    return this.calls.run(repositoryId, 'looking for missing chunks', async (repository) => {
      const { files, pins, use } = repository;
      checkHashes(hashes);
      if (options.forPart !== undefined) {
        checkId('partId', options.forPart);
        await noteSentAhead(repository, options.forPart, hashes);
      }
      const isThere: boolean[] = [];
      for (let at = 0; at < hashes.length; at += lookedUpAtOnce) {
        throwIfCancelled(options.signal, 'looking for missing chunks');
        const page = hashes.slice(at, at + lookedUpAtOnce).map(async (hash) => {
          pins.pin(hash);
          await use.use(hash);
          return (await files.touch(hash)) !== undefined;
        });
        isThere.push(...(await Promise.all(page)));
      }
      return hashes.filter((_, index) => !isThere[index]);
    });
  }

  readChunk(repositoryId: string, hash: string, options: CallOptions = {}): Promise<Uint8Array> {
    return this.calls.run(repositoryId, `reading chunk ${hash.slice(0, 64)}`, async ({ files }) => {
      checkHashes([hash]);
      throwIfCancelled(options.signal, `reading chunk ${hash}`);
      try {
        return await files.read(hash);
      } catch (error) {
        if (!(error instanceof DamagedChunk)) throw error;
        if (error.isMissing) throw new BrokerError(BrokerErrorCode.NotFound, `there is no chunk ${hash} in repository "${repositoryId}"`);
        throw new BrokerError(BrokerErrorCode.CorruptData, `chunk ${hash} in repository "${repositoryId}" is damaged: ${error.problem}; write it again to heal it`);
      }
    });
  }

  writeChunk(repositoryId: string, hash: string, bytes: Uint8Array, options: CallOptions = {}): Promise<void> {
    return this.calls.run(repositoryId, `writing chunk ${hash.slice(0, 64)}`, async ({ files, pins, use }) => {
      checkHashes([hash]);
      throwIfCancelled(options.signal, `writing chunk ${hash}`);
      if (bytes.byteLength > maxChunkBytes) {
        throw new BrokerError(BrokerErrorCode.InvalidRequest, `chunk ${hash} has ${bytes.byteLength} bytes, at most ${maxChunkBytes} are allowed; cut smaller ones`);
      }
      const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (chunkHash(raw) !== hash) {
        throw new BrokerError(BrokerErrorCode.CorruptData, `the bytes given for chunk ${hash} have another hash; they were changed on the way, send them again`);
      }
      pins.pin(hash);
      await use.use(hash);
      if (!(await files.touch(hash))) await files.create(hash, raw, new ChunkEncoder(), chunkMode.sentAhead);
    });
  }

  publishPart(key: PartKey, metadata: PartMetadata, chunks: AsyncIterable<readonly ChunkReference[]>, options: CallOptions = {}): Promise<PartInfo> {
    return this.calls.run(key.repositoryId, `publishing part "${key.partId}"`, (repository) => {
      checkId('partId', key.partId);
      checkMetadata(metadata);
      return publishPart(repository, key, metadata, checkedPages(chunks), options);
    });
  }
}

async function* checkedPages(pages: AsyncIterable<readonly ChunkReference[]>): AsyncGenerator<readonly ChunkReference[]> {
  for await (const page of pages) {
    checkHashes(page.map(({ hash }) => hash));
    yield page;
  }
}

const lookedUpAtOnce = 16;
