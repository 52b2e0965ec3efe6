import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { decompress as decompressInJavaScript } from 'fzstd';

type Compress = (bytes: Buffer) => Promise<Buffer>;
type Decompress = (frame: Buffer, rawBytes: number) => Promise<Buffer>;

const level = 1;

/**
 * Native zstd compression at level 1 in the thread pool, or `undefined` when this machine has none. Loaded at first use. The package's comes first: it is faster
 * than Node's and takes less memory.
 */
export function loadZstdCompress(): Compress | undefined {
  compressor ??= { compress: packageZstd()?.compress ?? nodeZstd()?.compress };
  return compressor.compress;
}

/**
 * Decompresses one frame. Native code where there is some, else JavaScript, which is slower but always there.
 * @throws when the frame is damaged, or says itself that it holds another number of bytes
 */
export async function decompressZstd(frame: Buffer, rawBytes: number): Promise<Buffer> {
  checkContentBytes(frame, rawBytes);
  decompressor ??= packageZstd()?.decompress ?? nodeZstd()?.decompress ?? decompressZstdInJavaScript;
  return await decompressor(frame, rawBytes);
}

/** The fallback of {@link decompressZstd}, exported so that a test can hold it against the native one. */
export async function decompressZstdInJavaScript(frame: Buffer, rawBytes: number): Promise<Buffer> {
  return Buffer.from(decompressInJavaScript(frame, new Uint8Array(rawBytes)));
}

let compressor: { readonly compress: Compress | undefined } | undefined;
let decompressor: Decompress | undefined;

interface Zstd {
  readonly compress: Compress;
  readonly decompress: Decompress;
}

/** Node's own, from 22.15, for platforms that the package has no binary for. Its types come with a later @types/node than the oldest Node supported here. */
function nodeZstd(): Zstd | undefined {
  const node = zlib as unknown as {
    zstdCompress?: (bytes: Buffer, options: object, done: (error: Error | null, result: Buffer) => void) => void;
    zstdDecompress?: (bytes: Buffer, options: object, done: (error: Error | null, result: Buffer) => void) => void;
    constants: { ZSTD_c_compressionLevel?: number };
  };
  if (!node.zstdCompress || !node.zstdDecompress || node.constants.ZSTD_c_compressionLevel === undefined) return undefined;
  const compress = promisify(node.zstdCompress) as (bytes: Buffer, options: object) => Promise<Buffer>;
  const decompress = promisify(node.zstdDecompress) as (bytes: Buffer, options: object) => Promise<Buffer>;
  const params = { [node.constants.ZSTD_c_compressionLevel]: level };
  return {
    // Room for all of the answer at once: by default it comes in pieces of 16 KiB, which takes twice the time.
    compress: (bytes) => compress(bytes, { params, pledgedSrcSize: bytes.length, chunkSize: roomFor(bytes.length) }),
    decompress: (frame, rawBytes) => decompress(frame, { maxOutputLength: Math.max(1, rawBytes), chunkSize: roomFor(rawBytes) }),
  };
}

function roomFor(bytes: number): number {
  return Math.max(leastChunkSize, bytes + 1);
}

/** Node takes no less. */
const leastChunkSize = 64;

/** The bindings themselves: the package's front door drops the level. Platforms without a binary throw on loading. */
function packageZstd(): Zstd | undefined {
  try {
    const bindings = createRequire(import.meta.url)('@mongodb-js/zstd/bindings') as {
      compress(bytes: Buffer, level: number): Promise<Buffer>;
      decompress(frame: Buffer): Promise<Buffer>;
    };
    return { compress: (bytes) => bindings.compress(bytes, level), decompress: (frame) => bindings.decompress(frame) };
  } catch {
    return undefined;
  }
}

/**
 * Decoders make room for the size a frame claims, so a damaged one could ask for gigabytes (RFC 8878, 3.1.1.1: flags in
 * the descriptor say in how many bytes the size is written). The package's encoder writes none, Node's does.
 */
function checkContentBytes(frame: Buffer, rawBytes: number): void {
  const claimed = claimedBytes(frame);
  if (claimed !== undefined && claimed !== rawBytes) throw new RangeError(`the zstd frame says ${claimed} bytes instead of ${rawBytes}`);
}

function claimedBytes(frame: Buffer): number | undefined {
  if (frame.length < 6) throw new RangeError('the zstd frame is cut short');
  const descriptor = frame.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? frame.readUInt8(at) : undefined;
    case 1:
      return frame.readUInt16LE(at) + 256;
    case 2:
      return frame.readUInt32LE(at);
    default:
      return Number(frame.readBigUInt64LE(at));
  }
}
