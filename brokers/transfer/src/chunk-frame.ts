import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

/** How a chunk travels. The numbers are part of the protocol. */
export const FrameCodec = { None: 0, Gzip: 1 } as const;
export type FrameCodec = (typeof FrameCodec)[keyof typeof FrameCodec];

/** SHA-256 (32), length (4), length on the wire (4), codec (1). */
export const frameHeaderBytes = 41;

export interface FrameHeader {
  readonly hash: string;
  /** Uncompressed. */
  readonly bytes: number;
  readonly wireBytes: number;
  readonly codec: FrameCodec;
}

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** A chunk ready to be sent. With {@link FrameCodec.Gzip} it is compressed unless that makes it larger. */
export async function encodeFrame(hash: string, chunk: Uint8Array, codec: FrameCodec): Promise<readonly [header: Buffer, content: Uint8Array]> {
  const compressed = codec === FrameCodec.Gzip ? await gzipAsync(chunk, { level: 1 }) : undefined;
  const isSmaller = compressed !== undefined && compressed.length < chunk.byteLength;
  const content = isSmaller ? compressed : chunk;
  const header = Buffer.alloc(frameHeaderBytes);
  header.write(hash, 0, 32, 'hex');
  header.writeUInt32BE(chunk.byteLength, 32);
  header.writeUInt32BE(content.byteLength, 36);
  header.writeUInt8(isSmaller ? FrameCodec.Gzip : FrameCodec.None, 40);
  return [header, content];
}

/** @throws CORRUPT_DATA lengths that cannot be; an unknown codec */
export function decodeFrameHeader(header: Buffer, maxChunkBytes: number): FrameHeader {
  const frame = { hash: header.toString('hex', 0, 32), bytes: header.readUInt32BE(32), wireBytes: header.readUInt32BE(36), codec: header.readUInt8(40) };
  const { codec } = frame;
  if (codec !== FrameCodec.None && codec !== FrameCodec.Gzip) throw corruptFrame(frame.hash, `its codec ${codec} is unknown`);
  if (frame.bytes > maxChunkBytes) throw corruptFrame(frame.hash, `it claims ${frame.bytes} bytes, at most ${maxChunkBytes} are taken`);
  const isPossible = codec === FrameCodec.None ? frame.wireBytes === frame.bytes : frame.wireBytes < frame.bytes;
  if (!isPossible) throw corruptFrame(frame.hash, `${frame.wireBytes} bytes on the wire cannot hold it`);
  return { ...frame, codec };
}

/** The chunk in a frame. Its hash is not looked at: whoever stores it checks that. @throws CORRUPT_DATA */
export async function decodeFrame(frame: FrameHeader, content: Buffer): Promise<Buffer> {
  if (frame.codec === FrameCodec.None) return content;
  try {
    const chunk = await gunzipAsync(content, { maxOutputLength: Math.max(1, frame.bytes) });
    if (chunk.length === frame.bytes) return chunk;
  } catch {
    // Told below, in the same words as a wrong length.
  }
  throw corruptFrame(frame.hash, 'it cannot be decompressed to its length');
}

function corruptFrame(hash: string, problem: string): BrokerError {
  return new BrokerError(BrokerErrorCode.CorruptData, `the frame of chunk ${hash} is damaged: ${problem}; send it again`);
}
