import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, BrokerErrorCode, type ByteStream } from '@ocopea/broker-contract';
import type { PostgresServer } from '@ocopea/embedded';
import { pack } from 'tar-stream';

/** A place in a server's write-ahead log, as its replication protocol says it. */
export interface LogPosition {
  /** Log sequence number, `0/4000120`. */
  readonly recptr: string;
  /** Timeline. */
  readonly tli: string;
}

const segmentBytes = 16 * 1024 * 1024;
const segmentsPerName = 0x1_0000_0000 / segmentBytes;
const pieceBytes = 256 * 1024;

/**
 * Closes the segment of the log that is written to, and answers where it ends: all that was committed before is in it or
 * in earlier ones, on disk, and none of them is ever written to again.
 */
export async function switchLog(server: PostgresServer, tli: string): Promise<LogPosition> {
  return server.query('postgres', async (admin) => {
    const { rows } = await admin.query<{ recptr: string }>('SELECT pg_switch_wal() AS recptr');
    return { recptr: rows[0]!.recptr, tli };
  });
}

/** The segments after the one that holds `from` up to the one that holds `to`, as entries of a tar without its end. */
export async function* laterLog(server: PostgresServer, from: LogPosition, to: LogPosition): ByteStream {
  for (let number = segmentNumber(from) + 1; number <= segmentNumber(to); number++) {
    yield* entryOf(server, `pg_wal/${nameOf(number, to.tli)}`);
  }
}

/** @example segmentName({ recptr: '0/4000120', tli: '1' }) // '000000010000000000000004' */
export function segmentName(position: LogPosition): string {
  return nameOf(segmentNumber(position), position.tli);
}

async function* entryOf(server: PostgresServer, name: string): ByteStream {
  await using file = await open(join(server.dataDirectory, name), 'r');
  const { size } = await file.stat();
  if (size !== segmentBytes) throw new BrokerError(BrokerErrorCode.Internal, `a segment of the server's log has ${size} bytes instead of ${segmentBytes}; this broker does not know servers with others`);
  yield await headerOf(name, size);
  for (let at = 0; at < size; at += pieceBytes) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, at);
    if (bytesRead !== pieceBytes) throw new BrokerError(BrokerErrorCode.Internal, "a segment of the server's log became shorter while it was read; copy again");
    yield buffer;
  }
}

/** A segment is a multiple of tar's blocks, so that nothing fills it up. */
async function headerOf(name: string, size: number): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name, size, mode: 0o600 }).on('error', () => undefined);
  // The content would follow; breaking off ends the archive that is not made here.
  for await (const header of archive as AsyncIterable<Buffer>) return header;
  throw new BrokerError(BrokerErrorCode.Internal, `no header was made for "${name}"`);
}

/** The segment that holds the byte before a position: an end may be exactly where the next segment begins. */
function segmentNumber({ recptr }: LogPosition): number {
  const [high = '', low = ''] = recptr.split('/');
  return Number((((BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)) - 1n) / BigInt(segmentBytes));
}

function nameOf(number: number, tli: string): string {
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, '0');
  return hex(Number(tli)) + hex(Math.floor(number / segmentsPerName)) + hex(number % segmentsPerName);
}
