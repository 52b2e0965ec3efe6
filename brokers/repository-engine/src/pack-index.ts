import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IndexTable, type IndexTableState } from './index-table.js';
import type { ChunkLocation } from './pack-format.js';

const tables = 256;

/**
 * Where each chunk of a repository lies. It is kept in local files, not in memory and not in the store: the packs say it all,
 * and {@link PackIndex.isComplete} tells whether they have to be asked. Closing it makes it good for the next start.
 */
export class PackIndex {
  #isClosed = false;

  private constructor(
    private readonly folder: string,
    private readonly owner: string,
    private readonly byFirstByte: readonly IndexTable[],
    /** False: it is empty and must be filled from the packs. */
    readonly isComplete: boolean,
  ) {}

  /** Opens what was closed in `folder`; after a crash, or the first time, it begins empty. */
  static async open(folder: string): Promise<PackIndex> {
    const states = readStates(folder);
    if (states !== undefined) {
      // From the first change on it is not what the packs say until it is closed again.
      await unlink(join(folder, stateFile));
    } else {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
    const owner = randomUUID();
    await writeFile(join(folder, ownerFile), owner, { mode: 0o600 });
    return new PackIndex(folder, owner, Array.from({ length: tables }, (_, byte) => new IndexTable(join(folder, byte.toString(16).padStart(2, '0')), states?.[byte])), states !== undefined);
  }

  find(name: string): ChunkLocation | undefined {
    const bytes = Buffer.from(name, 'hex');
    return this.#table(bytes).find(bytes);
  }

  /**
   * Adds places. A name that has one keeps it unless `replaces` says otherwise.
   * @returns the places that were kept instead
   */
  add(locations: readonly ChunkLocation[], replaces: (kept: ChunkLocation) => boolean = () => false): readonly ChunkLocation[] {
    const kept: ChunkLocation[] = [];
    for (const location of this.#isClosed ? [] : locations) {
      const name = Buffer.from(location.name, 'hex');
      const found = this.#table(name).find(name);
      if (found === undefined || replaces(found)) this.#table(name).set(name, location);
      else kept.push(found);
    }
    return kept;
  }

  /** Takes out the names that lie in this pack. */
  remove(packId: string, names: Iterable<string>): void {
    if (this.#isClosed) return;
    for (const name of names) {
      const bytes = Buffer.from(name, 'hex');
      this.#table(bytes).remove(bytes, packId);
    }
  }

  /** The entries of a pack that cannot tell them itself. Reads everything, so it is for damage only. */
  async entriesIn(packId: string): Promise<Buffer> {
    const id = Buffer.from(packId, 'hex');
    const entries: Buffer[] = [];
    for (const table of this.byFirstByte) {
      entries.push(...table.entriesIn(id));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return Buffer.concat(entries);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const states = this.byFirstByte.map((table) => table.state);
    for (const table of this.byFirstByte) {
      // Before the file that says so: after a loss of power a page that never came to the disk would be a chunk that is missing.
      table.sync();
      table.close();
    }
    // Another process took this one for dead and began anew: what lies there now is not what was closed here.
    if ((await readFile(join(this.folder, ownerFile), 'utf8').catch(() => undefined)) !== this.owner) return;
    await writeFile(join(this.folder, `${stateFile}.new`), JSON.stringify({ version, states }), { mode: 0o600 });
    await rename(join(this.folder, `${stateFile}.new`), join(this.folder, stateFile));
  }

  #table(name: Buffer): IndexTable {
    return this.byFirstByte[name[0]!]!;
  }
}

const stateFile = 'complete.json';
const ownerFile = 'owner';
const version = 1;

function readStates(folder: string): readonly IndexTableState[] | undefined {
  try {
    const written = JSON.parse(readFileSync(join(folder, stateFile), 'utf8')) as { readonly version: number; readonly states: readonly IndexTableState[] };
    return written.version === version && written.states.length === tables ? written.states : undefined;
  } catch {
    // Absent or unreadable, both mean that the packs have to be asked.
    return undefined;
  }
}
