import { isWorkerThread, move, transferableSymbol, valueSymbol } from 'piscina';
import { chunkHash, ChunkCodec, decodeChunk, encodeChunk } from './chunk-codec.js';
import { openSealed, sealInto, type SealKey } from './content-seal.js';
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

/** A chunk as it lies in memory with others. */
export interface SealedPiece {
  /** Where it begins, in bytes. */
  readonly at: number;
  readonly location: Pick<ChunkLocation, 'name' | 'bytes' | 'keyId' | 'codec' | 'storedBytes'>;
  readonly key: SealKey;
  readonly hash: string;
  /** Its seal is all that is left to check. @default false */
  readonly isDecoded?: boolean;
}

export interface UnsealWork {
  readonly memory: Uint8Array;
  readonly pieces: readonly SealedPiece[];
  /** false: the chunks are only checked, and the answers are empty. */
  readonly isWanted: boolean;
}

/** Opens, decompresses and checks. @returns for each the content, or what is wrong with the chunk, as the end of a sentence about it */
export async function unseal({ memory, pieces, isWanted }: UnsealWork): Promise<readonly (Uint8Array | string)[]> {
  const chunks = await Promise.all(pieces.map((piece) => unsealPiece(memory, piece)));
  const answers = chunks.map((raw) => (typeof raw === 'string' ? raw : isWanted ? ownMemory(raw) : nothing));
  return isWorkerThread ? handedOver(answers) : answers;
}

async function unsealPiece(memory: Uint8Array, { at, location, key, hash, isDecoded }: SealedPiece): Promise<Buffer | string> {
  const sealed = memory.subarray(at, at + location.storedBytes);
  const content = sealed.length < location.storedBytes ? undefined : openSealed(key, sealed, chunkBinding(location));
  if (content === undefined) return changed;
  return isDecoded ? content : await decodeChunk(location.codec, content, { hash, bytes: location.bytes });
}

const changed = 'its stored bytes were changed';
const nothing = new Uint8Array(0);

/** The bytes in memory that is theirs alone. */
function ownMemory(bytes: Buffer): Uint8Array {
  const isAlone = bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.length;
  return isAlone ? bytes : Uint8Array.from(bytes);
}

/** Answers that the thread which gets them gets with their memory, so that nothing is copied. */
function handedOver(answers: readonly (Uint8Array | string)[]): readonly (Uint8Array | string)[] {
  const memory = answers.flatMap((answer) => (typeof answer === 'string' || answer.length === 0 ? [] : [answer.buffer as ArrayBuffer]));
  return move({ [transferableSymbol]: memory, [valueSymbol]: answers } as never) as never;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
