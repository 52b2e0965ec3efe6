import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packsIn } from '@ocopea/repository-engine/testing';
import { collect, FilesystemHarness, metadata, randomBytes, rows, sha256, streamOf } from './testing/index.js';

const MIB = 1024 * 1024;
const packBytes = 512 * 1024;

describe('parts in a filesystem repository', () => {
  let harness: FilesystemHarness;
  beforeAll(async () => {
    harness = await FilesystemHarness.open({ chunkBytes: 65_536, packBytes, graceMs: 0 });
    await harness.broker.createRepository({ repositoryId: 'r', properties: {} });
  });
  afterAll(() => harness.close());

  const put = (partId: string, content: Uint8Array, pieceBytes?: number) => harness.broker.writePart({ repositoryId: 'r', partId }, metadata, streamOf(content, pieceBytes));
  const read = (partId: string) => collect(harness.broker.readPart({ repositoryId: 'r', partId }));
  const usedBytes = async () => (await harness.broker.stats('r')).usedBytes;

  it('come back byte for byte in 200 sizes, compressible or not, in pieces of any size', async () => {
    for (let round = 0; round < 200; round++) {
      const bytes = Math.floor((round * 7919 * 131) % 400_000);
      const content = round % 2 === 0 ? rows(bytes, round) : randomBytes(bytes, round);
      const info = await put(`size-${round}`, content, 1 + ((round * 6_151) % 200_000));
      expect(info.logicalBytes).toBe(bytes);
      assert.ok((await read(`size-${round}`)).equals(content), `round ${round} with ${bytes} bytes`);
      await harness.broker.deletePart(info);
    }
    expect(await harness.filesWithoutPart()).toEqual([]);
  });

  it('say truly what they added: compressed, each chunk once, nothing for what was there', async () => {
    const before = await usedBytes();
    const content = rows(4 * MIB, 1);
    const first = await put('first', content);
    const packedBytes = await storedBytes(harness);
    expect(first.storedBytes).toBe(packedBytes);
    expect(first.storedBytes).toBeLessThan(content.length / 4);
    const second = await put('second', Buffer.concat([content, content, randomBytes(MIB, 3)]));
    expect(second.storedBytes).toBe((await storedBytes(harness)) - packedBytes);
    expect(second.storedBytes).toBeGreaterThanOrEqual(MIB);
    expect(second.storedBytes).toBeLessThan(MIB * 1.01);
    expect((await put('third', content)).storedBytes).toBe(0);
    expect(first.hash).toBe((await harness.broker.getPart({ repositoryId: 'r', partId: 'third' })).hash);
    for (const partId of ['first', 'second', 'third']) await harness.broker.deletePart({ repositoryId: 'r', partId });
    expect(await usedBytes()).toBe(before);
  });

  it('store a chunk of zeros once, however long the run of them is', async () => {
    const info = await put('zeros', Buffer.alloc(8 * MIB));
    expect((await packsIn(harness.root('r'))).flatMap(({ chunks }) => chunks.map(({ name }) => name))).toEqual([sha256(Buffer.alloc(65_536))]);
    expect(info.storedBytes).toBeLessThan(300);
    await harness.broker.deletePart(info);
  });

  it('take from their stream no more than a few chunks and packs ahead of the disk', async () => {
    let pulled = 0;
    let most = 0;
    async function* counted() {
      for (let seed = 0; seed < 200; seed++) {
        pulled += 65_536;
        if (seed % 20 === 19) most = Math.max(most, pulled - (await storedBytes(harness)));
        yield randomBytes(65_536, 5_000 + seed);
      }
    }
    const info = await harness.broker.writePart({ repositoryId: 'r', partId: 'counted' }, metadata, counted());
    expect(info.storedBytes).toBeGreaterThan(200 * 65_536);
    // Two packs that are being written, one that waits for its turn, one that fills, and chunks on their way there.
    expect(most).toBeLessThanOrEqual(3 * packBytes + 12 * 65_536);
    await harness.broker.deletePart(info);
  });

  it('are given up with DEADLINE_EXCEEDED when their stream gives nothing any more', async () => {
    const impatient = await FilesystemHarness.open({ streamIdleMs: 50, chunkBytes: 65_536 });
    await impatient.broker.createRepository({ repositoryId: 'r', properties: {} });
    async function* silent() {
      yield randomBytes(200_000, 1);
      await new Promise(() => undefined);
    }
    await expect(impatient.broker.writePart({ repositoryId: 'r', partId: 'silent' }, metadata, silent())).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(await impatient.filesWithoutPart()).toEqual([]);
    await impatient.close();
  });

  it('hand the error of their stream on as it is', async () => {
    const error = new Error('the source broke');
    // eslint-disable-next-line require-yield
    async function* broken(): AsyncGenerator<Uint8Array> {
      throw error;
    }
    await expect(harness.broker.writePart({ repositoryId: 'r', partId: 'broken' }, metadata, broken())).rejects.toBe(error);
  });
});

async function storedBytes(harness: FilesystemHarness): Promise<number> {
  return (await packsIn(harness.root('r'))).reduce((sum, one) => sum + one.fileBytes, 0);
}
