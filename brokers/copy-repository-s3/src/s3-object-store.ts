import { open, readFile, stat, unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { CompletedPart, GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { BoundedTasks, type ByteRange, type ObjectInfo, type ObjectStore, type StoreRoom } from '@ocopea/repository-engine';
import { asBrokerError, failureOf, isMissing } from './s3-error.js';

/** The SDK, which is loaded when the first repository is opened. */
export type S3Sdk = typeof import('@aws-sdk/client-s3');

export interface S3ObjectStoreOptions {
  readonly sdk: S3Sdk;
  readonly client: S3Client;
  readonly bucket: string;
  /** Begins all keys: empty, or it ends with `/`. */
  readonly prefix: string;
}

/**
 * Objects in a bucket. Nothing is ever replaced: every write carries `If-None-Match: *`, so a store that does not know
 * conditional writes is found out when a repository is made (see `checkConditionalWrites`). The SDK repeats what failed on the
 * way or was refused with 503; what it does not repeat, an answer that breaks off, is repeated here.
 */
export class S3ObjectStore implements ObjectStore {
  constructor(private readonly options: S3ObjectStoreOptions) {}

  async put(key: string, pieces: readonly Uint8Array[]): Promise<boolean> {
    const { sdk, client, bucket } = this.options;
    const body = Buffer.concat(pieces);
    return await this.#unlessTaken(`writing ${kindOf(key)}`, async () => void (await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: this.#key(key), Body: body, IfNoneMatch: '*' }))));
  }

  async putFile(key: string, path: string): Promise<boolean> {
    const { size } = await stat(path);
    const isNew = size <= partBytes ? await this.put(key, [await readFile(path)]) : await this.#putInParts(key, path, size);
    await unlink(path);
    return isNew;
  }

  async get(key: string, range?: ByteRange): Promise<Buffer | undefined> {
    if (range?.bytes === 0) return (await this.stat(key)) && Buffer.alloc(0);
    return (await this.#read(key, range && `bytes=${range.offset}-${range.offset + range.bytes - 1}`))?.content;
  }

  async tail(key: string, bytes: number): Promise<{ readonly content: Buffer; readonly size: number } | undefined> {
    return await this.#read(key, `bytes=-${bytes}`);
  }

  async stat(key: string): Promise<ObjectInfo | undefined> {
    const { sdk, client, bucket } = this.options;
    return await this.#unlessMissing(`looking for ${kindOf(key)}`, async () => {
      const { ContentLength, LastModified } = await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: this.#key(key) }));
      return { key, bytes: ContentLength ?? 0, modifiedAt: LastModified?.getTime() ?? 0 };
    });
  }

  async list(prefix: string, { after, limit }: { readonly after?: string; readonly limit: number }): Promise<readonly ObjectInfo[]> {
    const found: ObjectInfo[] = [];
    for await (const page of this.#pages(prefix, after, limit)) {
      found.push(...page);
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  async *scan(prefix: string): AsyncGenerator<ObjectInfo> {
    for await (const page of this.#pages(prefix, undefined, 1000)) yield* page;
  }

  /** Deleting what is not there is success to S3, so it is asked first. */
  async delete(key: string): Promise<boolean> {
    const { sdk, client, bucket } = this.options;
    if ((await this.stat(key)) === undefined) return false;
    await this.#told(`deleting ${kindOf(key)}`, () => client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: this.#key(key) })));
    return true;
  }

  async move(from: string, to: string): Promise<boolean> {
    const { sdk, client, bucket } = this.options;
    const copied = await this.#unlessMissing(`moving ${kindOf(from)}`, () => client.send(new sdk.CopyObjectCommand({ Bucket: bucket, Key: this.#key(to), CopySource: encodeURI(`${bucket}/${this.#key(from)}`) })));
    return copied !== undefined && (await this.delete(from));
  }

  /** S3 answers a write when it is durable and listed. */
  async settle(): Promise<void> {}

  /** The time of an object cannot be set; a sweep's grace goes by when it was written. */
  async touch(key: string): Promise<boolean> {
    return (await this.stat(key)) !== undefined;
  }

  async room(): Promise<StoreRoom> {
    return {};
  }

  async #putInParts(key: string, path: string, size: number): Promise<boolean> {
    const { sdk, client, bucket } = this.options;
    const where = { Bucket: bucket, Key: this.#key(key) };
    const doing = `writing ${kindOf(key)}`;
    const { UploadId } = await this.#told(doing, () => client.send(new sdk.CreateMultipartUploadCommand({ ...where, ChecksumAlgorithm: 'CRC32' })));
    const upload = { ...where, UploadId };
    const file = await open(path, 'r');
    const tasks = new BoundedTasks(partsAtOnce);
    try {
      const parts: CompletedPart[] = [];
      for (let index = 0; index * partBytes < size; index++) {
        await tasks.start(async () => {
          const body = Buffer.allocUnsafe(Math.min(partBytes, size - index * partBytes));
          await file.read(body, 0, body.length, index * partBytes);
          const { ETag, ChecksumCRC32 } = await this.#told(doing, () => client.send(new sdk.UploadPartCommand({ ...upload, PartNumber: index + 1, Body: body, ChecksumAlgorithm: 'CRC32' })));
          parts[index] = { PartNumber: index + 1, ETag, ChecksumCRC32 };
        });
      }
      await tasks.done();
      const isNew = await this.#unlessTaken(doing, async () => void (await client.send(new sdk.CompleteMultipartUploadCommand({ ...upload, IfNoneMatch: '*', MultipartUpload: { Parts: parts } }))));
      if (!isNew) await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined);
      return isNew;
    } catch (error) {
      await tasks.settled();
      await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
  }

  async #read(key: string, range: string | undefined): Promise<{ readonly content: Buffer; readonly size: number } | undefined> {
    const { sdk, client, bucket } = this.options;
    const doing = `reading ${kindOf(key)}`;
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: this.#key(key), ...(range !== undefined && { Range: range }) }));
        const content = await bodyOf(answer);
        return { content, size: Number(answer.ContentRange?.split('/')[1] ?? content.length) };
      } catch (error) {
        if (isMissing(error)) return undefined;
        // There is the object, but nothing of it from there on.
        if (failureOf(error).status === 416) return { content: Buffer.alloc(0), size: 0 };
        const told = asBrokerError(error, doing);
        if (told.code !== BrokerErrorCode.Unavailable || attempt === mostAttempts) throw told;
        await delay(100 * 2 ** attempt * (0.5 + Math.random()));
      }
    }
  }

  async *#pages(prefix: string, after: string | undefined, limit: number): AsyncGenerator<readonly ObjectInfo[]> {
    const { sdk, client, bucket } = this.options;
    let token: string | undefined;
    do {
      const page = await this.#told('listing', () =>
        client.send(
          new sdk.ListObjectsV2Command({
            Bucket: bucket,
            Prefix: this.#key(prefix),
            MaxKeys: Math.min(1000, limit),
            ...(token !== undefined ? { ContinuationToken: token } : after !== undefined && { StartAfter: this.#key(after) }),
          }),
        ),
      );
      yield (page.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => ({ key: Key.slice(this.options.prefix.length), bytes: Size, modifiedAt: LastModified?.getTime() ?? 0 }));
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  /** 409 says that another write of the key is under way: which of the two wins is known a moment later. */
  async #unlessTaken(doing: string, write: () => Promise<void>): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await write();
        return true;
      } catch (error) {
        const { status } = failureOf(error);
        if (status === 412) return false;
        if (status !== 409 || attempt === mostAttempts) throw asBrokerError(error, doing);
        await delay(100 * 2 ** attempt * (0.5 + Math.random()));
      }
    }
  }

  async #unlessMissing<T>(doing: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw asBrokerError(error, doing);
    }
  }

  async #told<T>(doing: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw asBrokerError(error, doing);
    }
  }

  #key(key: string): string {
    return this.options.prefix + key;
  }
}

/**
 * Sees that the store keeps what is there when a write says so.
 * @throws NOT_SUPPORTED it replaced an object
 */
export async function checkConditionalWrites(store: ObjectStore): Promise<void> {
  const key = `tmp/probe-${Date.now().toString(16)}-${Math.random().toString(16).slice(2)}`;
  const isNew = await store.put(key, [Buffer.from('first')]);
  const isReplaced = isNew && (await store.put(key, [Buffer.from('second')]));
  await store.delete(key);
  if (!isReplaced) return;
  throw new BrokerError(BrokerErrorCode.NotSupported, 'the store replaces objects although it is told not to (If-None-Match); parts would not be safe there, use another one');
}

async function bodyOf({ Body }: GetObjectCommandOutput): Promise<Buffer> {
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** More than a manifest of a part of 400 GB takes. */
const partBytes = 16 * 1024 * 1024;
const partsAtOnce = 3;
const mostAttempts = 5;

/** Messages go to people, and a key is nothing to them. */
function kindOf(key: string): string {
  const [folder] = key.split('/');
  return folder === 'packs' ? 'a pack' : folder === 'parts' || folder === 'deleted' ? 'a manifest' : 'an object of the repository';
}
