import { isBrokerError, type ChunkReference } from '@ocopea/broker-contract';
import { alignedBuffer, blockBytes } from './aligned-memory.js';
import { maxChunkBytes } from './chunk-codec.js';
import { chunkRuns, rangeOf, type ChunkRun } from './chunk-runs.js';
import { chunkThreads } from './chunk-threads.js';
import { mostSealBytes } from './content-seal.js';
import { DecodedChunks } from './decoded-chunks.js';
import type { ObjectStore } from './object-store.js';
import { packIdOf, packKey, packTailBytes, parsePackTail, packEntryBytes, readPackEntry, type ChunkLocation } from './pack-format.js';
import type { PackIndex } from './pack-index.js';
import { PackWriter } from './pack-writer.js';
import { readAhead } from './read-ahead.js';
import type { RepositoryCipher } from './repository-cipher.js';
import { sharedBuffer } from './shared-memory.js';
import { SpareBuffers } from './spare-buffers.js';

/** A chunk that cannot be given out. `problem` says why, as the end of a sentence about it. */
export class DamagedChunk extends Error {
  constructor(
    readonly problem: string,
    readonly isMissing = false,
  ) {
    super(problem);
  }
}

export interface ChunkPacksOptions {
  readonly store: ObjectStore;
  readonly index: PackIndex;
  readonly packBytes: number;
  /** Packs of one writer that are stored side by side. */
  readonly parallelPacks: number;
  /** Of most chunks; larger ones cost more. */
  readonly chunkBytes: number;
  cipher(): RepositoryCipher;
  onBytes(difference: number): void;
  readonly now: () => number;
}

/** The chunks of one repository: finds, reads and writes them. Whether one may be removed is not decided here. */
export class ChunkPacks {
  /** Chunks that turned out to be damaged when they were read: absent for writers, so that a new copy heals them. */
  readonly #damaged = new Set<string>();
  readonly #decoded = new DecodedChunks();
  readonly #buffers: SpareBuffers;
  /** For chunks as they are stored. */
  readonly #chunkBuffers: SpareBuffers;
  readonly #runBuffers: SpareBuffers;
  /** When packs were last touched, the longest ago first. */
  readonly #touched = new Map<string, number>();
  #recoveredAt = -Infinity;
  #recovery: Promise<void> | undefined;

  constructor(private readonly options: ChunkPacksOptions) {
    this.#buffers = new SpareBuffers(options.packBytes, alignedBuffer);
    this.#chunkBuffers = new SpareBuffers(options.chunkBytes + mostSealBytes, sharedBuffer);
    this.#runBuffers = new SpareBuffers(chunksOfRun * (options.chunkBytes + mostSealBytes) + 2 * blockBytes, alignedBuffer);
  }

  /** Where the chunk lies, if it is there; its content is not read. */
  find(name: string): ChunkLocation | undefined {
    return this.#damaged.has(name) ? undefined : this.options.index.find(name);
  }

  /** Where the chunk lies, damaged or not. */
  place(name: string): ChunkLocation | undefined {
    return this.options.index.find(name);
  }

