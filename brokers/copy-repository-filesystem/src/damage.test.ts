import { chmod, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PackedChunk } from '@ocopea/repository-engine/testing';
import { collect, FilesystemHarness, flipByte, metadata, randomBytes, rows, streamOf } from './testing/index.js';

const key = { repositoryId: 'r', partId: 'p' };

describe('a damaged repository', () => {
  let harness: FilesystemHarness;
  let chunks: readonly PackedChunk[];
  const content = Buffer.concat([rows(200_000, 1), randomBytes(200_000, 1)]);

  beforeEach(async () => {
    harness = await FilesystemHarness.open({ chunkBytes: 65_536, graceMs: 0 });
    await harness.broker.createRepository({ repositoryId: 'r', properties: {} });
    await harness.broker.writePart(key, metadata, streamOf(content));
    chunks = await harness.chunksOf(key);
  });
  afterEach(() => harness.close());

  const readAll = () => collect(harness.broker.readPart(key));

  it('never gives a wrong byte: bytes of a compressed chunk flipped in turn are CORRUPT_DATA', async () => {
    const { path, offset, storedBytes, name } = chunks[1]!;
    const whole = await readFile(path);
    await chmod(path, 0o600);
    for (let at = 0; at < storedBytes; at += at < 48 ? 1 : 97) {
      const flipped = Buffer.from(whole);
      flipped[offset + at]! ^= 1 << at % 8;
      await writeFile(path, flipped);
      const error = await readAll().then(() => undefined, (reason: unknown) => reason);
      expect(error, `byte ${at}`).toMatchObject({ code: 'CORRUPT_DATA' });
      expect((error as Error).message).toContain(`part "p" in repository "r" is damaged: chunk 1 (${name})`);
    }
    await writeFile(path, whole);
    expect((await readAll()).equals(content)).toBe(true);
  });

  it('tells a pack that is missing, one in the place of another, and one whose index was changed anywhere', async () => {
    const other = { ...key, partId: 'other' };
    await harness.broker.writePart(other, metadata, streamOf(randomBytes(400_000, 2)));
    const [{ path, offset, storedBytes }] = chunks as [PackedChunk];
    const whole = await readFile(path);
    await chmod(path, 0o600);
    const tailStart = chunks.reduce((end, one) => Math.max(end, one.offset + one.storedBytes), offset + storedBytes);
    for (let at = tailStart; at < whole.length; at += 7) {
      await writeFile(path, Buffer.concat([whole.subarray(0, at), Buffer.from([whole[at]! ^ 16]), whole.subarray(at + 1)]));
      await harness.crash();
      await expect(readAll(), `byte ${at}`).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
    }
    await cp((await harness.chunksOf(other))[0]!.path, path);
    await harness.crash();
    await expect(readAll()).rejects.toMatchObject({ code: 'CORRUPT_DATA', message: expect.stringContaining('chunk 0') });
    await rm(path);
    await expect(readAll()).rejects.toMatchObject({ code: 'CORRUPT_DATA', message: expect.stringContaining('it is missing') });
    const { intact, problems } = await harness.broker.verifyPart(key);
    expect({ intact, problems: problems.length }).toEqual({ intact: false, problems: chunks.length });
    await writeFile(path, whole);
    await harness.crash();
    expect((await readAll()).equals(content)).toBe(true);
  });

  it('notices a manifest that was cut anywhere, lengthened, or flipped anywhere, before the first byte', async () => {
    const path = `${harness.root('r')}/parts/part-p`;
    const whole = await readFile(path);
    await chmod(path, 0o600);
    const spoiled = [
      ...Array.from({ length: whole.length }, (_, at) => whole.subarray(0, at)),
      Buffer.concat([whole, Buffer.alloc(1)]),
      ...Array.from({ length: whole.length }, (_, at) => Buffer.concat([whole.subarray(0, at), Buffer.from([whole[at]! ^ 4]), whole.subarray(at + 1)])),
    ];
    for (const [index, bytes] of spoiled.entries()) {
      await writeFile(path, bytes);
      const reading = harness.broker.readPart(key)[Symbol.asyncIterator]();
      await expect(reading.next(), `variant ${index}`).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
    }
    expect((await harness.broker.verifyPart(key)).intact).toBe(false);
    expect((await harness.broker.listParts('r')).items).toEqual([]);
    await harness.broker.deletePart(key);
    await harness.broker.sweep('r');
    expect(await harness.filesWithoutPart()).toEqual([]);
  });

  it('is healed by writing the same content again, once the damage was seen', async () => {
    for (const chunk of [0, 1, 5]) await flipByte(chunks[chunk]!.path, chunks[chunk]!.offset + 10);
    expect((await harness.broker.verifyPart(key)).problems).toHaveLength(3);
    await harness.broker.writePart({ ...key, partId: 'again' }, metadata, streamOf(content));
    expect((await readAll()).equals(content)).toBe(true);
    await harness.crash();
    expect(await harness.broker.verifyPart(key)).toEqual({ intact: true, bytesRead: content.length, problems: [] });
  });

  it('of a version of the future is refused, and so is a folder that holds something else', async () => {
    const { broker, directory } = harness;
    await broker.forgetRepository('r');
    await writeFile(`${harness.root('r')}/ocopea-repository.json`, JSON.stringify({ format: 'ocopea-copy-repository', version: 3 }));
    await expect(broker.createRepository({ repositoryId: 'r', properties: {} })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await cp(`${directory}/registry`, `${directory}/data/photos`, { recursive: true });
    await writeFile(`${directory}/data/photos/cat.jpg`, 'meow');
    await expect(broker.createRepository({ repositoryId: 's', properties: { path: 'photos' } })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
