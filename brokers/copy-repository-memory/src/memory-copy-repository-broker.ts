import { isDeepStrictEqual } from 'node:util';
import {
  BrokerError,
  type ByteStream,
  type CallOptions,
  ChunkListHash,
  type ChunkReference,
  type CopyRepositoryBroker,
  type CopyRepositoryBrokerInfo,
  CopyProtocol,
  encodeChunkRecords,
  isBrokerError,
  type LongCallOptions,
  type Page,
  type PageRequest,
  type PartInfo,
  type PartKey,
  type PartMetadata,
  type PartVerification,
  ProgressMeter,
  type RepositoryBandwidth,
  type RepositoryStats,
  throwIfCancelled,
} from '@ocopea/broker-contract';
import { cutChunks } from './cut-chunks.js';
import { MemoryChunkStore } from './memory-chunk-store.js';
import { MemoryCopyRepositoryState } from './memory-copy-repository-state.js';
import { alreadyExists, MemoryRepository, sha256 } from './memory-repository.js';
import { validatePart } from './validate-part.js';

export interface MemoryCopyRepositoryBrokerOptions {
  /** Repositories of a broker before this one. @default none */
  readonly state?: MemoryCopyRepositoryState;
  /** Awaited before each chunk is stored, so that a test can make the storage slow. @default at once */
  readonly beforeStore?: () => Promise<void>;
  /** False: it does not let others see that it keeps chunks, as a broker that knows none. @default true */
  readonly chunks?: boolean;
}

/** A broker of copy repositories in the memory of this process. For tests of other layers: nothing survives the process. */
export function createMemoryCopyRepositoryBroker(options: MemoryCopyRepositoryBrokerOptions = {}): CopyRepositoryBroker {
  return new MemoryCopyRepositoryBroker(options);
}

const PROBLEMS = 20;

class MemoryCopyRepositoryBroker implements CopyRepositoryBroker {
  readonly kind = 'copy-repository';
  readonly chunks?: MemoryChunkStore;
  readonly #state: MemoryCopyRepositoryState;

  constructor(private readonly options: MemoryCopyRepositoryBrokerOptions) {
    this.#state = options.state ?? new MemoryCopyRepositoryState();
    if (options.chunks !== false) this.chunks = new MemoryChunkStore((repositoryId) => this.#find(repositoryId));
    for (const repository of this.#state.repositories.values()) repository.forgetHolds();
  }

  async info(): Promise<CopyRepositoryBrokerInfo> {
    return {
      product: 'memory',
      version: '0.1.0',
      description: 'Copies in the memory of this process, for tests.',
      formats: ['*'],
      copyProtocols: [CopyProtocol.ByteStream],
      properties: [{ name: 'capacityBytes', description: 'How many bytes of chunks it holds at most.', required: false, secret: false }],
      capabilities: { chunks: this.chunks !== undefined, ranges: true, bandwidth: true },
    };
  }

  async createRepository(
    { repositoryId, properties }: { readonly repositoryId: string; readonly properties: Readonly<Record<string, string>> },
    options: CallOptions = {},
  ): Promise<void> {
    throwIfCancelled(options.signal, `creation of repository "${repositoryId}"`);
    const unknown = Object.keys(properties).find((name) => name !== 'capacityBytes');
    if (unknown !== undefined) throw new BrokerError('INVALID_REQUEST', `a memory repository has no property "${unknown}"; info() lists them`);
    const present = this.#state.repositories.get(repositoryId);
    if (present !== undefined) {
      if (isDeepStrictEqual(present.properties, properties)) return;
      throw new BrokerError('ALREADY_EXISTS', `repository "${repositoryId}" exists with other properties; choose another id`);
    }
    this.#state.repositories.set(repositoryId, this.#state.forgotten.get(repositoryId) ?? new MemoryRepository(repositoryId, properties));
    this.#state.forgotten.delete(repositoryId);
  }

  async forgetRepository(repositoryId: string, options: CallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `forgetting of repository "${repositoryId}"`);
    const repository = this.#state.repositories.get(repositoryId);
    if (repository === undefined) return;
    this.#state.repositories.delete(repositoryId);
    this.#state.forgotten.set(repositoryId, repository);
  }

  async setBandwidth(repositoryId: string, bandwidth: RepositoryBandwidth, options: CallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `limiting of repository "${repositoryId}"`);
    this.#find(repositoryId).rates.set(bandwidth);
  }

