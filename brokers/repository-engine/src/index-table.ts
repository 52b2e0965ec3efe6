import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { packEntryBytes, readPackEntry, writePackEntry, type ChunkLocation } from './pack-format.js';

const packIdBytes = 16;
const slotBytes = packEntryBytes + packIdBytes;
const pageBytes = 4096;
const slotsPerPage = pageBytes / slotBytes;
const SlotState = { Empty: 0, Used: 1, Removed: 2 } as const;
/** The state shares the entry's last bytes with the codec, which needs only one. */
const stateAt = packEntryBytes - 2;

/** What has to be known of a table when it is opened again. */
export interface IndexTableState {
  readonly pages: number;
  readonly used: number;
  readonly removed: number;
}

/**
 * A hash table in a local file: names to places. Names are evenly spread, so their first bytes say on which page of 4 KiB one
 * lies, seldom on the next.
 *
 * Reads and writes are synchronous: one page, nearly always in the page cache, takes a few microseconds, a tenth of the way
 * through the thread pool, where it would wait behind chunks that are compressed. That also makes every look-up atomic.
 */
export class IndexTable {
  readonly #page = Buffer.alloc(pageBytes);
  #fd: number | undefined;
  #pages: number;
  #used: number;
  #removed: number;
  #isChanged = false;

  /** @param state of a file that is there; absent: the table is empty, and has no file before it is not */
  constructor(
    private readonly path: string,
    state?: IndexTableState,
  ) {
    this.#pages = state?.pages ?? 0;
    this.#used = state?.used ?? 0;
    this.#removed = state?.removed ?? 0;
  }

  get state(): IndexTableState {
    return { pages: this.#pages, used: this.#used, removed: this.#removed };
  }

  find(name: Buffer): ChunkLocation | undefined {
    const found = this.#seek(name);
    if (found?.state !== SlotState.Used) return undefined;
    const location = readPackEntry(this.#page, found.at, this.#page.toString('hex', found.at + packEntryBytes, found.at + slotBytes));
    return { ...location, codec: location.codec & 0xff };
  }

  /** Adds a place, or replaces the one that the name has. */
  set(name: Buffer, location: ChunkLocation): void {
    if ((this.#used + this.#removed + 1) * 10 > this.#pages * slotsPerPage * 7) this.#grow();
    const found = this.#seek(name)!;
    if (found.state !== SlotState.Used) this.#used += 1;
    if (found.state === SlotState.Removed) this.#removed -= 1;
    this.#isChanged = true;
    const slot = Buffer.alloc(slotBytes);
    writePackEntry(slot, 0, location);
    slot.writeUInt8(SlotState.Used, stateAt);
    slot.write(location.packId, packEntryBytes, packIdBytes, 'hex');
    writeSync(this.#file(), slot, 0, slotBytes, found.position);
  }

  /** Removes a name if it lies in this pack. */
  remove(name: Buffer, packId: string): void {
    const found = this.#seek(name);
    if (found?.state !== SlotState.Used) return;
    if (this.#page.toString('hex', found.at + packEntryBytes, found.at + slotBytes) !== packId) return;
    writeSync(this.#file(), Buffer.from([SlotState.Removed]), 0, 1, found.position + stateAt);
    this.#isChanged = true;
    this.#used -= 1;
    this.#removed += 1;
  }

  /** The entries of all chunks that lie in a pack; reads the whole table. */
  *entriesIn(packId: Buffer): Generator<Buffer> {
    for (let page = 0; page < this.#pages; page++) {
      this.#read(page);
      for (let at = 0; at < pageBytes; at += slotBytes) {
        if (this.#page[at + stateAt] !== SlotState.Used || this.#page.compare(packId, 0, packIdBytes, at + packEntryBytes, at + slotBytes) !== 0) continue;
        const entry = Buffer.from(this.#page.subarray(at, at + packEntryBytes));
        entry.writeUInt8(0, stateAt);
        yield entry;
      }
    }
  }

  /** Makes durable what was changed. */
  sync(): void {
    if (this.#isChanged) fsyncSync(this.#file());
    this.#isChanged = false;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #file(): number {
    return (this.#fd ??= openSync(this.path, constants.O_RDWR));
  }

  /** The slot that holds the name, else the one to put it in; its page is in `#page`. */
  #seek(name: Buffer): { readonly at: number; readonly position: number; readonly state: number } | undefined {
    if (this.#pages === 0) return undefined;
    let free: { readonly at: number; readonly position: number; readonly state: number } | undefined;
    for (let step = 0, page = startPage(name, this.#pages); step < this.#pages; step++, page = (page + 1) % this.#pages) {
      this.#read(page);
      for (let at = 0; at < pageBytes; at += slotBytes) {
        const state = this.#page[at + stateAt]!;
        if (state === SlotState.Used) {
          if (this.#page.compare(name, 0, 32, at, at + 32) === 0) return { at, position: page * pageBytes + at, state };
          continue;
        }
        free ??= { at, position: page * pageBytes + at, state };
        if (state === SlotState.Empty) return free;
      }
    }
    return free;
  }

  #read(page: number): void {
    const bytes = readSync(this.#file(), this.#page, 0, pageBytes, page * pageBytes);
    this.#page.fill(0, bytes);
  }

  /** Rewrites the table with room for twice what it holds, in memory: it is one of many, and small. */
  #grow(): void {
    const pages = Math.max(2, 2 ** Math.ceil(Math.log2(((this.#used + 1) * 3) / slotsPerPage)));
    const content = Buffer.alloc(pages * pageBytes);
    for (let page = 0; page < this.#pages; page++) {
      this.#read(page);
      for (let at = 0; at < pageBytes; at += slotBytes) if (this.#page[at + stateAt] === SlotState.Used) place(content, pages, this.#page.subarray(at, at + slotBytes));
    }
    const fd = openSync(`${this.path}.new`, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600);
    try {
      ftruncateSync(fd, content.length);
      for (let written = 0; written < content.length; ) written += writeSync(fd, content, written, content.length - written, written);
      renameSync(`${this.path}.new`, this.path);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    this.close();
    this.#fd = fd;
    this.#pages = pages;
    this.#removed = 0;
    this.#isChanged = true;
  }
}

/** By the bytes after the first, which chooses among tables. Ordered as names are, so that growing writes in order. */
function startPage(name: Buffer, pages: number): number {
  return Math.floor((name.readUInt32BE(1) / 2 ** 32) * pages);
}

function place(content: Buffer, pages: number, slot: Buffer): void {
  let at = startPage(slot, pages) * pageBytes;
  while (content[at + stateAt] !== SlotState.Empty) at = (at + slotBytes) % content.length;
  slot.copy(content, at);
}
