import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeChunkRecords } from '@ocopea/broker-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChunkEncoder, chunkHash } from './chunk-codec.js';
import { chunkMode } from './chunk-files.js';
import { Repository } from './repository.js';
import { rows } from './testing/index.js';

describe('removing a chunk while a writer finds it', () => {
  let folder: string;
  let repository: Repository;
  const content = rows(10_000, 1);
  const hash = chunkHash(content);
  async function* candidates() {
    yield encodeChunkRecords([{ hash, bytes: content.length }]);
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ocopea-reclaim-'));
    repository = await Repository.open('r', folder, { chunkBytes: 65_536, parallelChunks: 4, streamIdleMs: 1_000, graceMs: 0, pinMs: 0, isShared: false, now: Date.now });
    await repository.files.create(hash, content, new ChunkEncoder(), chunkMode.ofPart);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('leaves it when the writer comes after the lists were read, and before it is gone', async () => {
    repository.use.open({
      async *records() {
        // The lists are being read, so what is noted from now on is in none of them.
        expect(repository.use.use(hash)).toBeUndefined();
        yield* [];
      },
    });
    expect(await repository.reclaimer.reclaim(candidates())).toBe(0);
    expect(await repository.files.touch(hash)).toMatchObject({ bytes: content.length });
  });

  it('makes a writer that comes during the removal wait until it is gone', async () => {
    let waited: Promise<unknown> | undefined;
    const remove = repository.files.remove.bind(repository.files);
    repository.files.remove = async (one) => {
      await Promise.resolve();
      waited = repository.use.use(one);
      return await remove(one);
    };
    expect(await repository.reclaimer.reclaim(candidates())).toBeGreaterThan(0);
    expect(waited).toBeInstanceOf(Promise);
    await waited;
    expect(await repository.files.touch(hash)).toBeUndefined();
  });

  it('reads all lists once for each page of candidates, and frees every chunk that is in none', async () => {
    const kept = rows(10_000, 2);
    await repository.files.create(chunkHash(kept), kept, new ChunkEncoder(), chunkMode.ofPart);
    let readings = 0;
    repository.use.open({
      async *records() {
        readings += 1;
        yield encodeChunkRecords([{ hash: chunkHash(kept), bytes: kept.length }]);
      },
    });
    async function* both() {
      yield* candidates();
      yield encodeChunkRecords([{ hash: chunkHash(kept), bytes: kept.length }]);
    }
    await repository.reclaimer.reclaim(both());
    expect(readings).toBe(1);
    expect(await repository.files.touch(hash)).toBeUndefined();
    expect(await repository.files.touch(chunkHash(kept))).toBeDefined();
  });
});
