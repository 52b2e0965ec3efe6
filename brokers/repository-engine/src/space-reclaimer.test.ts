import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokerError, encodeChunkRecords, RepositoryRates } from '@ocopea/broker-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkHash } from './chunk-codec.js';
import { Repository } from './repository.js';
import { MemoryObjectStore, randomBytes } from './testing/index.js';

describe('removing packs', () => {
  let folder: string;
  let store: MemoryObjectStore;
  let repository: Repository;
  const contents = [1, 2, 3, 4].map((seed) => randomBytes(10_000, seed));
  const hashes = contents.map(chunkHash);
  const records = (chosen: readonly number[]) => encodeChunkRecords(chosen.map((index) => ({ hash: hashes[index]!, bytes: 10_000 })));
  async function* pageOf(chosen: readonly number[]) {
    yield records(chosen);
  }
  const claim = (chosen: readonly number[]) => repository.use.open({ records: () => pageOf(chosen) });
  const packs = () => [...store.objects.keys()].filter((key) => key.startsWith('packs/'));
  const isThere = async (index: number) => (await repository.packs.read(hashes[index]!).catch(() => undefined))?.equals(contents[index]!) ?? false;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ocopea-reclaim-'));
    store = new MemoryObjectStore();
    await Repository.make('r', store, 'none', undefined);
    repository = await Repository.open('r', { store, scratch: folder }, 'token', { chunkBytes: 65_536, packBytes: 1_000_000, parallelPacks: 2, parallelChunks: 4, streamIdleMs: 1_000, graceMs: 0, pinMs: 0, now: Date.now }, undefined, new RepositoryRates());
    const writer = repository.packs.writer();
    for (const [index, hash] of hashes.entries()) await writer.append(hash, contents[index]!);
    await writer.flush();
  });
  afterEach(async () => {
    await repository.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('leaves one when a writer comes after the lists were read, and before it is gone', async () => {
    repository.use.open({
      async *records() {
        // The lists are being read, so what is noted from now on is in none of them.
        repository.use.use(hashes[2]!);
        yield* [];
      },
    });
    expect(await repository.reclaimer.reclaimChunks(pageOf([0]), { movesFrom: 1 })).toBe(0);
    expect(await isThere(2)).toBe(true);
  });

  it('lets a writer that comes during the removal find nothing, so that it writes anew', async () => {
    let found: unknown = 'not asked';
    store.before = (call) => {
      if (call === 'delete') found = repository.packs.find(hashes[0]!);
    };
    expect(await repository.reclaimer.reclaimChunks(pageOf([0]))).toBeGreaterThan(40_000);
    expect(found).toBeUndefined();
    expect(packs()).toEqual([]);
  });

  it('moves what is in use out of one that is mostly garbage, and reads all lists once for that', async () => {
    let readings = 0;
    repository.use.open({
      records: () => {
        readings += 1;
        return pageOf([1]);
      },
    });
    const [before] = packs();
    const freed = await repository.reclaimer.reclaimChunks(pageOf([0, 2]));
    expect(freed).toBeGreaterThan(29_000);
    expect(freed).toBeLessThan(31_000);
    expect(readings).toBe(1);
    expect(packs()).toHaveLength(1);
    expect(packs()).not.toContain(before);
    expect(await Promise.all([0, 1, 2, 3].map(isThere))).toEqual([false, true, false, false]);
  });

  it('leaves one that is mostly in use as it is', async () => {
    claim([1, 2, 3]);
    expect(await repository.reclaimer.reclaimChunks(pageOf([0]))).toBe(0);
    expect(await Promise.all([0, 1, 2, 3].map(isThere))).toEqual([true, true, true, true]);
  });

  it('keeps the old one when there is no room to move to, or a writer begins to count on what was to go', async () => {
    claim([1]);
    store.before = (call) => {
      if (call === 'put') throw new BrokerError('CAPACITY_EXCEEDED', 'full');
    };
    expect(await repository.reclaimer.reclaimChunks(pageOf([0]))).toBe(0);
    expect(await Promise.all([0, 1, 2, 3].map(isThere))).toEqual([true, true, true, true]);
    store.before = (call) => {
      if (call === 'put') repository.use.use(hashes[3]!);
    };
    expect(await repository.reclaimer.reclaimChunks(pageOf([0]))).toBe(0);
    expect(await isThere(3)).toBe(true);
    expect(await isThere(1)).toBe(true);
  });

  it('needs no room: a store that takes nothing more is emptied all the same', async () => {
    store.before = (call) => {
      if (call === 'put') throw new BrokerError('CAPACITY_EXCEEDED', 'full');
    };
    await repository.reclaimer.reclaimChunks(pageOf([0]));
    expect(packs()).toEqual([]);
  });

  it('finds chunks again whose index was lost', async () => {
    await repository.close();
    await rm(join(folder, 'index'), { recursive: true });
    repository = await Repository.open('r', { store, scratch: folder }, 'token', { ...repository.settings }, undefined, new RepositoryRates());
    expect(await Promise.all([0, 1, 2, 3].map(isThere))).toEqual([true, true, true, true]);
  });
});
