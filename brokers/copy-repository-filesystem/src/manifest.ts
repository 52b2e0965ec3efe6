import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { BrokerError, BrokerErrorCode, ChunkListHash, chunkRecordBytes, decodeChunkRecords, type ChunkReference, type PartInfo, type PartKey, type PartMetadata } from '@ocopea/broker-contract';

/** What a manifest says of its part after the chunk list. */
export interface ManifestSummary {
  readonly partId: string;
  readonly metadata: PartMetadata;
  readonly logicalBytes: number;
  readonly storedBytes: number;
  readonly chunks: number;
  /** `sha256:<hex>` over the chunk list. It also guards the list against damage, as the footer guards the summary. */
  readonly hash: string;
}

/** What every manifest begins with: "OCPM", the version, three zero bytes. */
export const manifestHead = Buffer.from([0x4f, 0x43, 0x50, 0x4d, 1, 0, 0, 0]);

const footerMagic = Buffer.from('MPCO', 'latin1');
/** SHA-256 of the summary, its length, the closing magic. */
const footerBytes = 32 + 4 + 4;
const maxSummaryBytes = 64 * 1024;
const pageBytes = 4096 * chunkRecordBytes;

/** What follows the chunk list: the summary as JSON, and the footer that tells whether it is whole. */
export function encodeManifestTail(summary: ManifestSummary): Buffer {
  const json = Buffer.from(JSON.stringify(summary));
  const footer = Buffer.alloc(footerBytes);
  createHash('sha256').update(json).digest().copy(footer);
  footer.writeUInt32BE(json.length, 32);
  footerMagic.copy(footer, 36);
  return Buffer.concat([json, footer]);
}

export interface ManifestChunk extends ChunkReference {
  /** Place in the part, from 0. */
  readonly index: number;
  /** Where the chunk begins in the part, in bytes. */
  readonly offset: number;
}

/** A published manifest, opened. Reading it never holds more than a page of the chunk list. Close it. */
export class ManifestFile {
  private constructor(
    private readonly handle: FileHandle,
    readonly key: PartKey,
    readonly summary: ManifestSummary,
    /** Of the manifest itself. */
    readonly fileBytes: number,
  ) {}

  /**
   * Opens and checks the summary; the list is checked by {@link verify}.
   * @throws ENOENT when there is none; CORRUPT_DATA
   */
  static async open(path: string, key: PartKey): Promise<ManifestFile> {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      return new ManifestFile(handle, key, await readSummary(handle, size, key), size);
    } catch (error) {
      await handle.close();
      throw error;
    }
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

  close(): Promise<void> {
    return this.handle.close();
  }

  async *#records(): AsyncGenerator<Buffer> {
    const end = manifestHead.length + this.summary.chunks * chunkRecordBytes;
    for (let at = manifestHead.length; at < end; ) {
      const page = await readExactly(this.handle, at, Math.min(pageBytes, end - at));
      if (page === undefined) throw corrupt(this.key, 'its manifest is cut short');
      yield page;
      at += page.length;
    }
  }
}

async function readSummary(handle: FileHandle, size: number, key: PartKey): Promise<ManifestSummary> {
  const head = await readExactly(handle, 0, manifestHead.length);
  const footer = size < manifestHead.length + footerBytes ? undefined : await readExactly(handle, size - footerBytes, footerBytes);
  if (head === undefined || footer === undefined || !head.equals(manifestHead) || !footer.subarray(36).equals(footerMagic)) {
    throw corrupt(key, 'its manifest is cut short or none');
  }
  const summaryBytes = footer.readUInt32BE(32);
  const start = size - footerBytes - summaryBytes;
  const json = summaryBytes > maxSummaryBytes || start < manifestHead.length ? undefined : await readExactly(handle, start, summaryBytes);
  if (json === undefined || !createHash('sha256').update(json).digest().equals(footer.subarray(0, 32))) {
    throw corrupt(key, 'the summary in its manifest is damaged');
  }
  const summary = JSON.parse(json.toString('utf8')) as ManifestSummary & { metadata: { createdAt: string } };
  if (start !== manifestHead.length + summary.chunks * chunkRecordBytes || summary.partId !== key.partId) {
    throw corrupt(key, 'its manifest belongs to something else');
  }
  return { ...summary, metadata: { ...summary.metadata, createdAt: new Date(summary.metadata.createdAt) } };
}

async function readExactly(handle: FileHandle, position: number, bytes: number): Promise<Buffer | undefined> {
  const buffer = Buffer.allocUnsafe(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, position);
  return bytesRead === bytes ? buffer : undefined;
}

function corrupt(key: PartKey, what: string): BrokerError {
  return new BrokerError(BrokerErrorCode.CorruptData, `part "${key.partId}" in repository "${key.repositoryId}" is damaged: ${what}; restore from another copy and delete this one`);
}
