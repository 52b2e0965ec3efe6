import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createFilesystemCopyRepositoryBroker } from '@ocopea/copy-repository-filesystem';
import { collect, FilesystemHarness, metadata, packsIn, randomBytes, streamOf, TestProgram } from '@ocopea/copy-repository-filesystem/testing';
import type { PartInfo } from '@ocopea/broker-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendPart, type SendPartOptions, type TransferProgress } from './index.js';
import { CuttingProxy } from './testing/cutting-proxy.js';
import { grantFor, TestReceiver } from './testing/test-receiver.js';

const MIB = 1024 * 1024;

describe('sending a part', () => {
  let source: FilesystemHarness;
  let target: FilesystemHarness;
  let receiver: TestReceiver;
  let ends: (() => Promise<void>)[];

  beforeEach(async () => {
    source = await FilesystemHarness.open({ chunkBytes: 65_536 });
    target = await FilesystemHarness.open({ chunkBytes: 65_536, graceMs: 0 });
    for (const { broker } of [source, target]) await broker.createRepository({ repositoryId: 'r', properties: {} });
    receiver = await TestReceiver.start(target.broker);
    ends = [];
  });
  afterEach(async () => {
    for (const end of ends) await end();
    await receiver.close();
    await source.close();
    await target.close();
  });

  const put = (partId: string, content: Uint8Array): Promise<PartInfo> => source.broker.writePart({ repositoryId: 'r', partId }, metadata, streamOf(content));
  const send = (partId: string, options: Partial<SendPartOptions> & { readonly url?: string } = {}) =>
    sendPart({ from: source.broker, key: { repositoryId: 'r', partId }, target: { url: options.url ?? receiver.url(partId), grant: grantFor(partId) }, giveUpMs: 20_000, ...options });
  const assertArrived = async (partId: string, content: Buffer, broker = target.broker) => {
    expect((await collect(broker.readPart({ repositoryId: 'r', partId }))).equals(content)).toBe(true);
  };
  const throughProxy = async () => {
    const proxy = await CuttingProxy.start(Number(new URL(receiver.mount).port));
    ends.push(() => proxy.close());
    return proxy;
  };
  const viaPort = (partId: string, port: number) => {
    const url = new URL(receiver.url(partId));
    url.port = String(port);
    return url.href;
  };

  it('brings the same part to the other repository, and a receipt for it', async () => {
    const content = Buffer.concat([randomBytes(5 * MIB + 77, 1), Buffer.alloc(MIB)]);
    const part = await put('p', content);
    const progress: TransferProgress[] = [];
    const receipt = await send('p', { onProgress: (one) => progress.push(one), statement: async ({ chunks, bytesSent }) => `${chunks} chunks, ${bytesSent === progress.at(-1)!.bytesSent}` });
    await assertArrived('p', content);
    const arrived = await target.broker.getPart(part);
    expect(arrived).toEqual({ ...part, storedBytes: arrived.storedBytes });
    expect(receipt).toMatchObject({ grantId: 'grant-p', partId: 'p', hash: part.hash, logicalBytes: content.length, storedBytes: arrived.storedBytes, signature: `signed p ${part.hash} 97 chunks, true` });
    expect(receiver.receipts).toEqual([receipt]);
    const last = progress.at(-1)!;
    expect(last).toMatchObject({ bytesDone: content.length, bytesTotal: content.length, bytesToSend: last.bytesSent, bytesSkipped: content.length - last.bytesSent });
    expect(last.bytesSent).toBeGreaterThan(5 * MIB);
    expect(last.bytesSent).toBeLessThan(5 * MIB + 200_000);
    const done = progress.map(({ bytesDone }) => bytesDone);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  it('an empty part, and compressed on the way, works too', async () => {
    await put('empty', Buffer.alloc(0));
    await send('empty');
    await assertArrived('empty', Buffer.alloc(0));
    const content = Buffer.from('the same words again and again, '.repeat(60_000));
    await put('words', content);
    const before = receiver.bytesIn;
    await send('words', { compress: true });
    expect(receiver.bytesIn - before).toBeLessThan(content.length / 10);
    await assertArrived('words', content);
  });

  it('of which all but 1 % is there moves less than 3 % of its bytes', async () => {
    const content = randomBytes(16 * MIB, 1);
    await put('first', content);
    await send('first');
    const changed = Buffer.concat([content.subarray(0, 8 * MIB), randomBytes(160_000, 2), content.subarray(8 * MIB + 160_000)]);
    await put('second', changed);
    const before = receiver.bytesIn;
    await send('second');
    expect(receiver.bytesIn - before).toBeLessThan(changed.length * 0.03);
    await assertArrived('second', changed);
  });

  it('of many small chunks is few requests, and few packs where it goes', async () => {
    const small = await FilesystemHarness.open({ chunkBytes: 2_048 });
    ends.push(() => small.close());
    await small.broker.createRepository({ repositoryId: 'r', properties: {} });
    const content = randomBytes(9 * MIB, 12);
    await small.broker.writePart({ repositoryId: 'r', partId: 'p' }, metadata, streamOf(content));
    await send('p', { from: small.broker });
    await assertArrived('p', content);
    const requests = receiver.requests.filter((action) => action === 'chunks').length;
    const packs = await packsIn(target.root('r'));
    expect(packs.flatMap(({ chunks }) => chunks)).toHaveLength(4_608);
    // A request has at most 7 MiB or a page of 4,096 chunks, and a pack at most 1,024 of them.
    expect(requests).toBe(3);
    expect(packs.length).toBeLessThanOrEqual(6);
  });

  it('goes on where it was when the link breaks, again and again, and sends hardly more than once', async () => {
    const content = randomBytes(12 * MIB, 3);
    await put('p', content);
    const proxy = await throughProxy();
    proxy.cutAfter(3 * MIB, 3 * MIB, 3 * MIB);
    await send('p', { url: viaPort('p', proxy.port) });
    expect(proxy.cutsDone).toBe(3);
    // What was in flight when the link broke goes twice: a socket's buffers and a chunk for each connection.
    expect(proxy.bytesPassed).toBeLessThan(content.length * 1.5);
    await assertArrived('p', content);
  });

  it('goes on after the receiver was killed in the middle and started again', async () => {
    const content = randomBytes(12 * MIB, 4);
    await put('p', content);
    const other = await FilesystemHarness.open();
    ends.push(() => other.close());
    const program = await TestProgram.build(join(import.meta.dirname, 'testing/receiver-process.ts'));
    ends.push(() => program.remove());
    let child = program.start(other.directory, '0');
    ends.push(() => child.kill());
    const mount = await child.line((line) => line.startsWith('http'));
    let restarting: Promise<void> | undefined;
    let bytesAtRestart = 0;
    const receipt = await send('p', {
      url: `${mount}/repositories/r/parts/p`,
      bandwidth: 8 * MIB,
      onProgress: ({ bytesSent }) => {
        if (bytesSent < 4 * MIB || restarting) return;
        bytesAtRestart = bytesSent;
        restarting = (async () => {
          await child.kill();
          child = program.start(other.directory, new URL(mount).port);
          await child.line((line) => line.startsWith('http'));
        })();
      },
    });
    await restarting;
    await child.kill();
    expect(bytesAtRestart).toBeGreaterThan(0);
    expect(receipt.logicalBytes).toBe(content.length);
    const opened = createFilesystemCopyRepositoryBroker({ directory: other.directory });
    await assertArrived('p', content, opened);
    await opened.close();
  });

  it('again after it had arrived, as after a crash of the sender, gets the receipt and sends nothing', async () => {
    const part = await put('p', randomBytes(MIB, 5));
    await send('p');
    const before = receiver.bytesIn;
    const [receipt] = receiver.receipts;
    const chunksSaid: number[] = [];
    expect(await send('p', { statement: async ({ chunks }) => `${chunksSaid.push(chunks)}` })).toEqual(receipt);
    expect(receipt).toMatchObject({ hash: part.hash });
    expect(receiver.receipts).toHaveLength(1);
    expect(chunksSaid).toEqual([16]);
    expect(receiver.bytesIn - before).toBeLessThan(5_000);
  });

  it('sends again what a receiver has lost between sending and publishing', async () => {
    const content = randomBytes(MIB, 6);
    const part = await put('p', content);
    await receiver.close();
    await target.reopen();
    let hasSwept = false;
    const lossy = new Proxy(target.broker.chunks!, {
      get: (chunks, name) =>
        name === 'publishPart' && !hasSwept
          ? async (...args: Parameters<typeof chunks.publishPart>) => {
              hasSwept = true;
              target.passTime(24 * 60 * 60_000);
              await target.broker.sweep('r');
              return await chunks.publishPart(...args);
            }
          : Reflect.get(chunks, name, chunks).bind(chunks),
    });
    receiver = await TestReceiver.start({ ...target.broker, chunks: lossy });
    expect(await send('p')).toMatchObject({ hash: part.hash });
    expect(hasSwept).toBe(true);
    await assertArrived('p', content);
  });

  it('is given up as UNAVAILABLE when nobody answers for too long, without telling the address', async () => {
    await put('p', randomBytes(1000, 7));
    const gone = await CuttingProxy.start(1);
    const { port } = gone;
    await gone.close();
    const error = await send('p', { url: viaPort('p', port), giveUpMs: 400 }).then(() => undefined, (reason: unknown) => reason as Error);
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
    expect(error?.message).toMatch(/^sending part "p" was given up after .*ECONNREFUSED/);
    expect(error?.message).not.toContain('127.0.0.1');
  });

  it('ends at once with CANCELLED when it is aborted, and publishes nothing', async () => {
    await put('p', randomBytes(8 * MIB, 8));
    const cancel = new AbortController();
    await expect(send('p', { signal: cancel.signal, bandwidth: 4 * MIB, onProgress: ({ bytesSent }) => bytesSent > 0 && cancel.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(receiver.requests).not.toContain('publish');
    await expect(target.broker.getPart({ repositoryId: 'r', partId: 'p' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps to its bandwidth', async () => {
    await put('p', randomBytes(2 * MIB, 9));
    const start = performance.now();
    await send('p', { bandwidth: 2 * MIB });
    expect(performance.now() - start).toBeGreaterThan(900);
  });

  it.each(['read', 'write'] as const)('takes at least its bytes over the limit to %s of the repository, holds no request meanwhile, and nobody loses patience', async (direction) => {
    const content = randomBytes(9 * MIB, 14);
    await put('p', content);
    const limited = direction === 'read' ? source : target;
    await limited.broker.setBandwidth!('r', { [`${direction}BytesPerSecond`]: 2 * MIB });
    let open = 0;
    let silentMs = 0;
    let since = performance.now();
    receiver.server.prependListener('request', (request, response) => {
      if (open === 0) silentMs = Math.max(silentMs, performance.now() - since);
      if (request.url!.endsWith('/chunks')) open += 1;
      response.on('close', () => {
        if (request.url!.endsWith('/chunks')) open -= 1;
        since = performance.now();
      });
    });
    const start = performance.now();
    // The last batch, of 2 MiB, goes when the first one, of 7, has had its time; that is longer than patience is with silence.
    await send('p', { giveUpMs: 1_000, idleMs: 1_000 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(3_490);
    expect(silentMs).toBeGreaterThan(100);
    await assertArrived('p', content);
  });

  it('shares the limit of the receiver with what is written there', async () => {
    await put('p', randomBytes(9 * MIB, 15));
    await target.broker.setBandwidth!('r', { writeBytesPerSecond: 4 * MIB });
    const start = performance.now();
    const writing = target.broker.writePart({ repositoryId: 'r', partId: 'own' }, metadata, streamOf(randomBytes(9 * MIB, 16)));
    await Promise.all([send('p'), writing]);
    // All of it but the last pieces.
    expect(performance.now() - start).toBeGreaterThanOrEqual(((18 - 8) / 4) * 1_000);
    expect((await target.broker.listParts('r')).items).toHaveLength(2);
  });

  it('that waits for bandwidth ends at once when it is aborted', async () => {
    await put('p', randomBytes(9 * MIB, 17));
    await target.broker.setBandwidth!('r', { writeBytesPerSecond: 65_536 });
    const cancel = new AbortController();
    await expect(send('p', { signal: cancel.signal, onProgress: ({ bytesSent }) => bytesSent > 0 && cancel.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('refuses an address that the policy forbids, and a redirect, before any byte of content', async () => {
    await put('p', randomBytes(1000, 10));
    await expect(send('p', { isAllowedUrl: (url) => url.hostname !== '127.0.0.1' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(send('p', { url: 'file:///etc/passwd' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    expect(receiver.requests).toEqual([]);
    receiver.server.removeAllListeners('request');
    receiver.server.on('request', (_, response) => response.writeHead(307, { location: receiver.url('p') }).end());
    await expect(send('p')).rejects.toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('redirect') });
  });

  it('of a part that is damaged at the sender is CORRUPT_DATA and publishes nothing', async () => {
    const part = await put('p', randomBytes(MIB, 11));
    await source.damage(part, 'flip');
    await expect(send('p')).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
    await expect(target.broker.getPart(part)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of which a pack is missing at the sender is CORRUPT_DATA, and NOT_FOUND only when the part is gone', async () => {
    const part = await put('p', randomBytes(MIB, 13));
    for (const { path } of await source.chunksOf(part)) await rm(path, { force: true });
    await expect(send('p')).rejects.toMatchObject({ code: 'CORRUPT_DATA', message: expect.stringMatching(/is damaged: chunk [0-9a-f]{64} is not there/) as string });
    await source.broker.deletePart(part);
    await expect(send('p')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
