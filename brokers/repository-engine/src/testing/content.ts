import { createHash } from 'node:crypto';
import type { ByteStream, PartMetadata } from '@ocopea/broker-contract';

export const metadata: PartMetadata = { format: 'test/1', createdAt: new Date('2026-01-02T03:04:05.678Z'), labels: { app: 'test' } };

/** Bytes that do not compress, the same for the same seed. */
export function randomBytes(bytes: number, seed: number): Buffer {
  const content = Buffer.allocUnsafe(bytes);
  let state = (seed + 1) * 0x9e3779b9;
  for (let at = 0; at < bytes; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    content[at] = state;
  }
  return content;
}

/** Rows as a database might hold them: they compress well. */
export function rows(bytes: number, seed: number): Buffer {
  const content = Buffer.allocUnsafe(bytes);
  for (let at = 0, row = seed * 1_000_000; at < bytes; row++) at += content.write(`${row}|author ${row % 97}|a message that says about the same in every row|\n`, at, 'latin1');
  return content;
}

export async function* streamOf(content: Uint8Array, pieceBytes = 65_536): ByteStream {
  for (let at = 0; at < content.length; at += pieceBytes) yield content.subarray(at, at + pieceBytes);
}

export async function collect(stream: ByteStream): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
