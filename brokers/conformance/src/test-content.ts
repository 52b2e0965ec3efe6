import { createHash } from 'node:crypto';
import type { ByteStream } from '@ocopea/broker-contract';

/** `bytes` pseudo-random, incompressible bytes; the same seed gives the same bytes (xorshift32). */
export function randomContent(bytes: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  let state = (seed * 0x9e3779b9) >>> 0 || 1;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, bytes);
}

/** The content as a stream of pieces of `pieceBytes`. */
export async function* streamOf(content: Uint8Array, pieceBytes = 64 * 1024): ByteStream {
  for (let offset = 0; offset < content.length; offset += pieceBytes) {
    yield content.subarray(offset, offset + pieceBytes);
  }
}

/** Everything a stream yields. When it throws, what came before is in `received` all the same. */
export async function collect(stream: ByteStream, received: Uint8Array[] = []): Promise<Uint8Array> {
  // A copy: a broker may reuse its buffer once the consumer asks for more.
  for await (const piece of stream) received.push(Uint8Array.from(piece));
  return Buffer.concat(received);
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
