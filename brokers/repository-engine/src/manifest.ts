import { createHash } from 'node:crypto';
import { BrokerError, BrokerErrorCode, ChunkListHash, chunkRecordBytes, decodeChunkRecords, type ChunkReference, type PartInfo, type PartKey, type PartMetadata } from '@ocopea/broker-contract';
import type { ObjectStore } from './object-store.js';
import type { RepositoryCipher } from './repository-cipher.js';
import { openSealed, seal } from './content-seal.js';

/** What a manifest says of its part after the chunk list. */
export interface ManifestSummary {
  readonly partId: string;
  readonly metadata: PartMetadata;
  readonly logicalBytes: number;
  readonly storedBytes: number;
  readonly chunks: number;
  /** `sha256:<hex>` over the chunk list. It also guards the list against damage, as the footer guards the summary. */
  readonly hash: string;
  /** Of the one writing: tells a publication whose answer was lost from that of another. */
  readonly writer: string;
}

/** What every manifest begins with: "OCPM", the version, three zero bytes. */
export const manifestHead = Buffer.from([0x4f, 0x43, 0x50, 0x4d, 2, 0, 0, 0]);

const footerMagic = Buffer.from('MPCO', 'latin1');
/** SHA-256 of the summary as it lies there, its length, the key it is sealed with, the closing magic. */
const footerBytes = 32 + 4 + 2 + 4;
const maxSummaryBytes = 64 * 1024;
/** What most tails fit in. */
const usualTailBytes = 4096;
const pageBytes = 4096 * chunkRecordBytes;

/** What follows the chunk list: the summary, sealed JSON, and the footer that tells whether it is whole. */
export function encodeManifestTail(summary: ManifestSummary, { sealKey }: RepositoryCipher): Buffer {
  const sealed = seal(sealKey, Buffer.from(JSON.stringify(summary)), summaryBinding(summary.partId));
  const footer = Buffer.alloc(footerBytes);
  createHash('sha256').update(sealed).digest().copy(footer);
  footer.writeUInt32BE(sealed.length, 32);
  footer.writeUInt16BE(sealKey.id, 36);
  footerMagic.copy(footer, 38);
  return Buffer.concat([sealed, footer]);
}

function summaryBinding(partId: string): Buffer {
  return Buffer.from(`part:${partId}`);
}

export interface ManifestChunk extends ChunkReference {
  /** Place in the part, from 0. */
  readonly index: number;
  /** Where the chunk begins in the part, in bytes. */
  readonly offset: number;
}

export interface ManifestSource {
  readonly store: ObjectStore;
  readonly cipher: RepositoryCipher;
}

/** A published manifest. Reading it never holds more than a page of the chunk list. */
export class Manifest {
  private constructor(
    private readonly source: ManifestSource,
    private readonly objectKey: string,
    readonly key: PartKey,
    readonly summary: ManifestSummary,
  ) {}

  /**
   * Reads and checks the summary; the list is checked by {@link verify}.
   * @returns `undefined` when there is none. @throws CORRUPT_DATA
   */
  static async open(source: ManifestSource, objectKey: string, key: PartKey): Promise<Manifest | undefined> {
    const summary = await readSummary(source, objectKey, key);
    return summary && new Manifest(source, objectKey, key, summary);
  }

  get info(): PartInfo {
    const { metadata, logicalBytes, storedBytes, hash } = this.summary;
    return { ...this.key, metadata, logicalBytes, storedBytes, hash };
  }

