import { collect, metadata, randomBytes, streamOf } from '@ocopea/repository-engine/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { S3Harness, type Fault } from './testing/index.js';

const key = { repositoryId: 'r', partId: 'p' };
const content = randomBytes(3 * 1024 * 1024, 1);

describe('a repository in a bucket', () => {
  let harness: S3Harness;
  beforeEach(async () => {
    harness = await S3Harness.open({ packBytes: 512 * 1024, chunkBytes: 128 * 1024, graceMs: 0 });
    await harness.broker.createRepository({ repositoryId: 'r', properties: harness.properties('r') });
  });
  afterEach(() => harness.close());

  /** Lets every third request that fits meet the fault. */
  const everyThird = (fault: Fault, fits: RegExp): void => {
    let count = 0;
    harness.emulator.fault = (method, path) => (fits.test(`${method} ${path}`) && count++ % 3 === 0 ? fault : undefined);
  };

  it.each<[Fault, RegExp]>([
    ['slow-down', /./],
    ['cut', /./],
    ['lose-answer', /PUT/],
    ['cut-answer', /GET .*(packs|parts)/],
  ])('is written and read whole although requests meet "%s"', async (fault, fits) => {
    everyThird(fault, fits);
    const written = await harness.broker.writePart(key, metadata, streamOf(content));
    expect(await harness.broker.getPart(key)).toEqual(written);
    expect((await collect(harness.broker.readPart(key))).equals(content)).toBe(true);
    await harness.broker.deletePart(key);
    harness.emulator.fault = () => undefined;
    expect(await harness.leftovers()).toEqual([]);
  });

  it('that cannot be reached is UNAVAILABLE, leaves nothing, and works again afterwards', async () => {
    harness.emulator.fault = (method, path) => (method === 'PUT' && path.includes('/packs/') ? 'cut' : undefined);
    await expect(harness.broker.writePart(key, metadata, streamOf(content))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    harness.emulator.fault = () => undefined;
    expect(await harness.leftovers()).toEqual([]);
    await harness.broker.writePart(key, metadata, streamOf(content));
    expect((await collect(harness.broker.readPart(key))).equals(content)).toBe(true);
  });

  it('publishes a manifest of more than 16 MiB in parts, and never over another', async () => {
    const small = await S3Harness.open({ packBytes: 512 * 1024, chunkBytes: 64, graceMs: 0, parallelChunks: 64 });
    await small.broker.createRepository({ repositoryId: 'r', properties: small.properties('r') });
    const zeros = Buffer.alloc(31 * 1024 * 1024);
    const part = await small.broker.writePart(key, metadata, streamOf(zeros, 1024 * 1024));
    expect(small.emulator.requests.some((one) => one.includes('uploadId='))).toBe(true);
    expect(await small.broker.getPart(key)).toEqual(part);
    await expect(small.broker.writePart(key, metadata, streamOf(zeros, 1024 * 1024))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await small.broker.deletePart(key);
    expect(await small.leftovers()).toEqual([]);
    await small.close();
  });

  it('keeps no secret of its properties in the clear', async () => {
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(`${harness.directory}/registry/r.json`, 'utf8')).not.toContain('a secret that nobody knows');
  });

  it('is refused where the store replaces objects although it is told not to', async () => {
    harness.emulator.ignoresConditions = true;
    const made = harness.broker.createRepository({ repositoryId: 's', properties: harness.properties('s') });
    await expect(made).rejects.toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining('If-None-Match') });
  });

  it.each([
    ['a bucket that is not there', { bucket: 'elsewhere' }, 'UNAVAILABLE'],
    ['another key', { accessKeyId: 'wrong' }, 'UNAVAILABLE'],
    ['a name that is no bucket', { bucket: 'No_Bucket' }, 'INVALID_REQUEST'],
    ['a prefix that leads out', { prefix: '../up' }, 'INVALID_REQUEST'],
    ['the prefix of another repository', { prefix: 'of' }, 'INVALID_REQUEST'],
    ['an address that gives out credentials', { endpoint: 'http://169.254.169.254' }, 'INVALID_REQUEST'],
    ['an address that is none', { endpoint: 'file:///etc' }, 'INVALID_REQUEST'],
  ])('with %s is refused with a code', async (_, properties, code) => {
    await expect(harness.broker.createRepository({ repositoryId: 's', properties: { ...harness.properties('s'), ...properties } })).rejects.toMatchObject({ code });
  });

  it('is not made where something else lies', async () => {
    harness.emulator.bucket('copies').objects.set('of/s/cat.jpg', { content: Buffer.from('meow'), etag: '"x"', modifiedAt: new Date() });
    await expect(harness.broker.createRepository({ repositoryId: 's', properties: harness.properties('s') })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
