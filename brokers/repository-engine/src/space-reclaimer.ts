import { chunkRecordBytes, isBrokerError, throwIfCancelled } from '@ocopea/broker-contract';
import type { ChunkPacks } from './chunk-packs.js';
import type { ChunkUse } from './chunk-use.js';
import { CondemnedChunks } from './condemned-chunks.js';
import { manifestRecords } from './manifest.js';
import type { ObjectStore } from './object-store.js';
import { packEntryBytes, packKey, readPackEntry } from './pack-format.js';
import { readAhead } from './read-ahead.js';
import { partIdOf, partsPrefix } from './repository-layout.js';
import type { TransferPins } from './transfer-pins.js';

export interface ReclaimOptions {
  /** Packs used after this time (milliseconds since 1970) stay. Absent: their age does not matter. */
  readonly keepUsedSince?: number;
  /** Share of a pack that has to be garbage for the rest of it to be moved. @default 0.5 */
  readonly movesFrom?: number;
  readonly signal?: AbortSignal;
}

export interface SpaceReclaimerOptions {
  readonly store: ObjectStore;
  readonly packs: ChunkPacks;
  readonly use: ChunkUse;
  readonly pins: TransferPins;
  onBytes(difference: number): void;
}

interface CondemnedPack {
  readonly packId: string;
  readonly entries: Buffer;
  readonly fileBytes: number;
}

/**
 * Removes packs of which nothing is in use, and moves what is left of those that are mostly garbage. It takes packs in pages
 * and reads all chunk lists once for each page, so its memory does not grow with the repository. May be killed anywhere:
 * every pack that it removes was garbage, or its rest lay elsewhere.
 */
