import { appendFile, chmod, cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkHeaderBytes } from './chunk-codec.js';
import { collect, FilesystemHarness, flipByte, metadata, randomBytes, rows, streamOf } from './testing/index.js';

const key = { repositoryId: 'r', partId: 'p' };

describe('a damaged repository', () => {
  let harness: FilesystemHarness;
  let hashes: string[];
  const content = Buffer.concat([rows(200_000, 1), randomBytes(200_000, 1)]);

  beforeEach(async () => {
    harness = await FilesystemHarness.open({ chunkBytes: 65_536, graceMs: 0 });
    await harness.broker.createRepository({ repositoryId: 'r', properties: {} });
    await harness.broker.writePart(key, metadata, streamOf(content));
    hashes = [];
    for await (const page of harness.broker.chunks!.listChunks(key)) hashes.push(...page.map(({ hash }) => hash));
  });
  afterEach(() => harness.close());

  const readAll = () => collect(harness.broker.readPart(key));

  it('never gives a wrong byte: every byte of a compressed chunk file flipped in turn is CORRUPT_DATA', async () => {
    const path = harness.layout('r').chunk(hashes[1]!);
    const whole = await readFile(path);
    await chmod(path, 0o600);
    for (let at = 0; at < whole.length; at += at < chunkHeaderBytes + 32 ? 1 : 97) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 1 << at % 8;
      await writeFile(path, flipped);
      const error = await readAll().then(() => undefined, (reason: unknown) => reason);
      expect(error, `byte ${at}`).toMatchObject({ code: 'CORRUPT_DATA' });
      expect((error as Error).message).toContain(`part "p" in repository "r" is damaged: chunk 1 (${hashes[1]})`);
    }
  });

  it('tells a missing chunk, and one that holds another chunk', async () => {
    const layout = harness.layout('r');
    await rm(layout.chunk(hashes[2]!));
    await expect(readAll()).rejects.toMatchObject({ code: 'CORRUPT_DATA', message: expect.stringContaining('chunk 2') });
    await cp(layout.chunk(hashes[3]!), layout.chunk(hashes[2]!));
    await expect(readAll()).rejects.toMatchObject({ code: 'CORRUPT_DATA', message: expect.stringContaining('chunk 2') });
    const { intact, problems } = await harness.broker.verifyPart(key);
    expect(intact).toBe(false);
    expect(problems).toHaveLength(1);
  });

  it('notices a manifest that was cut anywhere, lengthened, or flipped anywhere, before the first byte', async () => {
    const path = harness.layout('r').part('p');
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
    await flipByte(harness.layout('r').chunk(hashes[5]!), 40);
    await truncate(harness.layout('r').chunk(hashes[0]!), 30);
    await appendFile(harness.layout('r').chunk(hashes[1]!), 'x');
    expect((await harness.broker.verifyPart(key)).problems).toHaveLength(3);
    await harness.broker.writePart({ ...key, partId: 'again' }, metadata, streamOf(content));
    expect((await readAll()).equals(content)).toBe(true);
    expect(await harness.broker.verifyPart(key)).toEqual({ intact: true, bytesRead: content.length, problems: [] });
  });

  it('of a version of the future is refused, and so is a folder that holds something else', async () => {
    const { broker, directory } = harness;
    await broker.forgetRepository('r');
    await writeFile(`${harness.layout('r').root}/ocopea-repository.json`, JSON.stringify({ format: 'ocopea-copy-repository', version: 2 }));
    await expect(broker.createRepository({ repositoryId: 'r', properties: {} })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await cp(`${directory}/registry`, `${directory}/data/photos`, { recursive: true });
    await writeFile(`${directory}/data/photos/cat.jpg`, 'meow');
    await expect(broker.createRepository({ repositoryId: 's', properties: { path: 'photos' } })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