  /** As {@link find}; and its pack counts as used from now on, which is what a sweep's grace goes by. */
  async touch(name: string): Promise<ChunkLocation | undefined> {
    const found = this.find(name);
    if (found === undefined) return undefined;
    const { now, store, index } = this.options;
    const touchedAt = this.#touched.get(found.packId);
    if (touchedAt !== undefined && now() - touchedAt < touchAgainMs) return found;
    if (!(await store.touch(packKey(found.packId)))) {
      index.remove(found.packId, [name]);
      return undefined;
    }
    this.#touched.delete(found.packId);
    this.#touched.set(found.packId, now());
    if (this.#touched.size > mostTouched) this.#touched.delete(this.#touched.keys().next().value!);
    return found;
  }

  /** @param onStored told the raw bytes of the chunks that were stored */
  writer(onStored?: (bytes: number) => void): PackWriter {
    const { store, index, packBytes, parallelPacks, cipher, onBytes } = this.options;
    return new PackWriter({
      store,
      index,
      packBytes,
      parallelPacks,
      cipher: cipher(),
      buffers: this.#buffers,
      chunkBuffers: this.#chunkBuffers,
      replaces: ({ name }) => this.#damaged.has(name),
      onPack: ({ locations, fileBytes }) => {
        for (const { name } of locations) this.#damaged.delete(name);
        onBytes(fileBytes);
        onStored?.(locations.reduce((sum, one) => sum + one.bytes, 0));
      },
    });
  }

  /** Writes anew what lies in a pack, which from then on is found there and not in the old one. */
  mover(fromPackId: string): PackWriter {
    const { store, index, packBytes, parallelPacks, cipher, onBytes } = this.options;
    return new PackWriter({ store, index, packBytes, parallelPacks, cipher: cipher(), buffers: this.#buffers, chunkBuffers: this.#chunkBuffers, replaces: (kept) => kept.packId === fromPackId, onPack: ({ fileBytes }) => onBytes(fileBytes) });
  }

  /** The chunk's content, checked against its hash. @throws DamagedChunk */
  async read(hash: string): Promise<Buffer> {
    const { content } = await this.#unseal(hash, true);
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  }

  /** Reads a chunk and checks it against its hash, no more. @returns how many bytes its content has. @throws DamagedChunk */
  async check(hash: string): Promise<number> {
    return (await this.#unseal(hash, false)).bytes;
  }

  /** Chunks that one request reads, see {@link readRun}. */
  runs<Chunk extends { readonly hash: string }>(chunks: AsyncIterable<Chunk>): AsyncGenerator<ChunkRun<Chunk>> {
    const cipher = this.options.cipher();
    return chunkRuns(chunks, ({ hash }) => this.options.index.find(cipher.name(hash)), chunksOfRun);
  }

  /**
   * Reads and checks the chunks of a run together. What was decompressed before, in a check by this process, has only its seal checked.
   * @param isWanted false: they are only checked, and the answers are empty
   * @returns for each its content, or `undefined` when {@link read} has to find out what is the matter
   */
  async readRun({ chunks, locations }: ChunkRun<ChunkReference>, isWanted: boolean): Promise<readonly (Uint8Array | undefined)[]> {
    const unread = chunks.map(() => undefined);
    if (locations === undefined) return unread;
    const cipher = this.options.cipher();
    const { offset, bytes } = rangeOf(locations);
    const pieces = chunks.flatMap(({ hash, bytes: expected }, index) => {
      const location = locations[index]!;
      const key = cipher.unsealKey(location.keyId);
      const isDecoded = !isWanted && key?.secret !== undefined && this.#decoded.has(location);
      return key !== undefined && location.bytes === expected ? [{ at: location.offset - offset, location, key, hash, isDecoded }] : [];
    });
    const room = bytes + 2 * blockBytes;
    if (pieces.length < chunks.length || room > this.#runBuffers.bytes) return unread;
    return await this.#runBuffers.lend(room, async (into) => {
      const memory = await this.options.store.get(packKey(locations[0]!.packId), { offset, bytes }, into).catch(() => undefined);
      if (memory === undefined) return unread;
      const answers = await chunkThreads.unseal({ memory, pieces, isWanted });
      return answers.map((answer, index) => {
        if (typeof answer === 'string') return undefined;
        this.#decoded.add(locations[index]!);
        return answer;
      });
    });
  }

  async #unseal(hash: string, isWanted: boolean): Promise<{ readonly bytes: number; readonly content: Uint8Array }> {
    const cipher = this.options.cipher();
    const name = cipher.name(hash);
    const unsealed = await this.#withSealed(name, async (location, memory) => {
      const key = cipher.unsealKey(location.keyId);
      if (key === undefined) return 'its key is not known';
      const [answer] = await chunkThreads.unseal({ memory, pieces: [{ at: 0, location, key, hash }], isWanted });
      return typeof answer === 'string' ? answer : { bytes: location.bytes, content: answer! };
    });
    if (typeof unsealed !== 'string') return unsealed;
    this.#remember(name);
    throw new DamagedChunk(unsealed);
  }

