import { isWorkerThread, move } from 'piscina';
import { chunkHash, ChunkCodec, decodeChunk, encodeChunk } from './chunk-codec.js';
import { sealInto, unseal, type SealKey } from './content-seal.js';
import { chunkBinding, type ChunkLocation } from './pack-format.js';

/**
 * The work on the bytes of single chunks that keeps a processor busy. Runs in threads of its own, see `ChunkThreads`, so it
 * takes and gives plain data; what it writes goes into memory that it is given.
 */

export interface HashWork {
  readonly raw: Uint8Array;
}

/** SHA-256 in hexadecimal. */
export function hash({ raw }: HashWork): string {
  return chunkHash(raw);
}

export interface SealWork {
  readonly raw: Uint8Array;
  readonly name: string;
  readonly key: SealKey;
  /** The last one of this stream did not compress. */
  readonly sampleFirst: boolean;
  /** Has room for `raw` and `mostSealBytes`. */
  readonly into: Uint8Array;
}

export interface SealedChunk {
  readonly codec: ChunkCodec;
  /** Bytes of `into` that are the sealed content. */
  readonly storedBytes: number;
}

/** Compresses and seals. */
export async function seal({ raw, name, key, sampleFirst, into }: SealWork): Promise<SealedChunk> {
  const { codec, content } = await encodeChunk(asBuffer(raw), { sampleFirst });
  return { codec, storedBytes: sealInto(into, key, content, chunkBinding({ name, bytes: raw.length, keyId: key.id, codec })) };
}

export interface UnsealWork {
  readonly sealed: Uint8Array;
  readonly location: Pick<ChunkLocation, 'name' | 'bytes' | 'keyId' | 'codec'>;
  readonly key: SealKey;
  readonly hash: string;
  /** false: the chunk is only checked, and the answer is empty. */
  readonly isWanted: boolean;
}

/** Opens, decompresses and checks. @returns the content, or what is wrong with the chunk, as the end of a sentence about it */
export async function unsealChunk({ sealed, location, key, hash, isWanted }: UnsealWork): Promise<Uint8Array | string> {
  const content = unseal(key, sealed, chunkBinding(location));
  if (content === undefined) return changed;
  const raw = await decodeChunk(location.codec, content, { hash, bytes: location.bytes });
  if (typeof raw === 'string') return raw;
  return isWanted ? given(raw) : nothing;
}

export const changed = 'its stored bytes were changed';
const nothing = new Uint8Array(0);

/** The bytes with their memory, so that the thread that gets them needs no copy. */
function given(bytes: Buffer): Uint8Array {
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length && bytes.length > 0;
  const own = isWhole ? bytes : Uint8Array.from(bytes);
  return isWorkerThread ? (move(own) as Uint8Array) : own;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