  /** Reads the whole list once, so that no damaged entry is ever acted upon. @throws CORRUPT_DATA */
  async verify(): Promise<void> {
    const hash = new ChunkListHash();
    for await (const records of this.#records()) hash.update(records);
    if (hash.digest() !== this.summary.hash) throw corrupt(this.key, 'its chunk list has another hash');
  }

  /** The chunks that cover the part from byte `from` on, in order. */
  async *chunks(from = 0): AsyncGenerator<ManifestChunk> {
    let index = 0;
    let offset = 0;
    for await (const records of this.#records()) {
      for (const { hash, bytes } of decodeChunkRecords(records)) {
        if (offset + bytes > from) yield { hash, bytes, index, offset };
        index += 1;
        offset += bytes;
      }
    }
  }

  /** The chunk list in pages of at most 4,096. */
  async *pages(): AsyncGenerator<readonly ChunkReference[]> {
    for await (const records of this.#records()) yield decodeChunkRecords(records);
  }

  async *#records(): AsyncGenerator<Buffer> {
    const end = manifestHead.length + this.summary.chunks * chunkRecordBytes;
    for (let at = manifestHead.length; at < end; ) {
      const bytes = Math.min(pageBytes, end - at);
      const page = await this.source.store.get(this.objectKey, { offset: at, bytes });
      if (page === undefined) throw new BrokerError(BrokerErrorCode.NotFound, `part "${this.key.partId}" was deleted from repository "${this.key.repositoryId}" while it was read`);
      if (page.length < bytes) throw corrupt(this.key, 'its manifest is cut short');
      yield this.source.cipher.toHashes(page);
      at += bytes;
    }
  }
}

/**
 * The records in a manifest as they lie there, with names. Damage is not noticed, and what follows the records is taken for
 * some: as names they match no chunk.
 */
export async function* manifestRecords(store: ObjectStore, objectKey: string): AsyncGenerator<Buffer> {
  for (let at = manifestHead.length; ; at += pageBytes) {
    const page = await store.get(objectKey, { offset: at, bytes: pageBytes });
    if (page === undefined) return;
    const whole = page.length - (page.length % chunkRecordBytes);
    if (whole > 0) yield page.subarray(0, whole);
    if (page.length < pageBytes) return;
  }
}

async function readSummary({ store, cipher }: ManifestSource, objectKey: string, key: PartKey): Promise<ManifestSummary | undefined> {
  let tail = await store.tail(objectKey, usualTailBytes);
  if (tail === undefined) return undefined;
  const { size } = tail;
  const footer = tail.content.subarray(-footerBytes);
  if (size < manifestHead.length + footerBytes || !footer.subarray(38).equals(footerMagic)) throw corrupt(key, 'its manifest is cut short or none');
  const sealedBytes = footer.readUInt32BE(32);
  const start = size - footerBytes - sealedBytes;
  if (sealedBytes > maxSummaryBytes || start < manifestHead.length) throw corrupt(key, 'the summary in its manifest is damaged');
  if (sealedBytes + footerBytes > tail.content.length) tail = await store.tail(objectKey, sealedBytes + footerBytes);
  const head = await store.get(objectKey, { offset: 0, bytes: manifestHead.length });
  if (tail === undefined || head === undefined) return undefined;
  if (!head.equals(manifestHead)) throw corrupt(key, 'its manifest is cut short or none');
  const sealed = tail.content.subarray(-footerBytes - sealedBytes, -footerBytes);
  const sealKey = cipher.unsealKey(footer.readUInt16BE(36));
  const isWhole = createHash('sha256').update(sealed).digest().equals(footer.subarray(0, 32));
  const json = sealKey && isWhole ? openSealed(sealKey, sealed, summaryBinding(key.partId)) : undefined;
  if (json === undefined) throw corrupt(key, 'the summary in its manifest is damaged');
  const summary = JSON.parse(json.toString('utf8')) as ManifestSummary & { metadata: { createdAt: string } };
  if (start !== manifestHead.length + summary.chunks * chunkRecordBytes || summary.partId !== key.partId) {
    throw corrupt(key, 'its manifest belongs to something else');
  }
  return { ...summary, metadata: { ...summary.metadata, createdAt: new Date(summary.metadata.createdAt) } };
}

function corrupt(key: PartKey, what: string): BrokerError {
  return new BrokerError(BrokerErrorCode.CorruptData, `part "${key.partId}" in repository "${key.repositoryId}" is damaged: ${what}; restore from another copy and delete this one`);
}
