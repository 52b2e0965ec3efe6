import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { assembleParts, type Upload } from './multipart.js';
import { S3Refusal } from './s3-refusal.js';

export interface StoredObject {
  readonly content: Buffer;
  readonly etag: string;
  readonly modifiedAt: Date;
}

/** What happens to a request instead of its being served. */
export type Fault = 'slow-down' | 'cut' | 'cut-answer' | 'lose-answer';

/** Buckets of an emulator with what they hold. */
class Bucket {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, Upload>();
  /** Keys of conditional writes that are under way. */
  readonly writing = new Set<string>();
  mostBytes = Infinity;

  get bytes(): number {
    return [...this.objects.values()].reduce((sum, { content }) => sum + content.length, 0);
  }
}

/**
 * A named fake of an S3 server, for tests only, in memory, with buckets in the path. It does, and refuses, what the real one
 * documents for the requests a repository makes: conditional writes (412, and 409 while another is under way), checksums (CRC-32, SHA-256,
 * MD5, the signed content's hash), multipart uploads with their smallest part, ranges, listing in pages, error codes.
 * Signatures are not verified; that there is one, by the right key, is. What it does not know it refuses with 501.
 */
export class S3Emulator {
  readonly #buckets = new Map<string, Bucket>();
  readonly #server: Server;
  /** All requests so far: method and path. */
  readonly requests: string[] = [];
  /** Asked for each request; a fault is done in place of serving it. */
  fault: (method: string, path: string) => Fault | undefined = () => undefined;
  /** Replaces objects although it is told not to, as some servers do. */
  ignoresConditions = false;

