import { createHash } from 'node:crypto';
import type { ChunkReference } from './copy-repository-broker.js';

/** Bytes of one record of a chunk list: the SHA-256 (32 bytes), then the chunk's length (4 bytes, unsigned, big-endian). */
export const chunkRecordBytes = 36;

/** The records of some chunks, one after the other: the form in which a chunk list is hashed, kept and sent. */
export function encodeChunkRecords(chunks: readonly ChunkReference[]): Buffer {
  const records = Buffer.allocUnsafe(chunks.length * chunkRecordBytes);
  chunks.forEach(({ hash, bytes }, index) => {
    records.write(hash, index * chunkRecordBytes, 32, 'hex');
    records.writeUInt32BE(bytes, index * chunkRecordBytes + 32);
  });
  return records;
}

/** The reverse of {@link encodeChunkRecords}. Bytes after the last whole record are ignored. */
export function decodeChunkRecords(records: Uint8Array): ChunkReference[] {
  const buffer = Buffer.from(records.buffer, records.byteOffset, records.byteLength);
  return Array.from({ length: Math.floor(buffer.length / chunkRecordBytes) }, (_, index) => {
    const at = index * chunkRecordBytes;
    return { hash: buffer.toString('hex', at, at + 32), bytes: buffer.readUInt32BE(at + 32) };
  });
}

/**
 * The hash of a part: `sha256:` and 64 hex digits, SHA-256 over the records of its chunks in order. Every repository that
 * keeps chunks computes it so, therefore the same content in the same chunks has the same hash anywhere.
 *
 * @example
 * const hash = new ChunkListHash();
 * for await (const page of broker.chunks.listChunks(key)) hash.update(encodeChunkRecords(page));
 * hash.digest() === (await broker.getPart(key)).hash; // true
 */
export class ChunkListHash {
  readonly #hash = createHash('sha256');

  update(records: Uint8Array): this {
    this.#hash.update(records);
    return this;
  }

  digest(): string {
    return `sha256:${this.#hash.digest('hex')}`;
  }
}
