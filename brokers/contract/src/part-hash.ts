import { createHash } from 'node:crypto';
import type { ChunkReference } from './copy-repository-broker.js';

/**
 * Computes {@link StoredPart.hash} chunk by chunk: SHA-256 over the part's chunk list, where each chunk counts with the
 * 32 bytes of its hash followed by its length as eight bytes, big-endian. The hash of an empty list is that of no bytes.
 *
 * Every repository computes it this way, so a sender and a receiver can compare a part without reading it again.
 *
 * @example
 * const hash = new PartHash();
 * for (const chunk of chunks) hash.add(chunk);
 * hash.digest(); // 'sha256:9f86…'
 */
export class PartHash {
  readonly #hash = createHash('sha256');

  add(chunk: ChunkReference): this {
    const entry = Buffer.alloc(40);
    entry.write(chunk.hash, 0, 32, 'hex');
    entry.writeBigUInt64BE(BigInt(chunk.bytes), 32);
    this.#hash.update(entry);
    return this;
  }

  /** `sha256:<64 hex digits>`. Ends the computation: call it once. */
  digest(): string {
    return `sha256:${this.#hash.digest('hex')}`;
  }
}