export class SpaceReclaimer {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: SpaceReclaimerOptions) {}

  /**
   * @param packIds those that are not there, or damaged, are passed over
   * @returns bytes freed
   * @throws CANCELLED between two packs
   */
  reclaim(packIds: AsyncIterable<string>, options: ReclaimOptions = {}): Promise<number> {
    const work = this.#turn.then(() => this.#reclaim(packIds, options));
    this.#turn = work.catch(() => undefined);
    return work;
  }

  /** The same for the packs in which chunks lie. @param records chunk records, with names */
  reclaimChunks(records: AsyncIterable<Buffer>, options: ReclaimOptions = {}): Promise<number> {
    return this.reclaim(this.#packsOf(records), options);
  }

  async #reclaim(packIds: AsyncIterable<string>, options: ReclaimOptions): Promise<number> {
    let freed = 0;
    let page = new Map<string, CondemnedPack>();
    let chunks = 0;
    for await (const { packId, entries, fileBytes } of readAhead(packIds, packsAtOnce, (one) => this.options.packs.entries(one))) {
      throwIfCancelled(options.signal, 'freeing space');
      if (entries === undefined || page.has(packId)) continue;
      page.set(packId, { packId, entries, fileBytes });
      chunks += entries.length / packEntryBytes;
      if (chunks < pageChunks) continue;
      freed += await this.#reclaimPage([...page.values()], chunks, options);
      page = new Map();
      chunks = 0;
    }
    return freed + (await this.#reclaimPage([...page.values()], chunks, options));
  }

  async #reclaimPage(page: readonly CondemnedPack[], chunks: number, { keepUsedSince, movesFrom = 0.5, signal }: ReclaimOptions): Promise<number> {
    const { use } = this.options;
    if (page.length === 0) return 0;
    const condemned = new CondemnedChunks(chunks);
    for (const { entries } of page) for (let at = 0; at < entries.length; at += packEntryBytes) condemned.add(entries, at);
    use.condemn(condemned);
    try {
      await this.#pardonUsed(condemned, signal);
      let freed = 0;
      for (const pack of page) {
        throwIfCancelled(signal, 'freeing space');
        const garbage = garbageBytes(pack, condemned);
        if (garbage < pack.fileBytes * movesFrom && garbage < contentBytes(pack)) continue;
        if (keepUsedSince !== undefined && !(await this.#isOlder(pack, keepUsedSince))) continue;
        freed += garbage < contentBytes(pack) ? await this.#move(pack, condemned) : await this.#remove(pack, condemned);
      }
      return freed;
    } finally {
      use.condemn(undefined);
    }
  }

  /** Claims before manifests: a part that is published in between is then found among the manifests. */
  async #pardonUsed(condemned: CondemnedChunks, signal: AbortSignal | undefined): Promise<void> {
    const { store, use, pins } = this.options;
    for (const claim of use.claims) await pardon(condemned, claim.records(), signal);
    for await (const { key } of store.scan(partsPrefix)) {
      if (partIdOf(key) !== undefined) await pardon(condemned, manifestRecords(store, key), signal);
    }
    for (const name of pins.names()) condemned.pardon(Buffer.from(name.slice(0, 16), 'hex'), 0);
  }

  async #isOlder({ packId }: CondemnedPack, time: number): Promise<boolean> {
    const found = await this.options.store.stat(packKey(packId));
    return found !== undefined && found.modifiedAt <= time;
  }

  /** @param moved of its chunks, those that lie elsewhere as well by now */
  async #remove({ packId, entries, fileBytes }: CondemnedPack, condemned: CondemnedChunks, moved: ReadonlySet<number> = new Set()): Promise<number> {
    // From here to the call of `remove` nothing may wait: a writer that comes in between would count on what goes.
    for (let at = 0; at < entries.length; at += packEntryBytes) if (!moved.has(at) && condemned.isPardoned(entries, at)) return 0;
    await this.options.packs.remove(packId, entries);
    this.options.onBytes(-fileBytes);
    return fileBytes;
  }

  /** Writes what is in use of a pack to another one, and removes it. Where there is no room for that, it stays. */
  async #move(pack: CondemnedPack, condemned: CondemnedChunks): Promise<number> {
    const { store, packs } = this.options;
    const writer = packs.mover(pack.packId);
    const moved = new Set<number>();
    try {
      for (let at = 0; at < pack.entries.length; at += packEntryBytes) {
        if (!condemned.isPardoned(pack.entries, at)) continue;
        const entry = readPackEntry(pack.entries, at, pack.packId);
        const sealed = await store.get(packKey(pack.packId), { offset: entry.offset, bytes: entry.storedBytes });
        if (sealed === undefined || sealed.length < entry.storedBytes) return 0;
        await writer.appendSealed(entry, sealed);
        moved.add(at);
      }
      await writer.flush();
      await store.settle(writer.folders);
    } catch (error) {
      if (isBrokerError(error, 'CAPACITY_EXCEEDED')) return 0;
      throw error;
    } finally {
      await writer.abandon();
    }
    return Math.max(0, (await this.#remove(pack, condemned, moved)) - writer.storedBytes);
  }

  async *#packsOf(records: AsyncIterable<Buffer>): AsyncGenerator<string> {
    const recent = new Set<string>();
    for await (const page of records) {
      for (let at = 0; at + chunkRecordBytes <= page.length; at += chunkRecordBytes) {
        const packId = this.options.packs.place(page.toString('hex', at, at + 32))?.packId;
        if (packId === undefined || recent.has(packId)) continue;
        recent.add(packId);
        if (recent.size > mostRecent) recent.delete(recent.values().next().value!);
        yield packId;
      }
    }
  }
}

/** @param pages of chunk records, with names */
export async function pardon(condemned: CondemnedChunks, pages: AsyncIterable<Buffer>, signal: AbortSignal | undefined): Promise<void> {
  for await (const records of pages) {
    throwIfCancelled(signal, 'freeing space');
    for (let at = 0; at + chunkRecordBytes <= records.length; at += chunkRecordBytes) condemned.pardon(records, at);
  }
}

function garbageBytes({ entries }: CondemnedPack, condemned: CondemnedChunks): number {
  let bytes = 0;
  for (let at = 0; at < entries.length; at += packEntryBytes) if (!condemned.isPardoned(entries, at)) bytes += entries.readUInt32BE(at + 36);
  return bytes;
}

function contentBytes({ entries }: CondemnedPack): number {
  let bytes = 0;
  for (let at = 0; at < entries.length; at += packEntryBytes) bytes += entries.readUInt32BE(at + 36);
  return bytes;
}

/** With its table about 18 MB. */
const pageChunks = 262_144;
const packsAtOnce = 16;
const mostRecent = 4096;
