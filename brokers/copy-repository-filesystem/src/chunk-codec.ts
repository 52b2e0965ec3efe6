import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { crc32, gunzip, gzip } from 'node:zlib';
import { decompressZstd, loadZstdCompress } from './zstd.js';

/** How a chunk's content is kept. The numbers are part of the repository format. */
export const ChunkCodec = { None: 0, Gzip: 1, Zstd: 2 } as const;
export type ChunkCodec = (typeof ChunkCodec)[keyof typeof ChunkCodec];

/** No chunk is larger, so that a damaged length cannot make a reader take all memory. */
export const maxChunkBytes = 16 * 1024 * 1024;

/** Bytes before the content of a chunk file as this version writes them; readers go by the length the header gives. */
export const chunkHeaderBytes = 20;

/** The checksum covers the content as it is stored, then the header up to here. */
const checksumAt = 16;

const magic = 0x4f43_504b; // "OCPK"
const version = 1;
const cipherNone = 0;

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

export interface ChunkHeader {
  readonly codec: ChunkCodec;
  readonly rawBytes: number;
  readonly storedBytes: number;
  readonly headerBytes: number;
}

/** SHA-256 in hexadecimal. On the calling thread: with SHA instructions it is faster than the way to the pool and back. */
export function chunkHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Turns chunks into the content of chunk files. Keep one per stream: after a chunk that did not compress it tries a
 * sample first, so that a stream of random bytes costs next to nothing.
 */
export class ChunkEncoder {
  #lastStayedRaw = false;

  /** @param options.zstd false: as on a machine that has none. @default true */
  constructor(private readonly options: { readonly zstd?: boolean } = {}) {}

  async encode(raw: Buffer): Promise<readonly [header: Buffer, content: Buffer]> {
    const zstd = this.options.zstd === false ? undefined : await loadZstdCompress();
    const compress = zstd ?? ((bytes: Buffer) => gzipAsync(bytes, { level: 1 }));
    const worthwhile = !this.#lastStayedRaw || (await compress(sampleOf(raw))).length < raw.length * keepAtMost * sampleShare(raw);
    const compressed = worthwhile ? await compress(raw) : undefined;
    this.#lastStayedRaw = compressed === undefined || compressed.length > raw.length * keepAtMost;
    if (compressed === undefined || this.#lastStayedRaw) return [header(ChunkCodec.None, raw.length, raw), raw];
    return [header(zstd ? ChunkCodec.Zstd : ChunkCodec.Gzip, raw.length, compressed), compressed];
  }
}

/** Compression that saves less than this is not worth the time of every later read. */
const keepAtMost = 0.95;
const sampleBytes = 32 * 1024;

function sampleOf(raw: Buffer): Buffer {
  const start = Math.max(0, Math.floor((raw.length - sampleBytes) / 2));
  return raw.subarray(start, start + sampleBytes);
}

function sampleShare(raw: Buffer): number {
  return Math.min(1, sampleBytes / Math.max(1, raw.length));
}

function header(codec: ChunkCodec, rawBytes: number, content: Buffer): Buffer {
  const bytes = Buffer.alloc(chunkHeaderBytes);
  bytes.writeUInt32BE(magic, 0);
  bytes.writeUInt8(version, 4);
  bytes.writeUInt8(chunkHeaderBytes, 5);
  bytes.writeUInt8(codec, 6);
  bytes.writeUInt8(cipherNone, 7);
  bytes.writeUInt32BE(rawBytes, 8);
  bytes.writeUInt32BE(content.length, 12);
  bytes.writeUInt32BE(checksum(bytes, content), checksumAt);
  return bytes;
}

/**
 * Of the file as it lies there. The hash alone would let pass what decompresses to the same, and this tells damage
 * without decompressing.
 */
function checksum(header: Buffer, content: Buffer): number {
  // The header last: zlib starts anew when it is given no bytes, as the content of an empty chunk would be.
  return crc32(header.subarray(0, checksumAt), crc32(content));
}

/** The header, or a sentence saying why this is none. */
export function parseChunkHeader(file: Buffer, fileBytes: number): ChunkHeader | string {
  if (file.length < chunkHeaderBytes || file.readUInt32BE(0) !== magic) return 'it is no chunk file';
  if (file.readUInt8(4) !== version) return `it has format version ${file.readUInt8(4)}, known is ${version}`;
  const headerBytes = file.readUInt8(5);
  const codec = file.readUInt8(6);
  const rawBytes = file.readUInt32BE(8);
  const storedBytes = file.readUInt32BE(12);
  if (codec !== ChunkCodec.None && codec !== ChunkCodec.Gzip && codec !== ChunkCodec.Zstd) return `its codec ${codec} is unknown`;
  if (file.readUInt8(7) !== cipherNone) return `its cipher ${file.readUInt8(7)} is unknown`;
  if (rawBytes > maxChunkBytes) return `it claims ${rawBytes} bytes, at most ${maxChunkBytes} are allowed`;
  if (headerBytes < chunkHeaderBytes || headerBytes + storedBytes !== fileBytes) return `it has ${fileBytes} bytes instead of ${headerBytes + storedBytes}`;
  return { codec, rawBytes, storedBytes, headerBytes };
}

/** Length of the whole file as far as its beginning tells: infinite while that is too short. */
export function claimedFileBytes(file: Buffer): number {
  return file.length < chunkHeaderBytes ? Infinity : file.readUInt8(5) + file.readUInt32BE(12);
}

/** The content of a chunk file, checked against `hash`, or a sentence saying what is wrong with it. */
export async function decodeChunk(file: Buffer, hash: string): Promise<Buffer | string> {
  const header = parseChunkHeader(file, file.length);
  if (typeof header === 'string') return header;
  const content = file.subarray(header.headerBytes);
  if (checksum(file, content) !== file.readUInt32BE(checksumAt)) return 'its checksum is wrong';
  let raw: Buffer;
  try {
    raw = await decompress(header, content);
  } catch {
    return 'it cannot be decompressed';
  }
  if (raw.length !== header.rawBytes) return `it holds ${raw.length} bytes instead of ${header.rawBytes}`;
  return chunkHash(raw) === hash ? raw : 'its content has another hash';
}

async function decompress(header: ChunkHeader, content: Buffer): Promise<Buffer> {
  switch (header.codec) {
    case ChunkCodec.None:
      return content;
    case ChunkCodec.Gzip:
      return await gunzipAsync(content, { maxOutputLength: Math.max(1, header.rawBytes) });
    case ChunkCodec.Zstd:
      return await decompressZstd(content, header.rawBytes);
  }
}
