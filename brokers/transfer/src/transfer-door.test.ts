import { once } from 'node:events';
import { connect } from 'node:net';
import { ChunkListHash, encodeChunkRecords, type CopyRepositoryBroker } from '@ocopea/broker-contract';
import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { metadata, randomBytes, sha256 } from '@ocopea/copy-repository-filesystem/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeFrame, FrameCodec, frameHeaderBytes } from './chunk-frame.js';
import type { GrantClaims } from './index.js';
import { encodePublicationHead } from './publication-head.js';
import { grantFor, TestReceiver } from './testing/test-receiver.js';

const bytes = randomBytes(50_000, 1);
const chunk = { hash: sha256(bytes), bytes: bytes.length };
const records = encodeChunkRecords([chunk]);
const hash = new ChunkListHash().update(records).digest();
const publication = Buffer.concat([encodePublicationHead({ metadata, hash }), records]);

describe('the transfer door', () => {
  let broker: CopyRepositoryBroker;
  let receiver: TestReceiver;
  beforeEach(async () => {
    broker = createMemoryCopyRepositoryBroker();
    await broker.createRepository({ repositoryId: 'r', properties: {} });
    receiver = await TestReceiver.start(broker, { limits: { pieceMs: 200, lingerMs: 50, maxChunkBytes: 1024 * 1024 } });
  });
  afterEach(() => receiver.close());

  const post = async (action: string, body: Uint8Array, grant: string | undefined = grantFor('p'), url = receiver.url('p')) => {
    const response = await fetch(`${url}/${action}`, { method: 'POST', body, ...(grant !== '' && { headers: { authorization: `Bearer ${grant}` } }) });
    const answer = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type') === 'application/json';
    return { status: response.status, answer, error: isJson ? (JSON.parse(answer.toString()) as { error?: { code: string; message: string } }).error : undefined };
  };
  const frame = async (content: Uint8Array, codec: FrameCodec = FrameCodec.None) => Buffer.concat(await encodeFrame(sha256(content), content, codec));
  const assertNothingPublished = async () => expect((await broker.listParts('r')).items).toEqual([]);
  const sendAndPublish = async () => {
    await post('chunks', await frame(bytes));
    return await post('publish', publication);
  };

  it('answers which chunks are missing, takes them, and publishes', async () => {
    expect((await post('missing', Buffer.from(chunk.hash, 'hex'))).answer.toString('hex')).toBe(chunk.hash);
    expect((await post('chunks', await frame(bytes, FrameCodec.Gzip))).status).toBe(200);
    expect((await post('missing', Buffer.from(chunk.hash, 'hex'))).answer.length).toBe(0);
    expect((await post('publish', publication)).status).toBe(200);
    expect(await broker.getPart({ repositoryId: 'r', partId: 'p' })).toMatchObject({ hash, metadata });
  });

  it('says how long to wait for the bandwidth of its repository, and refuses chunks that nothing was reserved for meanwhile', async () => {
    const reserve = async (size: unknown) => {
      const { status, answer } = await post('reserve', Buffer.from(JSON.stringify({ bytes: size })));
      return { status, ...(JSON.parse(answer.toString()) as object) };
    };
    expect(await reserve(1_000_000)).toEqual({ status: 200, delayMs: 0, isLimited: false });
    await broker.setBandwidth!('r', { writeBytesPerSecond: 65_536 });
    expect(await reserve(bytes.length)).toEqual({ status: 200, delayMs: 0, isLimited: true });
    expect((await post('chunks', await frame(bytes))).status).toBe(200);
    expect(await reserve(1_000_000)).toMatchObject({ status: 200, delayMs: expect.any(Number) as number, isLimited: true });
    expect(await post('chunks', await frame(randomBytes(1_000, 2)))).toMatchObject({ status: 503, error: { code: 'UNAVAILABLE' } });
    for (const wrong of [-1, 1e12, 'many', undefined]) expect(await reserve(wrong)).toMatchObject({ status: 400, error: { code: 'INVALID_REQUEST' } });
    expect((await post('reserve', randomBytes(1_000, 3))).status).toBe(400);
  });

  const misuses: readonly [string, Partial<GrantClaims>][] = [
    ['for another part', { partId: 'other' }],
    ['for another repository', { repositoryId: 'other' }],
    ['to read', { direction: 'read' }],
    ['that has expired', { expiresAt: new Date(Date.now() - 1) }],
  ];
  it.each(misuses)('refuses a Grant %s for every action, without reading a body', async (_, claims) => {
    for (const action of ['missing', 'reserve', 'chunks', 'publish']) {
      expect(await post(action, randomBytes(100, 1), grantFor('p', claims))).toMatchObject({ status: 403, error: { code: 'GRANT_REFUSED' } });
    }
    await assertNothingPublished();
  });

  it('refuses a request without a Grant, and one whose Grant is none, without saying why it is none', async () => {
    expect(await post('missing', Buffer.alloc(32), '')).toMatchObject({ status: 403, error: { code: 'GRANT_REFUSED' } });
    const { status, error } = await post('missing', Buffer.alloc(32), 'nonsense');
    expect({ status, error }).toEqual({ status: 403, error: { code: 'GRANT_REFUSED', message: 'the Grant is not valid or has expired; ask for a new one' } });
  });

  it('refuses a Grant for other content, another format, or fewer bytes when publishing', async () => {
    await post('chunks', await frame(bytes));
    for (const claims of [{ hash: `sha256:${'0'.repeat(64)}` }, { format: 'other/1' }, { maxBytes: bytes.length - 1 }]) {
      expect(await post('publish', publication, grantFor('p', { ...claims, grantId: JSON.stringify(claims) }))).toMatchObject({ status: 403, error: { code: 'GRANT_REFUSED' } });
    }
    await assertNothingPublished();
  });

  it('takes no more bytes of chunks than the Grant allows, over all requests; what is there does not count', async () => {
    const grant = grantFor('p', { maxBytes: 100_000 });
    expect((await post('chunks', await frame(bytes), grant)).status).toBe(200);
    expect((await post('chunks', await frame(bytes), grant)).status).toBe(200);
    expect((await post('chunks', await frame(randomBytes(50_000, 2)), grant)).status).toBe(200);
    expect(await post('chunks', await frame(randomBytes(1, 3)), grant)).toMatchObject({ status: 403, error: { code: 'GRANT_REFUSED' } });
  });

  it('counts no chunk that broke off or was damaged on its way', async () => {
    const grant = grantFor('p', { maxBytes: bytes.length });
    const whole = await frame(bytes);
    const damaged = Buffer.from(whole);
    damaged[whole.length - 1]! ^= 1;
    for (const body of [whole.subarray(0, -1), damaged]) expect(await post('chunks', body, grant)).toMatchObject({ status: 422, error: { code: 'CORRUPT_DATA' } });
    expect((await post('chunks', whole, grant)).status).toBe(200);
  });

  it('takes a Grant once: after its part is published only exactly that publication is answered again', async () => {
    const first = await sendAndPublish();
    expect(first.status).toBe(200);
    const repeated = await post('publish', publication);
    expect(repeated.status).toBe(200);
    expect(JSON.parse(repeated.answer.toString())).toMatchObject({ hash, partId: 'p' });
    const other = Buffer.concat([encodePublicationHead({ metadata, hash: new ChunkListHash().digest() })]);
    for (const [action, body] of [['missing', Buffer.alloc(32)], ['chunks', await frame(bytes)], ['publish', other]] as const) {
      expect(await post(action, body)).toMatchObject({ status: 403, error: { code: 'GRANT_REFUSED', message: expect.stringContaining('used up') } });
    }
    expect(receiver.consumed).toEqual(new Set(['grant-p']));
  });

  it('does not take a Grant again whose part was deleted after it was published', async () => {
    await sendAndPublish();
    await broker.deletePart({ repositoryId: 'r', partId: 'p' });
    for (const [action, body] of [['missing', Buffer.alloc(32)], ['chunks', await frame(bytes)], ['publish', publication]] as const) {
      expect(await post(action, body)).toMatchObject({ status: 403, error: { code: 'GRANT_REFUSED' } });
    }
    await assertNothingPublished();
  });

  it('answers a frame with any byte flipped with CORRUPT_DATA, and publishes nothing', async () => {
    const whole = await frame(bytes);
    for (const at of [0, 31, 33, 35, 37, 39, 40, frameHeaderBytes, whole.length - 1]) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 0x10;
      expect(await post('chunks', flipped), `byte ${at}`).toMatchObject({ status: 422, error: { code: 'CORRUPT_DATA' } });
    }
    expect(await post('publish', publication)).toMatchObject({ status: 422, error: { code: 'CORRUPT_DATA', message: expect.stringContaining(chunk.hash) } });
    await assertNothingPublished();
  });

  it('takes a chunk list that was cut or changed on the way for CORRUPT_DATA', async () => {
    await post('chunks', await frame(bytes));
    for (const body of [publication.subarray(0, -36), publication.subarray(0, -1), Buffer.concat([publication, records])]) {
      expect(await post('publish', body)).toMatchObject({ status: 422, error: { code: 'CORRUPT_DATA' } });
    }
    await assertNothingPublished();
  });

  it('does not unpack more than a frame announces', async () => {
    const bomb = await frame(Buffer.alloc(1024 * 1024), FrameCodec.Gzip);
    bomb.writeUInt32BE(2_000, 32);
    expect(await post('chunks', bomb)).toMatchObject({ status: 422, error: { code: 'CORRUPT_DATA' } });
  });

  it('refuses what is too large or malformed with INVALID_REQUEST', async () => {
    const tooLongHead = Buffer.alloc(4);
    tooLongHead.writeUInt32BE(1024 * 1024);
    for (const [action, body] of [['missing', Buffer.alloc(4097 * 32)], ['publish', tooLongHead], ['publish', encodePublicationHead({ metadata, hash: 'x' })], ['publish', Buffer.from('00000003414243', 'hex')]] as const) {
      expect(await post(action, body)).toMatchObject({ status: 400, error: { code: 'INVALID_REQUEST' } });
    }
  });

  it('has nothing at other addresses, and leaves paths outside of its prefix to others', async () => {
    expect(await post('list', Buffer.alloc(0))).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } });
    const response = await fetch(new URL('/elsewhere', receiver.mount));
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 404, body: '' });
  });

  it('cuts off a sender that trickles: it answers, and the connection is closed', async () => {
    const { port } = new URL(receiver.mount);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`POST /copies/v1/repositories/r/parts/p/chunks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${grantFor('p')}\r\ncontent-length: 1000000\r\n\r\n`);
    const trickle = setInterval(() => socket.write('x'), 20);
    let answer = '';
    socket.on('data', (piece) => (answer += piece.toString()));
    // Whether the end is a reset depends on a piece being on its way at that moment, and `once` would take that for a failure.
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(trickle);
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*DEADLINE_EXCEEDED/);
  });

  it('reads nothing of the body of a sender without a Grant', async () => {
    const { port } = new URL(receiver.mount);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST /copies/v1/repositories/r/parts/p/chunks HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n');
    const [piece] = (await once(socket, 'data')) as [Buffer];
    expect(piece.toString()).toMatch(/^HTTP\/1\.1 403 /);
    await once(socket.resume(), 'close');
  });
});