  private constructor(readonly accessKeyId: string) {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(accessKeyId = 'test-key'): Promise<S3Emulator> {
    const emulator = new S3Emulator(accessKeyId);
    emulator.#server.listen(0, '127.0.0.1');
    await once(emulator.#server, 'listening');
    return emulator;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name) ?? new Bucket();
    this.#buckets.set(name, bucket);
    return bucket;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://emulator');
    const method = request.method ?? '';
    this.requests.push(`${method} ${url.pathname}${url.search}`);
    const fault = this.fault(method, decodeURIComponent(url.pathname));
    if (fault === 'cut') return void request.socket.destroy();
    try {
      const body = await read(request);
      if (fault === 'slow-down') throw new S3Refusal(503, 'SlowDown', 'Please reduce your request rate.');
      const answer = await this.#serve(method, url, request, body);
      if (fault === 'lose-answer') return void request.socket.destroy();
      const content = answer.content ?? Buffer.alloc(0);
      response.writeHead(answer.status ?? 200, { 'x-amz-request-id': randomUUID(), ...(method === 'HEAD' ? {} : { 'content-length': content.length }), ...answer.headers });
      if (fault === 'cut-answer') {
        response.write(content.subarray(0, content.length >> 1));
        return void setImmediate(() => request.socket.destroy());
      }
      response.end(method === 'HEAD' ? undefined : content);
    } catch (error) {
      const refusal = error instanceof S3Refusal ? error : new S3Refusal(500, 'InternalError', String(error));
      const text = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${refusal.code}</Code><Message>${refusal.message}</Message></Error>`;
      response.writeHead(refusal.status, { 'content-type': 'application/xml' });
      response.end(method === 'HEAD' || refusal.status === 304 ? undefined : text);
    }
  }

  async #serve(method: string, url: URL, { headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    if (!headers.authorization?.includes(`Credential=${this.accessKeyId}/`)) throw new S3Refusal(403, 'InvalidAccessKeyId', 'The key does not exist.');
    checkBody(headers, body);
    const [, name = '', ...rest] = decodeURIComponent(url.pathname).split('/');
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new S3Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist.');
    const key = rest.join('/');
    const query = url.searchParams;
    if (key === '' && method === 'GET' && query.get('list-type') === '2') return list(bucket, query);
    if (key === '') throw new S3Refusal(501, 'NotImplemented', 'No such request on a bucket here.');
    if (method === 'POST' && query.has('uploads')) return begin(bucket, name, key);
    const uploadId = query.get('uploadId');
    if (uploadId !== null) return this.#multipart(method, bucket, key, uploadId, query, headers, body);
    switch (method) {
      case 'PUT': {
        const source = headers['x-amz-copy-source'];
        return typeof source === 'string' ? this.#copy(bucket, key, decodeURIComponent(source)) : await this.#put(bucket, key, body, headers);
      }
      case 'GET':
        return get(found(bucket, key), headers);
      case 'HEAD': {
        const object = found(bucket, key);
        return { headers: { ...headersOf(object), 'content-length': object.content.length } };
      }
      case 'DELETE':
        bucket.objects.delete(key);
        return { status: 204 };
      default:
        throw new S3Refusal(405, 'MethodNotAllowed', 'The method is not allowed.');
    }
  }

  async #put(bucket: Bucket, key: string, content: Buffer, headers: IncomingMessage['headers']): Promise<Answer> {
    const isConditional = headers['if-none-match'] === '*' && !this.ignoresConditions;
    if (isConditional && bucket.writing.has(key)) throw new S3Refusal(409, 'ConditionalRequestConflict', 'A conflicting operation is under way.');
    bucket.writing.add(key);
    try {
      // Others come in between, as they do at a real one.
      await new Promise((resolve) => setImmediate(resolve));
      if (isConditional && bucket.objects.has(key)) throw new S3Refusal(412, 'PreconditionFailed', 'At least one of the preconditions did not hold.');
      return this.#store(bucket, key, content, `"${createHash('md5').update(content).digest('hex')}"`);
    } finally {
      bucket.writing.delete(key);
    }
  }

  #copy(bucket: Bucket, key: string, source: string): Answer {
    const [, name = '', from = ''] = /^\/?([^/]+)\/(.+)$/.exec(source) ?? [];
    const object = found(this.bucket(name), from);
    this.#store(bucket, key, object.content, object.etag);
    return xml(`<CopyObjectResult><ETag>${escape(object.etag)}</ETag><LastModified>${new Date().toISOString()}</LastModified></CopyObjectResult>`);
  }

  #store(bucket: Bucket, key: string, content: Buffer, etag: string): Answer {
    if (bucket.bytes + content.length > bucket.mostBytes) throw new S3Refusal(507, 'XMinioStorageFull', 'Storage backend has reached its minimum free drive threshold.');
    bucket.objects.set(key, { content, etag, modifiedAt: new Date() });
    return { headers: { etag } };
  }

  #multipart(method: string, bucket: Bucket, key: string, uploadId: string, query: URLSearchParams, headers: IncomingMessage['headers'], body: Buffer): Answer {
    const upload = bucket.uploads.get(uploadId);
    if (upload === undefined || upload.key !== key) throw new S3Refusal(404, 'NoSuchUpload', 'The specified upload does not exist.');
    if (method === 'PUT') {
      const etag = `"${createHash('md5').update(body).digest('hex')}"`;
      upload.parts.set(Number(query.get('partNumber')), { content: body, etag });
      return { headers: { etag, 'x-amz-checksum-crc32': crcOf(body) } };
    }
    if (method === 'DELETE') {
      bucket.uploads.delete(uploadId);
      return { status: 204 };
    }
    if (headers['if-none-match'] === '*' && !this.ignoresConditions && bucket.objects.has(key)) throw new S3Refusal(412, 'PreconditionFailed', 'At least one of the preconditions did not hold.');
    const { content, etag } = assembleParts(upload, body.toString('utf8'));
    this.#store(bucket, key, content, etag);
    bucket.uploads.delete(uploadId);
    return xml(`<CompleteMultipartUploadResult><Key>${escape(key)}</Key><ETag>${escape(etag)}</ETag></CompleteMultipartUploadResult>`);
  }
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly content?: Buffer;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function checkBody(headers: IncomingMessage['headers'], body: Buffer): void {
  if (/aws-chunked/.test(headers['content-encoding'] ?? '')) throw new S3Refusal(501, 'NotImplemented', 'Bodies in signed chunks are not implemented here.');
  const signed = headers['x-amz-content-sha256'];
  if (typeof signed === 'string' && /^[0-9a-f]{64}$/.test(signed) && createHash('sha256').update(body).digest('hex') !== signed) throw new S3Refusal(400, 'XAmzContentSHA256Mismatch', 'The content has another hash.');
  const checks: readonly (readonly [header: string, actual: () => string])[] = [
    ['content-md5', () => createHash('md5').update(body).digest('base64')],
    ['x-amz-checksum-sha256', () => createHash('sha256').update(body).digest('base64')],
    ['x-amz-checksum-crc32', () => crcOf(body)],
  ];
  for (const [header, actual] of checks) if (headers[header] !== undefined && headers[header] !== actual()) throw new S3Refusal(400, 'BadDigest', `The ${header} you specified did not match.`);
}

function crcOf(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

function found(bucket: Bucket, key: string): StoredObject {
  const object = bucket.objects.get(key);
  if (object === undefined) throw new S3Refusal(404, 'NoSuchKey', 'The specified key does not exist.');
  return object;
}

function headersOf({ etag, modifiedAt }: StoredObject): Record<string, string | number> {
  return { etag, 'last-modified': modifiedAt.toUTCString(), 'accept-ranges': 'bytes' };
}

function get(object: StoredObject, { range }: IncomingMessage['headers']): Answer {
  const { content } = object;
  const headers = headersOf(object);
  if (range === undefined) return { headers: { ...headers, 'x-amz-checksum-crc32': crcOf(content) }, content };
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const start = first === '' ? Math.max(0, content.length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? content.length : Math.min(content.length, Number(last) + 1);
  if (start >= content.length) throw new S3Refusal(416, 'InvalidRange', 'The requested range is not satisfiable');
  return { status: 206, headers: { ...headers, 'content-range': `bytes ${start}-${end - 1}/${content.length}` }, content: content.subarray(start, end) };
}

/** In the order of UTF-8 bytes, after a key or the token of the page before. */
function list(bucket: Bucket, query: URLSearchParams): Answer {
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64').toString('utf8');
  const most = Math.min(1000, Number(query.get('max-keys') ?? 1000));
  const keys = [...bucket.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, most);
  const isTruncated = keys.length > page.length;
  const contents = page.map((key) => {
    const { content, etag, modifiedAt } = bucket.objects.get(key)!;
    return `<Contents><Key>${escape(key)}</Key><Size>${content.length}</Size><ETag>${escape(etag)}</ETag><LastModified>${modifiedAt.toISOString()}</LastModified></Contents>`;
  });
  const next = isTruncated ? `<NextContinuationToken>${Buffer.from(page.at(-1)!).toString('base64')}</NextContinuationToken>` : '';
  return xml(`<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated><KeyCount>${page.length}</KeyCount>${next}${contents.join('')}</ListBucketResult>`);
}

function begin(bucket: Bucket, name: string, key: string): Answer {
  const uploadId = randomUUID();
  bucket.uploads.set(uploadId, { key, parts: new Map() });
  return xml(`<InitiateMultipartUploadResult><Bucket>${name}</Bucket><Key>${escape(key)}</Key><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`);
}

function xml(text: string): Answer {
  return { headers: { 'content-type': 'application/xml' }, content: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`) };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
