import {
  BrokerError,
  type CallOptions,
  type ChunkAdmission,
  ChunkListHash,
  type ChunkReadOptions,
  type ChunkReference,
  type ChunkReservation,
  type ChunkStore,
  type ChunkWriteOptions,
  type MissingChunksOptions,
  encodeChunkRecords,
  type PartInfo,
  type PartKey,
  type PartMetadata,
  type SentChunk,
  throwIfCancelled,
} from '@ocopea/broker-contract';
import { alreadyExists, type MemoryRepository, sha256 } from './memory-repository.js';
import { validatePart } from './validate-part.js';

const PAGE_CHUNKS = 4_096;
/** How long a chunk that a transfer asked about or sent is kept without a part. */
const TRANSFER_MS = 15 * 60_000;

/** The chunk side of the memory repositories. */
export class MemoryChunkStore implements ChunkStore {
  constructor(private readonly find: (repositoryId: string) => MemoryRepository) {}

  async *listChunks(key: PartKey, options: CallOptions = {}): AsyncGenerator<readonly ChunkReference[]> {
    const part = this.find(key.repositoryId).part(key.partId);
    if (part === undefined) throw new BrokerError('NOT_FOUND', `there is no part "${key.partId}" in repository "${key.repositoryId}"`);
    for (let at = 0; at < part.chunks.length; at += PAGE_CHUNKS) {
      throwIfCancelled(options.signal, `listing of the chunks of part "${key.partId}"`);
      yield part.chunks.slice(at, at + PAGE_CHUNKS);
    }
  }

  async missingChunks(repositoryId: string, hashes: readonly string[], options: MissingChunksOptions = {}): Promise<readonly string[]> {
    throwIfCancelled(options.signal, 'question for missing chunks');
    const repository = this.find(repositoryId);
    if (hashes.length > PAGE_CHUNKS) {
      throw new BrokerError('INVALID_REQUEST', `${hashes.length} hashes were asked about; ask about at most ${PAGE_CHUNKS} at once`);
    }
    for (const hash of hashes) validateHash(hash);
    if (options.forPart !== undefined) repository.noteSentAhead(options.forPart, hashes);
    for (const hash of hashes) repository.want(hash, Date.now() + TRANSFER_MS);
    return hashes.filter((hash) => !repository.holds(hash));
  }

  async reserve(request: ChunkReservation): Promise<ChunkAdmission> {
    return this.find(request.repositoryId).rates.reserve(request);
  }

  async readChunk(repositoryId: string, hash: string, options: ChunkReadOptions = {}): Promise<Uint8Array> {
    throwIfCancelled(options.signal, `reading of chunk ${hash}`);
    validateHash(hash);
    const repository = this.find(repositoryId);
    const content = repository.readChunk(hash);
    repository.rates.read.charge(content.length, options.forPart);
    return content;
  }

  async writeChunk(repositoryId: string, hash: string, bytes: Uint8Array, options: ChunkWriteOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `writing of chunk ${hash}`);
    validateHash(hash);
    const repository = this.find(repositoryId);
    const content = Uint8Array.from(bytes);
    if (sha256(content) !== hash) throw new BrokerError('CORRUPT_DATA', `the bytes sent as chunk ${hash} have another hash; send it again`);
    repository.rates.write.charge(repository.store(hash, content), options.forPart);
    repository.want(hash, Date.now() + TRANSFER_MS);
    repository.release(hash);
  }

  async writeChunks(repositoryId: string, chunks: AsyncIterable<SentChunk>, options: ChunkWriteOptions = {}): Promise<void> {
    for await (const { hash, bytes } of chunks) await this.writeChunk(repositoryId, hash, bytes, options);
  }

  async publishPart(
    key: PartKey,
    metadata: PartMetadata,
    pages: AsyncIterable<readonly ChunkReference[]>,
    options: CallOptions = {},
  ): Promise<PartInfo> {
    const repository = this.find(key.repositoryId);
    validatePart(key, metadata);
    const chunks: ChunkReference[] = [];
    const hash = new ChunkListHash();
    let logicalBytes = 0;
    for await (const page of pages) {
      throwIfCancelled(options.signal, `publication of part "${key.partId}"`);
      chunks.push(...page);
      hash.update(encodeChunkRecords(page));
      for (const { bytes } of page) logicalBytes += bytes;
    }
    const info: PartInfo = { ...key, metadata, logicalBytes, storedBytes: logicalBytes, hash: hash.digest() };
    const present = repository.part(key.partId)?.info;
    if (present?.hash === info.hash) return present;
    if (present !== undefined) throw alreadyExists(key);
    for (const chunk of chunks) checkHeld(repository, key, chunk);
    repository.publish(info, chunks);
    return info;
  }
}

function checkHeld(repository: MemoryRepository, key: PartKey, { hash, bytes }: ChunkReference): void {
  validateHash(hash);
  if (!repository.holds(hash)) {
    throw new BrokerError('CORRUPT_DATA', `part "${key.partId}" needs chunk ${hash}, which is not in repository "${key.repositoryId}"; send it first`);
  }
  const { length } = repository.readChunk(hash);
  if (length === bytes) return;
  throw new BrokerError('CORRUPT_DATA', `part "${key.partId}" says that chunk ${hash} has ${bytes} bytes, but it has ${length}`);
}

function validateHash(hash: string): void {
  if (/^[0-9a-f]{64}$/.test(hash)) return;
  throw new BrokerError('INVALID_REQUEST', `"${hash}" is not a chunk hash; give the 64 hex digits of a SHA-256`);
}