  async listRepositories(options: CallOptions = {}): Promise<readonly string[]> {
    throwIfCancelled(options.signal, 'listing of repositories');
    return [...this.#state.repositories.keys()].sort();
  }

  async stats(repositoryId: string, options: CallOptions = {}): Promise<RepositoryStats> {
    throwIfCancelled(options.signal, `measuring of repository "${repositoryId}"`);
    return this.#find(repositoryId).stats();
  }

  async writePart(key: PartKey, metadata: PartMetadata, stream: ByteStream, options: LongCallOptions = {}): Promise<PartInfo> {
    const what = `writing of part "${key.partId}"`;
    throwIfCancelled(options.signal, what);
    const repository = this.#find(key.repositoryId);
    validatePart(key, metadata);
    if (repository.part(key.partId) !== undefined) throw alreadyExists(key);
    const meter = new ProgressMeter(options.onProgress, undefined, () => ({ bytesNew: storedBytes, bytesStored: storedBytes }));
    const held: ChunkReference[] = [];
    const listHash = new ChunkListHash();
    const bandwidth = repository.rates.write.flow();
    let storedBytes = 0;
    try {
      for await (const content of cutChunks(stream, options.signal, what)) {
        await bandwidth.take(content.length, options.signal);
        await this.options.beforeStore?.();
        throwIfCancelled(options.signal, what);
        const chunk = { hash: sha256(content), bytes: content.length };
        const written = repository.store(chunk.hash, content);
        bandwidth.giveBack(content.length - written);
        storedBytes += written;
        held.push(chunk);
        listHash.update(encodeChunkRecords([chunk]));
        meter.add(chunk.bytes);
      }
      const info: PartInfo = { ...key, metadata, logicalBytes: meter.bytesDone, storedBytes, hash: listHash.digest() };
      repository.publish(info, held);
      meter.end();
      return info;
    } finally {
      for (const { hash } of held) repository.release(hash);
    }
  }

  async *readPart(key: PartKey, range: { readonly offset: number; readonly length?: number } = { offset: 0 }, options: CallOptions = {}): ByteStream {
    const what = `reading of part "${key.partId}"`;
    const repository = this.#find(key.repositoryId);
    const { chunks, info } = this.#part(key);
    const end = Math.min(range.offset + (range.length ?? info.logicalBytes), info.logicalBytes);
    if (range.offset < 0 || end < range.offset) {
      throw new BrokerError('INVALID_REQUEST', `part "${key.partId}" has ${info.logicalBytes} bytes; there is no range of them from ${range.offset}`);
    }
    const bandwidth = repository.rates.read.flow();
    let offset = 0;
    for (const { hash, bytes } of chunks) {
      const [from, to] = [Math.max(range.offset - offset, 0), Math.min(end - offset, bytes)];
      offset += bytes;
      if (from >= to) continue;
      throwIfCancelled(options.signal, what);
      await bandwidth.take(bytes, options.signal);
      yield Uint8Array.from(repository.readChunk(hash).subarray(from, to));
    }
  }

  async getPart(key: PartKey, options: CallOptions = {}): Promise<PartInfo> {
    throwIfCancelled(options.signal, `look-up of part "${key.partId}"`);
    return this.#part(key).info;
  }

  async listParts(repositoryId: string, page: PageRequest = {}, options: CallOptions = {}): Promise<Page<PartInfo>> {
    throwIfCancelled(options.signal, `listing of repository "${repositoryId}"`);
    const { after = '', limit = 100 } = page;
    const ids = this.#find(repositoryId).partIds.filter((partId) => partId > after);
    const items = ids.slice(0, limit).map((partId) => this.#part({ repositoryId, partId }).info);
    const last = items.at(-1);
    return ids.length > limit && last !== undefined ? { items, next: last.partId } : { items };
  }

  async deletePart(key: PartKey, options: LongCallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `deletion of part "${key.partId}"`);
    this.#state.repositories.get(key.repositoryId)?.delete(key.partId);
  }

  async verifyPart(key: PartKey, options: LongCallOptions = {}): Promise<PartVerification> {
    const repository = this.#find(key.repositoryId);
    const { chunks, info } = this.#part(key);
    const meter = new ProgressMeter(options.onProgress, info.logicalBytes);
    const problems: string[] = [];
    const bandwidth = repository.rates.read.flow();
    for (const { hash, bytes } of chunks) {
      throwIfCancelled(options.signal, `verification of part "${key.partId}"`);
      await bandwidth.take(bytes, options.signal);
      try {
        repository.readChunk(hash);
        meter.add(bytes);
      } catch (error) {
        if (!isBrokerError(error)) throw error;
        if (problems.length < PROBLEMS) problems.push(error.message);
      }
    }
    meter.end();
    return { intact: problems.length === 0, bytesRead: meter.bytesDone, problems };
  }

  async sweep(repositoryId: string, options: LongCallOptions = {}): Promise<{ readonly freedBytes: number }> {
    throwIfCancelled(options.signal, `sweep of repository "${repositoryId}"`);
    return { freedBytes: this.#find(repositoryId).sweep(Date.now()) };
  }

  async close(): Promise<void> {}

  #find(repositoryId: string): MemoryRepository {
    const repository = this.#state.repositories.get(repositoryId);
    if (repository === undefined) throw new BrokerError('NOT_FOUND', `there is no repository "${repositoryId}"; create it first`);
    return repository;
  }

  #part(key: PartKey) {
    const part = this.#find(key.repositoryId).part(key.partId);
    if (part === undefined) throw new BrokerError('NOT_FOUND', `there is no part "${key.partId}" in repository "${key.repositoryId}"; list those there are`);
    return part;
  }
}
