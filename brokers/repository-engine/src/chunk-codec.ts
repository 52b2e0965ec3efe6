import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { decompressZstd, loadZstdCompress } from './zstd.js';

/** How a chunk's content is kept. The numbers are part of the repository format. */
export const ChunkCodec = { None: 0, Gzip: 1, Zstd: 2 } as const;
export type ChunkCodec = (typeof ChunkCodec)[keyof typeof ChunkCodec];

/** No chunk is larger, so that a damaged length cannot make a reader take all memory. */
export const maxChunkBytes = 16 * 1024 * 1024;

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** SHA-256 in hexadecimal. */
export function chunkHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export interface EncodeOptions {
  /** Tries a sample first, so that a stream of random bytes costs next to nothing. @default false */
  readonly sampleFirst?: boolean;
  /** false: as on a machine that has none. @default true */
  readonly zstd?: boolean;
}

/** A chunk compressed, where that pays. The answer may be `raw` itself. */
export async function encodeChunk(raw: Buffer, options: EncodeOptions = {}): Promise<{ readonly codec: ChunkCodec; readonly content: Buffer }> {
  const zstd = options.zstd === false ? undefined : loadZstdCompress();
  const compress = zstd ?? ((bytes: Buffer) => gzipAsync(bytes, { level: 1 }));
  if (options.sampleFirst === true && !pays(await compress(sampleOf(raw)), sampleOf(raw))) return { codec: ChunkCodec.None, content: raw };
  const content = await compress(raw);
  return pays(content, raw) ? { codec: zstd ? ChunkCodec.Zstd : ChunkCodec.Gzip, content } : { codec: ChunkCodec.None, content: raw };
}

/** Compression that saves less is not worth the time of every later read. */
function pays(compressed: Buffer, raw: Buffer): boolean {
  return compressed.length <= raw.length * 0.95;
}

const sampleBytes = 32 * 1024;

function sampleOf(raw: Buffer): Buffer {
  const start = Math.max(0, Math.floor((raw.length - sampleBytes) / 2));
  return raw.subarray(start, start + sampleBytes);
}

/** The chunk, checked against its hash, or a sentence saying what is wrong with it. */
export async function decodeChunk(codec: number, content: Buffer, { hash, bytes }: { readonly hash: string; readonly bytes: number }): Promise<Buffer | string> {
  let raw: Buffer | undefined;
  try {
    raw = await decompress(codec, content, bytes);
  } catch {
    return 'it cannot be decompressed';
  }
  if (raw === undefined) return `its codec ${codec} is unknown`;
  if (raw.length !== bytes) return `it holds ${raw.length} bytes instead of ${bytes}`;
  return chunkHash(raw) === hash ? raw : 'its content has another hash';
}

async function decompress(codec: number, content: Buffer, bytes: number): Promise<Buffer | undefined> {
  switch (codec) {
    case ChunkCodec.None:
      return content;
    case ChunkCodec.Gzip:
      return await gunzipAsync(content, { maxOutputLength: Math.max(1, bytes) });
    case ChunkCodec.Zstd:
      return await decompressZstd(content, bytes);
    default:
      return undefined;
  }
}
