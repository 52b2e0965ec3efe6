import { type ByteStream, untilCancelled } from '@ocopea/broker-contract';

/** Every chunk has this size, but the last of a part. */
export const CHUNK_BYTES = 64 * 1024;

/**
 * Cuts a stream into chunks of {@link CHUNK_BYTES}, each with bytes of its own. Closes the stream whichever way it ends.
 * @throws CANCELLED as soon as the signal is aborted, even while the stream gives nothing; what the stream throws
 */
export async function* cutChunks(stream: ByteStream, signal: AbortSignal | undefined, what: string): AsyncGenerator<Uint8Array> {
  const pieces = stream[Symbol.asyncIterator]();
  let isAsking = false;
  let isEnded = false;
  let chunk = Buffer.alloc(CHUNK_BYTES);
  let filled = 0;
  try {
    for (;;) {
      isAsking = true;
      const { done, value } = await untilCancelled(pieces.next(), signal, what);
      isAsking = false;
      isEnded = done === true;
      if (isEnded) break;
      for (let offset = 0; offset < value.length; ) {
        const taken = Math.min(CHUNK_BYTES - filled, value.length - offset);
        chunk.set(value.subarray(offset, offset + taken), filled);
        filled += taken;
        offset += taken;
        if (filled < CHUNK_BYTES) continue;
        yield chunk;
        chunk = Buffer.alloc(CHUNK_BYTES);
        filled = 0;
      }
    }
    if (filled > 0) yield Buffer.from(chunk.subarray(0, filled));
  } finally {
    const closing = isEnded ? undefined : pieces.return?.();
    closing?.catch(() => undefined);
    // A stream that owes an answer closes when it has given it, which may be never.
    if (!isAsking) await closing?.catch(() => undefined);
  }
}
