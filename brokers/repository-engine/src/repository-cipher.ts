import { createCipheriv, createDecipheriv } from 'node:crypto';
import { chunkRecordBytes } from '@ocopea/broker-contract';
import { noSealKey, type SealKey } from './content-seal.js';

/** What a repository's chunks are named with and its contents sealed with. One per opened repository. */
export interface RepositoryCipher {
  /** What to seal with now. */
  readonly sealKey: SealKey;
  /** What was sealed under this id opens with it. @returns `undefined` when there is no such key */
  unsealKey(keyId: number): SealKey | undefined;
  /** The name a chunk has in the store, 64 hex digits, from the hash of its content. */
  name(hash: string): string;
  /** Chunk records (`chunkRecordBytes`) with names instead of hashes. */
  toNames(records: Buffer): Buffer;
  /** The reverse of {@link toNames}. */
  toHashes(records: Buffer): Buffer;
}

/** Names are hashes, and contents are not encrypted. */
export const plainCipher: RepositoryCipher = {
  sealKey: noSealKey,
  unsealKey: (keyId) => (keyId === noSealKey.id ? noSealKey : undefined),
  name: (hash) => hash,
  toNames: (records) => records,
  toHashes: (records) => records,
};

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
 * Names are hashes put through AES-256 under a key of their own, block by block: a keyed permutation of the two halves. As
 * with a keyed hash, who has no key cannot tell whether some content is there; unlike with one, who has the key gets a
 * page of names back to hashes at gigabytes per second, so that lists need not be kept twice. Halves of SHA-256 values do
 * not repeat, so the weakness of block-by-block encryption, that equal blocks show, has nothing to show.
 */
export class EncryptingCipher implements RepositoryCipher {
  readonly #sealKeys: ReadonlyMap<number, SealKey>;
  readonly sealKey: SealKey;

  constructor(private readonly keys: RepositoryKeys) {
    // In memory of their own: a thread is given all of the memory that a view is part of.
    this.#sealKeys = new Map([...keys.dataKeys].map(([id, secret]) => [id, { id, secret: Uint8Array.from(secret) }]));
    this.sealKey = this.#sealKeys.get(keys.current)!;
  }

  unsealKey(keyId: number): SealKey | undefined {
    return this.#sealKeys.get(keyId);
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

const hashBytes = 32;
