import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { S3Emulator } from './testing/index.js';

/** The emulator proves something only as far as it refuses what the real server refuses. */
describe('the S3 emulator', () => {
  let emulator: S3Emulator;
  beforeEach(async () => {
    emulator = await S3Emulator.start();
    emulator.bucket('b');
  });
  afterEach(() => emulator.stop());

  const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: string | Buffer) => {
    const answer = await fetch(`${emulator.endpoint}${path}`, { method, headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test-key/20261125/x/s3/aws4_request', ...headers }, ...(body !== undefined && { body: body as never }) });
    const text = await answer.text();
    return { status: answer.status, code: /<Code>(.*?)<\/Code>/.exec(text)?.[1], text, headers: answer.headers };
  };

  it('keeps what is there when a write says so, and lets exactly one of several at once win', async () => {
    const conditional = { 'if-none-match': '*' };
    const answers = await Promise.all([1, 2, 3, 4].map((one) => ask('PUT', '/b/k', conditional, `content ${one}`)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status !== 200).every(({ status }) => status === 409 || status === 412)).toBe(true);
    expect(await ask('PUT', '/b/k', conditional, 'another')).toMatchObject({ status: 412, code: 'PreconditionFailed' });
  });

  it.each([
    ['content-md5', createHash('md5').update('other').digest('base64')],
    ['x-amz-checksum-sha256', createHash('sha256').update('other').digest('base64')],
    ['x-amz-checksum-crc32', 'AAAAAA=='],
    ['x-amz-content-sha256', createHash('sha256').update('other').digest('hex')],
  ])('refuses a body that %s does not fit, and keeps nothing of it', async (header, value) => {
    expect((await ask('PUT', '/b/k', { [header]: value }, 'content')).status).toBe(400);
    expect(await ask('GET', '/b/k')).toMatchObject({ status: 404, code: 'NoSuchKey' });
  });

  it('answers ranges from both ends, and refuses what lies behind the end', async () => {
    await ask('PUT', '/b/k', {}, '0123456789');
    expect(await ask('GET', '/b/k', { range: 'bytes=2-4' })).toMatchObject({ status: 206, text: '234' });
    expect(await ask('GET', '/b/k', { range: 'bytes=-3' })).toMatchObject({ status: 206, text: '789' });
    expect((await ask('GET', '/b/k', { range: 'bytes=-300' })).text).toBe('0123456789');
    expect(await ask('GET', '/b/k', { range: 'bytes=10-' })).toMatchObject({ status: 416, code: 'InvalidRange' });
  });

  it('lists in pages, each key once', async () => {
    for (const key of ['c', 'a/2', 'a/1', 'b', 'a/3']) await ask('PUT', `/b/${key}`, {}, 'x');
    const keys: string[] = [];
    for (let token: string | undefined, more = true; more; ) {
      const { text } = await ask('GET', `/b?list-type=2&max-keys=2${token === undefined ? '' : `&continuation-token=${encodeURIComponent(token)}`}`);
      keys.push(...[...text.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key!));
      token = /<NextContinuationToken>(.*?)</.exec(text)?.[1];
      more = token !== undefined;
    }
    expect(keys).toEqual(['a/1', 'a/2', 'a/3', 'b', 'c']);
    expect((await ask('GET', '/b?list-type=2&prefix=a/&start-after=a/1')).text.match(/<Key>/g)).toHaveLength(2);
  });

  it('puts parts together in order, and refuses small ones, unknown ones, and a key that is taken', async () => {
    const uploadId = /<UploadId>(.*?)</.exec((await ask('POST', '/b/k?uploads')).text)![1]!;
    const part = async (number: number, bytes: number) => (await ask('PUT', `/b/k?partNumber=${number}&uploadId=${uploadId}`, {}, Buffer.alloc(bytes, number))).headers.get('etag')!;
    const complete = (parts: readonly (readonly [number, string])[], headers = {}) => ask('POST', `/b/k?uploadId=${uploadId}`, headers, parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`).join(''));
    const [first, small, last] = [await part(1, 5 * 1024 * 1024), await part(2, 1000), await part(3, 1000)];
    expect((await complete([[2, small], [3, last]])).code).toBe('EntityTooSmall');
    expect((await complete([[3, last], [1, first]])).code).toBe('InvalidPartOrder');
    expect((await complete([[1, last]])).code).toBe('InvalidPart');
    await ask('PUT', '/b/k', {}, 'taken');
    expect((await complete([[1, first], [3, last]], { 'if-none-match': '*' })).status).toBe(412);
    await ask('DELETE', '/b/k');
    expect((await complete([[1, first], [3, last]], { 'if-none-match': '*' })).status).toBe(200);
    expect(emulator.bucket('b').objects.get('k')!.content.length).toBe(5 * 1024 * 1024 + 1000);
  });

  it('serves nobody without the right key, no unknown bucket, and no request it does not know', async () => {
    expect(await ask('GET', '/b/k', { authorization: 'AWS4-HMAC-SHA256 Credential=another/x' })).toMatchObject({ status: 403 });
    expect(await ask('GET', '/unknown/k')).toMatchObject({ status: 404, code: 'NoSuchBucket' });
    expect(await ask('GET', '/b?policy')).toMatchObject({ status: 501, code: 'NotImplemented' });
  });
});
