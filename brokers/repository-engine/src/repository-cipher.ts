import { createCipheriv, createDecipheriv, randomBytes, webcrypto } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { chunkRecordBytes } from '@ocopea/broker-contract';

/** What turns chunks and texts into what lies in the store, and back. One per opened repository. */
export interface RepositoryCipher {
  /** Goes with what is sealed now; 0 where nothing is encrypted. */
  readonly keyId: number;
  /** The name a chunk has in the store, 64 hex digits, from the hash of its content. */
  name(hash: string): string;
  /** Chunk records (`chunkRecordBytes`) with names instead of hashes. */
  toNames(records: Buffer): Buffer;
  /** The reverse of {@link toNames}. */
  toHashes(records: Buffer): Buffer;
  /** @param bound what the content is bound to: it opens with the same only */
  seal(content: Uint8Array, bound: Uint8Array): Promise<readonly Uint8Array[]>;
  /** @returns `undefined` when it was changed, or is bound to something else. @throws nothing else but defects */
  open(keyId: number, sealed: Uint8Array, bound: Uint8Array): Promise<Buffer | undefined>;
}

/** Names are hashes, and contents have a checksum (CRC-32, over what they are bound to as well) before them. */
export const plainCipher: RepositoryCipher = {
  keyId: 0,
  name: (hash) => hash,
  toNames: (records) => records,
  toHashes: (records) => records,
  async seal(content, bound) {
    return [checksum(content, bound), content];
  },
  async open(keyId, sealed, bound) {
    if (keyId !== 0 || sealed.length < checksumBytes) return undefined;
    const content = Buffer.from(sealed.buffer, sealed.byteOffset + checksumBytes, sealed.byteLength - checksumBytes);
    return checksum(content, bound).equals(sealed.subarray(0, checksumBytes)) ? content : undefined;
  },
};

const checksumBytes = 4;

function checksum(content: Uint8Array, bound: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(checksumBytes);
  // What it is bound to last: zlib starts anew when it is given no bytes, as an empty content would be.
  bytes.writeUInt32BE(crc32(bound, crc32(content)));
  return bytes;
}

/** The keys of one repository, in the clear: in memory only. */
export interface RepositoryKeys {
  /** What chunks are named with; never changes, or nothing would be found again. */
  readonly nameKey: Buffer;
  /** Data keys by id, each 32 bytes. */
  readonly dataKeys: ReadonlyMap<number, Buffer>;
  /** The id of the one to seal with. */
  readonly current: number;
}

/**
 * AES-256-GCM with a random nonce before the content and the tag behind it, in the thread pool.
 *
 * Names are hashes put through AES-256 under a key of their own, block by block: a keyed permutation of the two halves. As
 * with a keyed hash, who has no key cannot tell whether some content is there; unlike with one, who has the key gets a
 * page of names back to hashes at gigabytes per second, so that lists need not be kept twice. Halves of SHA-256 values do
 * not repeat, so the weakness of block-by-block encryption, that equal blocks show, has nothing to show.
 */
export class EncryptingCipher implements RepositoryCipher {
  readonly #imported = new Map<number, Promise<webcrypto.CryptoKey>>();

  constructor(private readonly keys: RepositoryKeys) {}

  get keyId(): number {
    return this.keys.current;
  }

  name(hash: string): string {
    return this.#permute(Buffer.from(hash, 'hex'), true).toString('hex');
  }

  toNames(records: Buffer): Buffer {
    return this.#permuteRecords(records, true);
  }

  toHashes(records: Buffer): Buffer {
    return this.#permuteRecords(records, false);
  }

  async seal(content: Uint8Array, bound: Uint8Array): Promise<readonly Uint8Array[]> {
    const iv = randomBytes(nonceBytes);
    const key = await this.#key(this.keys.current)!;
    return [iv, new Uint8Array(await webcrypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bound }, key, content))];
  }

  async open(keyId: number, sealed: Uint8Array, bound: Uint8Array): Promise<Buffer | undefined> {
    const key = await this.#key(keyId);
    if (key === undefined || sealed.length < nonceBytes + tagBytes) return undefined;
    try {
      return Buffer.from(await webcrypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.subarray(0, nonceBytes), additionalData: bound }, key, sealed.subarray(nonceBytes)));
    } catch {
      // The one thing that can go wrong here: it is not authentic.
      return undefined;
    }
  }

  #key(keyId: number): Promise<webcrypto.CryptoKey> | undefined {
    const known = this.#imported.get(keyId);
    const bytes = this.keys.dataKeys.get(keyId);
    if (known !== undefined || bytes === undefined) return known;
    const key = webcrypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
    this.#imported.set(keyId, key);
    return key;
  }

  #permuteRecords(records: Buffer, isForth: boolean): Buffer {
    const count = Math.floor(records.length / chunkRecordBytes);
    const hashes = Buffer.allocUnsafe(count * hashBytes);
    for (let index = 0; index < count; index++) records.copy(hashes, index * hashBytes, index * chunkRecordBytes, index * chunkRecordBytes + hashBytes);
    const permuted = this.#permute(hashes, isForth);
    const result = Buffer.from(records);
    for (let index = 0; index < count; index++) permuted.copy(result, index * chunkRecordBytes, index * hashBytes, (index + 1) * hashBytes);
    return result;
  }

  #permute(hashes: Buffer, isForth: boolean): Buffer {
    const cipher = isForth ? createCipheriv('aes-256-ecb', this.keys.nameKey, null) : createDecipheriv('aes-256-ecb', this.keys.nameKey, null);
    return cipher.setAutoPadding(false).update(hashes);
  }
}

const nonceBytes = 12;
const tagBytes = 16;
const hashBytes = 32;
