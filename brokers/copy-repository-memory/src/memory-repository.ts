import { createHash } from 'node:crypto';
import { BrokerError, RepositoryRates, type ChunkReference, type PartInfo, type RepositoryStats } from '@ocopea/broker-contract';

/** A chunk stays while a part refers to it, a write holds it, or a transfer may still want it. */
interface StoredChunk {
  /** Replaced, never changed, so that readers under way keep what they have. */
  content: Uint8Array;
  parts: number;
  writes: number;
  wantedUntil: number;
}

interface StoredPart {
  readonly info: PartInfo;
  readonly chunks: readonly ChunkReference[];
}

/** One repository: chunks by hash, and parts that refer to them. */
export class MemoryRepository {
  /** How fast content may be read and written. */
  rates = new RepositoryRates();
  readonly #chunks = new Map<string, StoredChunk>();
  readonly #parts = new Map<string, StoredPart>();
  /** Chunks that were asked about for parts that are not published yet, by part. */
  readonly #sentAhead = new Map<string, Set<string>>();
  #usedBytes = 0;

  constructor(
    readonly repositoryId: string,
    readonly properties: Readonly<Record<string, string>>,
  ) {}

  get partIds(): string[] {
    return [...this.#parts.keys()].sort();
  }

  stats(): RepositoryStats {
    const used = { usedBytes: this.#usedBytes, parts: this.#parts.size };
    return this.#capacityBytes === Infinity
      ? used
      : { ...used, capacityBytes: this.#capacityBytes, availableBytes: this.#capacityBytes - this.#usedBytes };
  }

  part(partId: string): StoredPart | undefined {
    return this.#parts.get(partId);
  }

  holds(hash: string): boolean {
    return this.#chunks.has(hash);
  }

  /** @throws NOT_FOUND; CORRUPT_DATA */
  readChunk(hash: string): Uint8Array {
    const chunk = this.#chunks.get(hash);
    if (chunk === undefined) throw new BrokerError('NOT_FOUND', `repository "${this.repositoryId}" has no chunk ${hash}; ask for the missing ones`);
    if (sha256(chunk.content) !== hash) {
      throw new BrokerError('CORRUPT_DATA', `chunk ${hash} in repository "${this.repositoryId}" is damaged; restore it from another copy`);
    }
    return chunk.content;
  }

  /**
   * Stores a chunk for a write that holds it until {@link release}. Answers the bytes that it added.
   * @throws CAPACITY_EXCEEDED
   */
  store(hash: string, content: Uint8Array): number {
    const present = this.#chunks.get(hash);
    if (present !== undefined) {
      present.writes++;
      return 0;
    }
    if (this.#usedBytes + content.length > this.#capacityBytes) {
      throw new BrokerError('CAPACITY_EXCEEDED', `repository "${this.repositoryId}" is full at ${this.#capacityBytes} bytes; delete parts or add room`);
    }
    this.#chunks.set(hash, { content, parts: 0, writes: 1, wantedUntil: 0 });
    this.#usedBytes += content.length;
    return content.length;
  }

  /** Ends the hold of a write. */
  release(hash: string): void {
    const chunk = this.#chunks.get(hash);
    if (chunk === undefined) return;
    chunk.writes--;
    this.#free(hash, chunk);
  }

  /** Keeps a chunk for a transfer under way until then, as the caller's clock counts. */
  want(hash: string, until: number): void {
    const chunk = this.#chunks.get(hash);
    if (chunk !== undefined) chunk.wantedUntil = Math.max(chunk.wantedUntil, until);
  }

  /** Makes the part appear. @throws ALREADY_EXISTS */
  publish(info: PartInfo, chunks: readonly ChunkReference[]): void {
    if (this.#parts.has(info.partId)) throw alreadyExists(info);
    for (const { hash } of chunks) {
      const chunk = this.#chunks.get(hash);
      if (chunk === undefined) throw new BrokerError('INTERNAL', `chunk ${hash} of part "${info.partId}" went away while it was published`);
      chunk.parts++;
      // The transfer that wanted it has come to its end.
      chunk.wantedUntil = 0;
    }
    this.#parts.set(info.partId, { info, chunks });
    this.#sentAhead.delete(info.partId);
  }

  /** A transfer is about to send them for a part. */
  noteSentAhead(partId: string, hashes: readonly string[]): void {
    const noted = this.#sentAhead.get(partId) ?? new Set();
    for (const hash of hashes) noted.add(hash);
    this.#sentAhead.set(partId, noted);
  }

  delete(partId: string): void {
    this.#freeSentAhead(partId);
    const part = this.#parts.get(partId);
    if (part === undefined) return;
    this.#parts.delete(partId);
    for (const { hash } of part.chunks) {
      const chunk = this.#chunks.get(hash);
      if (chunk === undefined) continue;
      chunk.parts--;
      this.#free(hash, chunk);
    }
  }

  /** Frees what nothing uses and no transfer wants any more. Answers the freed bytes. */
  sweep(now: number): number {
    const before = this.#usedBytes;
    for (const [hash, chunk] of this.#chunks) {
      if (chunk.wantedUntil <= now) chunk.wantedUntil = 0;
      this.#free(hash, chunk);
    }
    return before - this.#usedBytes;
  }

  /** Drops the holds and the limits of a broker that is gone. */
  forgetHolds(): void {
    this.rates = new RepositoryRates();
    for (const chunk of this.#chunks.values()) {
      chunk.writes = 0;
      chunk.wantedUntil = 0;
    }
  }

  /** Hashes of chunks that no part refers to and no transfer wants. */
  unreferenced(): string[] {
    return [...this.#chunks].filter(([, { parts, wantedUntil }]) => parts === 0 && wantedUntil === 0).map(([hash]) => hash);
  }

  /** Replaces the stored bytes of a chunk, whatever they hash to; how tests damage a repository. */
  overwriteChunk(hash: string, change: (content: Uint8Array) => Uint8Array): void {
    const chunk = this.#chunks.get(hash);
    if (chunk !== undefined) chunk.content = change(chunk.content);
  }

  get #capacityBytes(): number {
    return Number(this.properties['capacityBytes'] ?? Infinity);
  }

  #freeSentAhead(partId: string): void {
    for (const hash of this.#sentAhead.get(partId) ?? []) {
      const chunk = this.#chunks.get(hash);
      if (chunk === undefined) continue;
      chunk.wantedUntil = 0;
      this.#free(hash, chunk);
    }
    this.#sentAhead.delete(partId);
  }

  #free(hash: string, chunk: StoredChunk): void {
    if (chunk.parts > 0 || chunk.writes > 0 || chunk.wantedUntil > 0) return;
    this.#chunks.delete(hash);
    this.#usedBytes -= chunk.content.length;
  }
}

export function alreadyExists({ partId, repositoryId }: { readonly partId: string; readonly repositoryId: string }): BrokerError {
  return new BrokerError('ALREADY_EXISTS', `part "${partId}" is in repository "${repositoryId}" already; choose another id`);
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
