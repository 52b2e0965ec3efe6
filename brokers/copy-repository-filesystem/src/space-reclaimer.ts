import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '@ocopea/broker-contract';
import { BoundedTasks } from './bounded-tasks.js';
import type { ChunkFiles } from './chunk-files.js';
import { hashesOf } from './chunk-records.js';
import type { ChunkUse } from './chunk-use.js';
import { manifestHead } from './manifest.js';
import { readRecords } from './record-log.js';
import { partSuffix, type RepositoryLayout } from './repository-layout.js';
import { unlessMissing } from './storage-error.js';
import type { TransferPins } from './transfer-pins.js';

export interface ReclaimOptions {
  /** Chunks used after this time (milliseconds since 1970) stay. Absent: their age does not matter. */
  readonly keepUsedSince?: number;
  readonly signal?: AbortSignal;
}

export interface SpaceReclaimerOptions {
  readonly layout: RepositoryLayout;
  readonly files: ChunkFiles;
  readonly use: ChunkUse;
  readonly pins: TransferPins;
  /** Names of temporary files of this broker begin with it. */
  readonly token: string;
  /** Other processes write here too: what they wrote to within this time is under way. 0 when there are none. */
  readonly foreignWritesMs: number;
}

/**
 * Removes chunks that nothing refers to. It takes the candidates in pages and reads all chunk lists once for each page,
 * so its memory does not grow with the repository. May be killed anywhere: every file it removes was garbage.
 */
export class SpaceReclaimer {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: SpaceReclaimerOptions) {}

  /**
   * @param candidates chunk records; those that are not there are passed over
   * @returns bytes freed
   * @throws CANCELLED between two chunks
   */
  reclaim(candidates: AsyncIterable<Buffer>, options: ReclaimOptions = {}): Promise<number> {
    const work = this.#turn.then(() => this.#reclaim(candidates, options));
    this.#turn = work.catch(() => undefined);
    return work;
  }

  async #reclaim(candidates: AsyncIterable<Buffer>, options: ReclaimOptions): Promise<number> {
    let freed = 0;
    let page = new Set<string>();
    for await (const records of candidates) {
      for (const hash of hashesOf(records)) page.add(hash);
      if (page.size < pageHashes) continue;
      freed += await this.#reclaimPage(page, options);
      page = new Set();
    }
    return freed + (await this.#reclaimPage(page, options));
  }

  async #reclaimPage(condemned: Set<string>, { keepUsedSince, signal }: ReclaimOptions): Promise<number> {
    const { use, files, layout, pins } = this.options;
    use.condemn(condemned);
    try {
      await this.#pardonReferenced(condemned, signal);
      let freed = 0;
      const removals = new BoundedTasks(4);
      for (const hash of condemned) {
        throwIfCancelled(signal, 'freeing space');
        if (pins.has(hash)) continue;
        await removals.start(async () => {
          if (keepUsedSince !== undefined) {
            const found = await unlessMissing(stat(layout.chunk(hash)));
            if (found === undefined || found.mtimeMs > keepUsedSince) return;
          }
          const bytes = await use.removeCondemned(hash, () => files.remove(hash));
          freed += bytes;
        });
      }
      await removals.done();
      return freed;
    } finally {
      use.condemn(new Set());
    }
  }

  /** Claims before manifests: a part that is published in between is then found among the manifests. */
  async #pardonReferenced(condemned: Set<string>, signal: AbortSignal | undefined): Promise<void> {
    const { layout, use } = this.options;
    for (const claim of use.claims) await pardon(condemned, claim.records(), signal);
    for (const path of await this.#foreignWrites()) await pardon(condemned, readRecords(path, manifestHead.length), signal);
    for (const name of await readdir(layout.parts)) {
      if (condemned.size === 0) return;
      if (name.endsWith(partSuffix)) await pardon(condemned, readRecords(join(layout.parts, name), manifestHead.length), signal);
    }
  }

  async #foreignWrites(): Promise<readonly string[]> {
    const { layout, token, foreignWritesMs } = this.options;
    if (foreignWritesMs === 0) return [];
    const paths: string[] = [];
    for (const name of await readdir(layout.temporary)) {
      if (name.startsWith(token) || !name.endsWith(partSuffix)) continue;
      const path = join(layout.temporary, name);
      const found = await unlessMissing(stat(path));
      if (found && Date.now() - found.mtimeMs < foreignWritesMs) paths.push(path);
    }
    return paths;
  }
}

async function pardon(condemned: Set<string>, pages: AsyncIterable<Buffer>, signal: AbortSignal | undefined): Promise<void> {
  for await (const records of pages) {
    throwIfCancelled(signal, 'freeing space');
    for (const hash of hashesOf(records)) condemned.delete(hash);
  }
}

/** About 8 MB of hashes at a time. */
const pageHashes = 65_536;
