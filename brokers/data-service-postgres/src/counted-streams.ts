import type { ByteStream, WorkProgress } from '@ocopea/broker-contract';
import type { ByteStreamSource } from './served-data-service.js';

export interface CountGivenOptions {
  /** As far as it is known, or estimated. */
  readonly bytesTotal: () => number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: WorkProgress) => void;
}

/** Passes a copy on, until it is cancelled, and tells how much of it the target has taken. */
export async function* countGiven(stream: ByteStream, { bytesTotal, signal, onProgress }: CountGivenOptions): ByteStream {
  let bytesDone = 0;
  for await (const bytes of stream) {
    yield bytes;
    signal.throwIfAborted();
    bytesDone += bytes.length;
    const total = bytesTotal();
    onProgress({ bytesDone, ...(total !== undefined && { bytesTotal: Math.max(total, bytesDone) }) });
  }
  signal.throwIfAborted();
}

/** The stream of a source, and how much of it has been taken. */
export async function* countTaken(source: ByteStreamSource, onProgress: (progress: WorkProgress) => void): ByteStream {
  let bytesDone = 0;
  for await (const bytes of source.open()) {
    yield bytes;
    bytesDone += bytes.length;
    onProgress({ bytesDone, bytesTotal: source.logicalBytes });
  }
}
