import { BoundedTasks } from './bounded-tasks.js';
import { ChunkCodec } from './chunk-codec.js';
import { chunkThreads } from './chunk-threads.js';
import { mostSealBytes } from './content-seal.js';
import type { ObjectStore } from './object-store.js';
import { encodePackTail, mostPackEntries, newPackId, packFolder, packHead, packKey, type ChunkLocation } from './pack-format.js';
import type { PackIndex } from './pack-index.js';
import type { RepositoryCipher } from './repository-cipher.js';
import { copyInto } from './shared-memory.js';
import type { SpareBuffers } from './spare-buffers.js';

export interface PackWriterOptions {
  readonly store: ObjectStore;
  readonly index: PackIndex;
  readonly cipher: RepositoryCipher;
  /** Of a pack's size each. */
  readonly buffers: SpareBuffers;
  /** Of a chunk's size each, sealed; shared memory. */
  readonly chunkBuffers: SpareBuffers;
  readonly packBytes: number;
  /** Packs that are stored at a time. */
  readonly parallelPacks: number;
  /** Whether a chunk's place in the index gives way to the one in a pack that was just written. */
  replaces?(kept: ChunkLocation): boolean;
  /** Called when a pack has been written. */
  onPack?(pack: { readonly locations: readonly ChunkLocation[]; readonly fileBytes: number }): void;
}

interface OpenPack {
  readonly packId: string;
  readonly buffer: Buffer;
  readonly giveBack: () => void;
  filled: number;
  readonly locations: ChunkLocation[];
}

/**
 * Gathers chunks in packs and stores these, some at a time while the next one fills. A chunk can be found by others once its
 * pack is stored; what is in an open pack {@link isPending} for its writer alone.
 */
export class PackWriter {
  readonly #writes: BoundedTasks;
  readonly #pending = new Set<string>();
  #open: OpenPack | undefined;
  #sealing: Promise<void> | undefined;
  #storedBytes = 0;
  #lastStayedRaw = false;
  /** The folders that packs were written to: to be settled before anything refers to them. */
  readonly folders = new Set<string>();

  constructor(private readonly options: PackWriterOptions) {
    this.#writes = new BoundedTasks(options.parallelPacks);
  }

  /** Bytes of the packs written so far. */
  get storedBytes(): number {
    return this.#storedBytes;
  }

  /** Says that a chunk is about to be appended. @returns false when it was said before, and its pack is not stored yet */
  reserve(name: string): boolean {
    if (this.#pending.has(name)) return false;
    this.#pending.add(name);
    return true;
  }

  /** Takes {@link reserve} back: the chunk was there. */
  release(name: string): void {
    this.#pending.delete(name);
  }

  /**
   * Compresses, seals and gathers a chunk; when it resolves, `raw` may be used again.
   * @returns the bytes that are stored of it
   * @throws what storing a pack threw
   */
  async append(name: string, raw: Uint8Array): Promise<number> {
    const { cipher, chunkBuffers } = this.options;
    const key = cipher.sealKey;
    return await chunkBuffers.lend(raw.length + mostSealBytes, async (into) => {
      const { codec, storedBytes } = await chunkThreads.seal({ raw, name, key, sampleFirst: this.#lastStayedRaw, into });
      this.#lastStayedRaw = codec === ChunkCodec.None;
      await this.appendSealed({ name, bytes: raw.length, keyId: key.id, codec }, into.subarray(0, storedBytes));
      return storedBytes;
    });
  }

  /** The same for what was read from another pack. */
  async appendSealed(kind: Pick<ChunkLocation, 'name' | 'bytes' | 'keyId' | 'codec'>, sealed: Uint8Array): Promise<void> {
    for (;;) {
      await this.#sealing;
      const open = (this.#open ??= this.#begin(sealed.length));
      if (open.locations.length < mostPackEntries && open.filled + sealed.length <= open.buffer.length) return this.#place(open, kind, sealed);
      await this.#seal();
    }
  }

  /** Stores what is gathered. When it resolves, all chunks are stored and can be found. @throws the first failure */
  async flush(): Promise<void> {
    await this.#sealing;
    await this.#seal();
    await this.#writes.done();
  }

  /** Gives up what is not stored; resolves when nothing is being stored any more. */
  async abandon(): Promise<void> {
    await this.#sealing?.catch(() => undefined);
    this.#open?.giveBack();
    this.#open = undefined;
    await this.#writes.settled();
  }

  #place(pack: OpenPack, { name, bytes, keyId, codec }: Pick<ChunkLocation, 'name' | 'bytes' | 'keyId' | 'codec'>, sealed: Uint8Array): void {
    pack.locations.push({ name, packId: pack.packId, offset: pack.filled, storedBytes: sealed.length, bytes, keyId, codec });
    copyInto(pack.buffer, sealed, pack.filled);
    pack.filled += sealed.length;
  }

  #begin(bytes: number): OpenPack {
    const { buffers, packBytes } = this.options;
    // A chunk that is larger than a pack is a pack.
    const spare = packHead.length + bytes <= packBytes ? buffers.take() : undefined;
    const buffer = spare ?? Buffer.allocUnsafeSlow(packHead.length + bytes);
    packHead.copy(buffer);
    return { packId: newPackId(), buffer, giveBack: () => spare && buffers.giveBack(spare), filled: packHead.length, locations: [] };
  }

  async #seal(): Promise<void> {
    const pack = this.#open;
    if (pack === undefined) return;
    this.#open = undefined;
    const sealing = this.#writes.start(() => this.#write(pack)).finally(() => (this.#sealing = undefined));
    this.#sealing = sealing;
    await sealing;
  }

  async #write(pack: OpenPack): Promise<void> {
    const { store, index, replaces } = this.options;
    const key = packKey(pack.packId);
    try {
      const tail = encodePackTail(pack.locations);
      await store.put(key, [pack.buffer.subarray(0, pack.filled), tail]);
      try {
        const kept = index.add(pack.locations, replaces);
        for (const { packId } of kept) this.folders.add(packFolder(packId));
        // Others wrote all of it at the same time, and theirs is what is found.
        const isUseless = kept.length === pack.locations.length && !kept.some(({ packId }) => packId === pack.packId);
        if (isUseless) await store.delete(key);
        else this.#isStored(pack, pack.filled + tail.length);
      } catch (error) {
        index.remove(pack.packId, pack.locations.map(({ name }) => name));
        await store.delete(key).catch(() => undefined);
        throw error;
      }
      for (const { name } of pack.locations) this.#pending.delete(name);
    } finally {
      pack.giveBack();
    }
  }

  #isStored({ packId, locations }: OpenPack, fileBytes: number): void {
    this.#storedBytes += fileBytes;
    this.folders.add(packFolder(packId));
    this.options.onPack?.({ locations, fileBytes });
  }
}
