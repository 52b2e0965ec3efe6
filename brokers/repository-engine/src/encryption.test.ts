import { afterEach, describe, expect, it } from 'vitest';
import { collect, EngineHarness, metadata, randomBytes, rows, sha256, streamOf, testKeyEncryption } from './testing/index.js';

const key = { repositoryId: 'r', partId: 'p' };
const passphrase = 'a passphrase that is long';

describe('an encrypted repository', () => {
  let harness: EngineHarness;
  afterEach(() => harness.close());

  const open = async (properties: Record<string, string> = {}, options: Parameters<typeof EngineHarness.open>[0] = {}) => {
    harness = await EngineHarness.open({ chunkBytes: 65_536, graceMs: 0, ...options });
    await harness.broker.createRepository({ repositoryId: 'r', properties });
    return harness.broker;
  };
  const put = (partId: string, content: Uint8Array) => harness.broker.writePart({ ...key, partId }, { ...metadata, labels: { secret: 'label of the part' } }, streamOf(content));
  const read = (partId = 'p') => collect(harness.broker.readPart({ ...key, partId }));
  /** Content that is found as it is in a repository that is not encrypted. */
  const content = Buffer.concat([Buffer.from('a plain beginning that anyone would recognise '.repeat(4)), randomBytes(300_000, 1)]);
  const traces = async (): Promise<readonly string[]> => {
    const hashes: string[] = [];
    for await (const page of harness.broker.chunks!.listChunks(key)) hashes.push(...page.map(({ hash }) => hash));
    const needles = [content.subarray(0, 40), content.subarray(100_000, 100_016), Buffer.from('label of the part'), Buffer.from(passphrase), ...hashes.flatMap((hash) => [Buffer.from(hash), Buffer.from(hash, 'hex'), Buffer.from(hash, 'hex').subarray(0, 8)])];
    const found: string[] = [];
    for (const { name, content: bytes } of await harness.everything('r')) for (const needle of needles) if (bytes.includes(needle) || name.includes(needle.toString('latin1'))) found.push(name);
    return found;
  };

  it.each([
    ['by the keys of the site', {}],
    ['under a passphrase', { passphrase }],
  ])('%s holds no trace of the content, of its hashes, of labels or of keys, in no object and no local file', async (_, properties) => {
    await open(properties);
    await put('p', content);
    await harness.broker.chunks!.writeChunk('r', sha256(content), content, { forPart: 'sent' });
    expect(await traces()).toEqual([]);
    await harness.reopen();
    expect((await read()).equals(content)).toBe(true);
    expect(await traces()).toEqual([]);
  });

  it('shows all of that where it is not encrypted, so that the search is known to find it', async () => {
    await open({ encryption: 'none' });
    await put('p', content);
    expect((await traces()).length).toBeGreaterThan(4);
  });

  it('has the same hashes as any other outside, so that parts can be sent between them', async () => {
    await open();
    const part = await put('p', content);
    await harness.broker.createRepository({ repositoryId: 'plain', properties: { encryption: 'none' } });
    const other = await harness.broker.writePart({ repositoryId: 'plain', partId: 'p' }, metadata, streamOf(content));
    expect(other.hash).toBe(part.hash);
    for await (const page of harness.broker.chunks!.listChunks(key)) expect(await harness.broker.chunks!.missingChunks('plain', page.map(({ hash }) => hash))).toEqual([]);
  });

  it.each(['flip', 'truncate'] as const)('that was verified before, whose seals are all that is looked at again, does not verify when its bytes are damaged (%s)', async (how) => {
    const broker = await open();
    await put('p', rows(1_000_000, 4));
    const whole = { intact: true, bytesRead: 1_000_000, problems: [] };
    expect([await broker.verifyPart(key), await broker.verifyPart(key)]).toEqual([whole, whole]);
    await harness.damage(key, how);
    expect(await broker.verifyPart(key)).toMatchObject({ intact: false, problems: expect.arrayContaining([expect.stringMatching(/chunk \d+ /)]) as readonly string[] });
  });

  it('whose key was rotated seals with the new one, reads what was sealed with all of them, and finds again what is there', async () => {
    const broker = await open();
    const names = [content, rows(200_000, 2), rows(200_000, 3)];
    for (const [index, one] of names.entries()) {
      await put(`p${index}`, one);
      const before = [...harness.store('r').objects.keys()];
      await broker.rotateKey!('r');
      const after = [...harness.store('r').objects.keys()];
      expect(after.filter((one) => !before.includes(one))).toEqual([`keys/0000000${index + 2}.json`]);
      expect(before.filter((one) => !after.includes(one))).toEqual([`keys/0000000${index + 1}.json`]);
    }
    await harness.reopen();
    for (const [index, one] of names.entries()) expect((await read(`p${index}`)).equals(one)).toBe(true);
    expect((await put('again', content)).storedBytes).toBe(0);
    const packs = [...harness.store('r').objects].filter(([name]) => name.startsWith('packs/'));
    const keyIds = packs.map(([, pack]) => pack.content.readUInt16BE(pack.content.length - 12 - 4));
    expect([...keyIds].sort()).toEqual([1, 2, 3]);
  });

  it('is KEY_UNAVAILABLE to a site with other keys, and to another passphrase', async () => {
    await open();
    await put('p', content);
    await harness.reopen({ keyEncryption: testKeyEncryption('another site') });
    await expect(read()).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' });
    await harness.close();
    const broker = await open({ passphrase });
    await put('p', content);
    await broker.forgetRepository('r');
    await expect(broker.createRepository({ repositoryId: 'r', properties: { passphrase: `${passphrase}!` } })).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' });
    await expect(broker.createRepository({ repositoryId: 'r', properties: {} })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await broker.createRepository({ repositoryId: 'r', properties: { passphrase } });
    expect((await read()).equals(content)).toBe(true);
  });

  it('is KEY_UNAVAILABLE without its keys, and never makes new ones where some were', async () => {
    await open();
    await put('p', content);
    harness.store('r').objects.delete('keys/00000001.json');
    await harness.reopen();
    await expect(read()).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' });
    await harness.broker.forgetRepository('r');
    await expect(harness.broker.createRepository({ repositoryId: 'r', properties: {} })).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' });
  });

  it('does not open a chunk in the place of another, nor a manifest under another id', async () => {
    await open();
    await put('p', content.subarray(0, 65_536));
    await put('q', content.subarray(65_536, 131_072));
    const { objects } = harness.store('r');
    objects.set('parts/part-x', objects.get('parts/part-p')!);
    await expect(harness.broker.getPart({ ...key, partId: 'x' })).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
    const [[one, first], [other, second]] = [...objects].filter(([name]) => name.startsWith('packs/')) as [[string, { content: Buffer; modifiedAt: number }], [string, { content: Buffer; modifiedAt: number }]];
    const swap = (from: Buffer, tail: Buffer) => Buffer.concat([from.subarray(0, from.length - 60), tail.subarray(tail.length - 60)]);
    objects.set(one, { ...first, content: swap(second.content, first.content) });
    objects.set(other, { ...second, content: swap(first.content, second.content) });
    await harness.crash();
    for (const partId of ['p', 'q']) await expect(read(partId)).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
  });

  it.each([
    ['a short passphrase', { passphrase: 'short' }],
    ['encryption "passphrase" without one', { encryption: 'passphrase' }],
    ['an unknown encryption', { encryption: 'rot13' }],
  ])('with %s is INVALID_REQUEST', async (_, properties) => {
    await expect(open(properties)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('is INVALID_REQUEST to a broker that has nothing to wrap keys with', async () => {
    harness = await EngineHarness.open();
    await harness.reopen({ keyEncryption: undefined as never });
    await expect(harness.broker.createRepository({ repositoryId: 'r', properties: { encryption: 'site' } })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