  /** Puts what the packs say into the index. */
  async recover(): Promise<void> {
    this.#recoveredAt = this.options.now();
    for await (const { packId, entries } of readAhead(this.#packs(), packsAtOnce, (pack) => this.#read(pack))) {
      if (entries === undefined) continue;
      // Of several places the one in the latest pack counts: it may have been written because another is damaged.
      this.options.index.add(locationsIn(entries, packId), (kept) => kept.packId < packId);
    }
  }

  /** The entries of a pack, in the form of `readPackEntry`; of a damaged one those that are known. `undefined` when it is not there. */
  async entries(packId: string): Promise<{ readonly packId: string; readonly entries: Buffer | undefined; readonly fileBytes: number }> {
    const { entries, fileBytes } = await this.#read(packId);
    if (entries !== undefined || fileBytes === undefined) return { packId, entries, fileBytes: fileBytes ?? 0 };
    return { packId, entries: await this.options.index.entriesIn(packId), fileBytes };
  }

  /** Forgets a pack and deletes it. The first of it, that nobody finds its chunks any more, happens before this returns. */
  async remove(packId: string, entries: Buffer): Promise<void> {
    this.options.index.remove(packId, namesIn(entries));
    for (const name of namesIn(entries)) this.#damaged.delete(name);
    await this.options.store.delete(packKey(packId));
  }

  /** Reads what is stored of a chunk and gives it to `work`, in memory that is used again. @throws DamagedChunk it cannot be read */
  async #withSealed<T>(name: string, work: (location: ChunkLocation, sealed: Buffer) => Promise<T>): Promise<T> {
    const { store, index } = this.options;
    for (let attempt = 1; ; attempt++) {
      const location = index.find(name);
      if (location !== undefined) {
        if (location.storedBytes > maxChunkBytes + mostSealBytes) throw new DamagedChunk(`it takes ${location.storedBytes} bytes`);
        const done = await this.#chunkBuffers.lend(location.storedBytes, async (into) => {
          const sealed = await this.#get(store, location, into);
          return sealed && { result: await work(location, sealed) };
        });
        if (done !== undefined) return done.result;
      }
      // It may have been moved to another pack in the meantime.
      if (attempt > 1 && index.find(name)?.packId === location?.packId) {
        // So that a new copy is kept, should one come.
        if (location !== undefined) index.remove(location.packId, [name]);
        throw new DamagedChunk('it is missing', true);
      }
      if (attempt === 1) await this.#recoverOnce();
    }
  }

  async #get(store: ObjectStore, { packId, offset, storedBytes }: ChunkLocation, into: Buffer): Promise<Buffer | undefined> {
    try {
      return await store.get(packKey(packId), { offset, bytes: storedBytes }, into);
    } catch (error) {
      if (isBrokerError(error, 'CORRUPT_DATA')) throw new DamagedChunk('the store cannot read it');
      throw error;
    }
  }

  /** Before a chunk is called missing the packs are asked, for the index is only a memory of them. */
  async #recoverOnce(): Promise<void> {
    if (this.#recovery === undefined && this.options.now() - this.#recoveredAt < recoverAgainMs) return;
    this.#recovery ??= this.recover().finally(() => (this.#recovery = undefined));
    await this.#recovery;
  }

  async #read(packId: string): Promise<{ readonly packId: string; readonly entries: Buffer | undefined; readonly fileBytes: number | undefined }> {
    const tail = await this.options.store.tail(packKey(packId), packTailBytes);
    return { packId, entries: tail && parsePackTail(tail.content), fileBytes: tail?.size };
  }

  async *#packs(): AsyncGenerator<string> {
    for await (const { key } of this.options.store.scan('packs/')) {
      const packId = packIdOf(key);
      if (packId !== undefined) yield packId;
    }
  }

  #remember(name: string): void {
    if (this.#damaged.size < mostDamagedRemembered) this.#damaged.add(name);
  }
}

function locationsIn(entries: Buffer, packId: string): ChunkLocation[] {
  return Array.from({ length: entries.length / packEntryBytes }, (_, index) => readPackEntry(entries, index * packEntryBytes, packId));
}

function* namesIn(entries: Buffer): Generator<string> {
  for (let at = 0; at < entries.length; at += packEntryBytes) yield entries.toString('hex', at, at + 32);
}

/** So many that requests are few, and so few that their contents fit in memory several times. */
const chunksOfRun = 4;
const packsAtOnce = 16;
const mostDamagedRemembered = 100_000;
const mostTouched = 10_000;
const touchAgainMs = 60_000;
const recoverAgainMs = 60_000;
