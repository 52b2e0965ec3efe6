import type { CopyRepositoryBroker, PartInfo } from '@ocopea/broker-contract';
import { collect, FilesystemHarness, metadata, randomBytes, sha256, streamOf } from '@ocopea/copy-repository-filesystem/testing';
import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendPart, type SendPartOptions, type TransferProgress } from './index.js';
import { CuttingProxy } from './testing/cutting-proxy.js';
import { grantFor, TestReceiver } from './testing/test-receiver.js';

const MIB = 1024 * 1024;

describe('sending a part to a repository that knows no chunks', () => {
  let source: FilesystemHarness;
  let broker: CopyRepositoryBroker;
  let receiver: TestReceiver;
  let ends: (() => Promise<void>)[];

  beforeEach(async () => {
    source = await FilesystemHarness.open({ chunkBytes: 65_536 });
    broker = createMemoryCopyRepositoryBroker({ chunks: false });
    for (const one of [source.broker, broker]) await one.createRepository({ repositoryId: 'r', properties: {} });
    receiver = await TestReceiver.start(broker);
    ends = [];
  });
  afterEach(async () => {
    for (const end of ends) await end();
    await receiver.close();
    await source.close();
  });

  const put = (partId: string, content: Uint8Array): Promise<PartInfo> => source.broker.writePart({ repositoryId: 'r', partId }, metadata, streamOf(content));
  const send = ({ partId, hash }: PartInfo, options: Partial<SendPartOptions> & { readonly port?: number } = {}) => {
    const url = new URL(receiver.url(partId));
    if (options.port !== undefined) url.port = String(options.port);
    return sendPart({ from: source.broker, key: { repositoryId: 'r', partId }, target: { url: url.href, grant: grantFor(partId, { hash }) }, giveUpMs: 5_000, ...options });
  };
  const arrived = async (partId: string) => sha256(await collect(broker.readPart({ repositoryId: 'r', partId })));
  const streams = () => receiver.requests.filter((action) => action === 'stream').length;
  const assertNothingThere = async () => {
    await broker.sweep('r');
    expect(await broker.stats('r')).toMatchObject({ usedBytes: 0, parts: 0 });
  };

  it.each([0, 1, 5 * MIB + 77])('brings all %i bytes in one stream, checked, and a receipt for them', async (bytes) => {
    const content = randomBytes(bytes, 1);
    const part = await put('p', content);
    const progress: TransferProgress[] = [];
    const receipt = await send(part, { onProgress: (one) => progress.push(one), statement: async ({ chunks, bytesSent }) => `${chunks} chunks, ${bytesSent}` });
    expect(await arrived('p')).toBe(sha256(content));
    expect((await broker.getPart(part)).metadata).toEqual(metadata);
    expect(receipt).toMatchObject({ hash: part.hash, logicalBytes: bytes, signature: `signed p ${part.hash} ${Math.ceil(bytes / 65_536)} chunks, ${bytes}` });
    expect(receiver.receipts).toEqual([receipt]);
    expect(streams()).toBe(1);
    const done = progress.map(({ bytesDone }) => bytesDone);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    // An empty part has nothing to tell of.
    expect(progress.slice(-1)).toEqual(Array.from({ length: Math.min(bytes, 1) }, () => ({ bytesDone: bytes, bytesTotal: bytes, bytesSent: bytes, bytesToSend: bytes, bytesSkipped: 0 })));
  });

  it('begins anew when the link breaks, and nothing of what broke off stays', async () => {
    const content = randomBytes(6 * MIB, 2);
    const part = await put('p', content);
    const proxy = await CuttingProxy.start(Number(new URL(receiver.mount).port));
    ends.push(() => proxy.close());
    proxy.cutAfter(2 * MIB, 5 * MIB);
    await send(part, { port: proxy.port });
    expect(proxy.cutsDone).toBe(2);
    expect(streams()).toBe(3);
    expect(await arrived('p')).toBe(sha256(content));
    expect((await broker.listParts('r')).items).toHaveLength(1);
  });

  it('is given up when the link breaks again and again at the same place, and leaves nothing', async () => {
    const part = await put('p', randomBytes(6 * MIB, 3));
    const proxy = await CuttingProxy.start(Number(new URL(receiver.mount).port));
    ends.push(() => proxy.close());
    proxy.cutAfter(...Array.from({ length: 1_000 }, () => 2 * MIB));
    await expect(send(part, { port: proxy.port, giveUpMs: 1_500 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await assertNothingThere();
  });

  it('sends nothing twice when it had arrived and the answer was lost', async () => {
    const part = await put('p', randomBytes(MIB, 4));
    const receipt = await send(part);
    const before = receiver.bytesIn;
    expect(await send(part)).toEqual(receipt);
    // With a new Grant, as after a new agreement.
    expect(await send(part, { target: { url: receiver.url('p'), grant: grantFor('p', { hash: part.hash, grantId: 'new' }) } })).toEqual(receipt);
    expect(receiver.bytesIn - before).toBeLessThan(10_000);
    expect(streams()).toBe(1);
  });

  it('ends at once when it is aborted, and leaves nothing', async () => {
    const part = await put('p', randomBytes(8 * MIB, 5));
    const cancel = new AbortController();
    await expect(send(part, { signal: cancel.signal, bandwidth: 4 * MIB, onProgress: () => cancel.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(async () => (await broker.sweep('r'), (await broker.stats('r')).usedBytes)).toBe(0);
    await assertNothingThere();
  });

  it('is refused when the content is not what the Grant names, or it names none', async () => {
    const part = await put('p', randomBytes(MIB, 6));
    for (const grant of [grantFor('p'), grantFor('p', { hash: `sha256:${'0'.repeat(64)}` }), grantFor('p', { hash: part.hash, maxBytes: 1_000 }), grantFor('p', { hash: part.hash, format: 'other/1' })]) {
      await expect(send(part, { target: { url: receiver.url('p'), grant } })).rejects.toMatchObject({ code: 'GRANT_REFUSED' });
    }
    await assertNothingThere();
  });

  it('publishes nothing of bytes that were changed on the way', async () => {
    const part = await put('p', randomBytes(MIB, 7));
    const chunks = new Proxy(source.broker.chunks!, {
      get: (good, name) =>
        name === 'readChunk'
          ? async (...args: Parameters<typeof good.readChunk>) => (await good.readChunk(...args)).map((byte, index) => (index === 9 ? byte ^ 1 : byte))
          : (Reflect.get(good, name, good) as () => unknown).bind(good),
    });
    await expect(send(part, { from: { ...source.broker, chunks } })).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
    await assertNothingThere();
  });

  it('is as slow as the limit of the receiver', async () => {
    await broker.setBandwidth!('r', { writeBytesPerSecond: 2 * MIB });
    const part = await put('p', randomBytes(3 * MIB, 8));
    const start = performance.now();
    await send(part);
    // But for one chunk of the receiver.
    expect(performance.now() - start).toBeGreaterThanOrEqual(((3 * MIB - 65_536) / (2 * MIB)) * 1_000);
  });

  it('tells what the repository says when it takes no more', async () => {
    const full: CopyRepositoryBroker = createMemoryCopyRepositoryBroker({ chunks: false });
    await full.createRepository({ repositoryId: 'r', properties: { capacityBytes: '1000000' } });
    await receiver.close();
    broker = full;
    receiver = await TestReceiver.start(full);
    await expect(send(await put('p', randomBytes(2 * MIB, 9)))).rejects.toMatchObject({ code: 'CAPACITY_EXCEEDED' });
    await assertNothingThere();
  });
});
