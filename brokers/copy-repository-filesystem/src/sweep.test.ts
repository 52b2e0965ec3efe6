import assert from 'node:assert/strict';
import { readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { collect, FilesystemHarness, metadata, randomBytes, sha256, streamOf, TestProgram } from './testing/index.js';

const MIB = 1024 * 1024;

describe('space in a filesystem repository', () => {
  let harness: FilesystemHarness;
  afterEach(() => harness.close());

  const open = async (options: Parameters<typeof FilesystemHarness.open>[0] = {}) => {
    harness = await FilesystemHarness.open({ chunkBytes: 65_536, packBytes: 256 * 1024, ...options });
    await harness.broker.createRepository({ repositoryId: 'r', properties: {} });
    return harness.broker;
  };
  const put = (partId: string, content: Uint8Array) => harness.broker.writePart({ repositoryId: 'r', partId }, metadata, streamOf(content));
  const sendAhead = async (seed: number, forPart?: string) => {
    const bytes = randomBytes(65_536, seed);
    await harness.broker.chunks!.writeChunk('r', sha256(bytes), bytes, forPart === undefined ? {} : { forPart });
    return { hash: sha256(bytes), bytes: bytes.length };
  };

  it('is whole again after the process that wrote was killed: a sweep frees all of it, and keeps other parts', async () => {
    await open();
    const kept = randomBytes(3 * MIB, 7);
    await put('kept', kept);
    await harness.broker.close();
    const program = await TestProgram.build(join(import.meta.dirname, 'testing/endless-writer.ts'));
    try {
      const writer = program.start(harness.directory);
      await writer.line((line) => Number(line.split(' ')[1]) > 4 * MIB);
      await writer.kill();
    } finally {
      await program.remove();
    }
    await harness.crash();
    await expect(harness.broker.getPart({ repositoryId: 'r', partId: 'endless' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await harness.filesWithoutPart()).length).toBeGreaterThan(10);
    const { freedBytes } = await harness.broker.sweep('r');
    expect(freedBytes).toBeGreaterThan(4 * MIB);
    expect(await harness.filesWithoutPart()).toEqual([]);
    expect((await collect(harness.broker.readPart({ repositoryId: 'r', partId: 'kept' }))).equals(kept)).toBe(true);
  });

  it('of chunks sent ahead is kept for the grace time, over restarts, and freed after it', async () => {
    await open({ graceMs: 60_000 });
    const chunk = await sendAhead(1);
    await harness.reopen();
    await harness.broker.sweep('r');
    expect(await harness.broker.chunks!.missingChunks('r', [chunk.hash])).toEqual([]);
    await harness.close();
    await open({ graceMs: 0 });
    await sendAhead(2);
    await harness.reopen();
    expect((await harness.broker.sweep('r')).freedBytes).toBeGreaterThan(65_536);
    expect(await harness.filesWithoutPart()).toEqual([]);
  });

  it('of chunks sent ahead for a part is freed when that part is deleted, also after a restart', async () => {
    await open({ graceMs: 60_000 });
    const ask = (hash: string) => harness.broker.chunks!.missingChunks('r', [hash], { forPart: 'p' });
    const absent = sha256(randomBytes(65_536, 1));
    expect(await ask(absent)).toEqual([absent]);
    const chunk = await sendAhead(1, 'p');
    await harness.crash();
    await harness.broker.sweep('r');
    expect(await ask(chunk.hash)).toEqual([]);
    await harness.crash();
    await harness.broker.deletePart({ repositoryId: 'r', partId: 'p' });
    expect(await harness.filesWithoutPart()).toEqual([]);
  });

  it('of chunks sent ahead is pinned against a sweep without grace, until the transfer has been idle for too long', async () => {
    const broker = await open({ graceMs: 0, pinMs: 1_000 });
    const chunk = await sendAhead(1);
    harness.passTime(900);
    expect(await broker.chunks!.missingChunks('r', [chunk.hash])).toEqual([]);
    harness.passTime(900);
    await broker.sweep('r');
    expect(await harness.filesWithoutPart()).toHaveLength(1);
    harness.passTime(200);
    await broker.sweep('r');
    expect(await harness.filesWithoutPart()).toEqual([]);
  });

  it('of a published transfer counts as what it added, also when the process restarted on the way', async () => {
    const broker = await open();
    await put('other', randomBytes(65_536, 1));
    const before = (await broker.stats('r')).usedBytes;
    const chunks = [await sendAhead(1, 'sent'), await sendAhead(2, 'sent')];
    await harness.reopen();
    chunks.push(await sendAhead(3, 'sent'));
    async function* list() {
      yield chunks;
    }
    const info = await harness.broker.chunks!.publishPart({ repositoryId: 'r', partId: 'sent' }, metadata, list());
    expect(info.storedBytes).toBeGreaterThan(2 * 65_536);
    const manifestBytes = 36 * 3 + 8;
    const added = (await harness.broker.stats('r')).usedBytes - before;
    expect(added - info.storedBytes).toBeGreaterThan(manifestBytes);
    expect(added - info.storedBytes).toBeLessThan(manifestBytes + 600);
    expect(await harness.broker.chunks!.publishPart({ repositoryId: 'r', partId: 'sent' }, metadata, list())).toEqual(info);
  });

  it('that an interrupted deletion had not freed is freed by repeating it, or by a sweep', async () => {
    const broker = await open({ graceMs: 60_000 });
    for (const finish of [() => broker.deletePart({ repositoryId: 'r', partId: 'p' }), () => broker.sweep('r')]) {
      await put('p', randomBytes(MIB, 1));
      const cancel = new AbortController();
      cancel.abort();
      await expect(broker.deletePart({ repositoryId: 'r', partId: 'p' }, { signal: cancel.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(broker.getPart({ repositoryId: 'r', partId: 'p' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect((await harness.filesWithoutPart()).length).toBeGreaterThan(3);
      await finish();
      expect(await harness.filesWithoutPart()).toEqual([]);
    }
  });

  it('survives writes and deletes of the same content at once: every part that was written can be read', async () => {
    const broker = await open({ graceMs: 0 });
    const contents = [1, 2, 3].map((seed) => Buffer.concat([randomBytes(300_000, 0), randomBytes(200_000, seed)]));
    const lane = async (number: number): Promise<void> => {
      for (let round = 0; round < 15; round++) {
        const content = contents[(number + round) % 3]!;
        const info = await put(`${number}-${round}`, content);
        assert.ok((await collect(broker.readPart(info))).equals(content), info.partId);
        await broker.deletePart(info);
      }
    };
    const sweeping = (async () => {
      for (let round = 0; round < 10; round++) await broker.sweep('r');
    })();
    await Promise.all([lane(0), lane(1), lane(2), lane(3), sweeping]);
    // Those who write the same at once may each store it; which of them is found is known, the others are garbage.
    await broker.sweep('r');
    expect(await harness.filesWithoutPart()).toEqual([]);
  });

  it('that is full ends a write with CAPACITY_EXCEEDED and nothing left, and what fits can be written then', async ({ skip }) => {
    harness = await FilesystemHarness.open({ chunkBytes: 65_536 });
    const small = await harness.mountSmall(4);
    if (small === undefined) return skip('needs the right to mount a small filesystem');
    await harness.broker.createRepository({ repositoryId: 'full', properties: { path: join(small, 'repository') } });
    const before = await harness.broker.stats('full');
    // Not even the first byte has room.
    const { bavail, bsize } = await statfs(small);
    await writeFile(join(small, 'filler'), Buffer.alloc(bavail * bsize));
    await expect(harness.broker.writePart({ repositoryId: 'full', partId: 'none' }, metadata, streamOf(randomBytes(100_000, 7)))).rejects.toMatchObject({ code: 'CAPACITY_EXCEEDED' });
    expect((await readdir(join(small, 'repository', 'tmp'), { withFileTypes: true })).filter((entry) => entry.isFile())).toEqual([]);
    await rm(join(small, 'filler'));
    for (let round = 0; round < 5; round++) {
      const key = { repositoryId: 'full', partId: `large-${round}` };
      await expect(harness.broker.writePart(key, metadata, streamOf(randomBytes(6 * MIB + round * 10_007, round)))).rejects.toMatchObject({ code: 'CAPACITY_EXCEEDED' });
    }
    expect(await harness.broker.stats('full')).toEqual(before);
    const fits = randomBytes(2 * MIB, 9);
    await harness.broker.writePart({ repositoryId: 'full', partId: 'fits' }, metadata, streamOf(fits));
    expect((await collect(harness.broker.readPart({ repositoryId: 'full', partId: 'fits' }))).equals(fits)).toBe(true);
  });
});
