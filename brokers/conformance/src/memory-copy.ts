import { BrokerError, type ByteStream, ChunkListHash, CopyProtocol, type CopySource, type CopyTarget, encodeChunkRecords } from '@ocopea/broker-contract';
import { sha256, streamOf } from './test-content.js';
import { type WatchedStream, type WatchOptions, watchStream } from './watched-stream.js';

type StreamTarget = Extract<CopyTarget, { protocol: typeof CopyProtocol.ByteStream }>;
type StreamSource = Extract<CopySource, { protocol: typeof CopyProtocol.ByteStream }>;

/** How a source hurts. */
export interface MemorySourceOptions extends WatchOptions {
  /** Throws `CORRUPT_DATA` once this many bytes were given. */
  readonly corruptAfter?: number;
  /** Ends without an error after this many bytes, as a careless repository would. */
  readonly endAfter?: number;
}

/**
 * A copy part in memory: a target of protocol `byte-stream/1` that publishes it, and sources that give it back. Stands in
 * for a repository, so that a data service broker can be tested alone.
 */
export class MemoryCopy {
  #content: Uint8Array | undefined;

  /** The published bytes, or undefined when nothing was published. */
  get content(): Uint8Array | undefined {
    return this.#content;
  }

  /** `before` is awaited ahead of each piece, so it can hold the copy or, by throwing, be a repository that fails. */
  target(options: WatchOptions = {}): StreamTarget {
    return {
      protocol: CopyProtocol.ByteStream,
      accept: async (stream) => {
        const pieces: Uint8Array[] = [];
        let bytes = 0;
        for await (const piece of stream) {
          await options.before?.(bytes, piece);
          pieces.push(Uint8Array.from(piece));
          bytes += piece.length;
        }
        this.#content = Buffer.concat(pieces);
        return {
          logicalBytes: bytes,
          storedBytes: bytes,
          hash: new ChunkListHash().update(encodeChunkRecords([{ hash: sha256(this.#content), bytes }])).digest(),
        };
      },
    };
  }

  /** @throws when nothing was published yet */
  source(options: MemorySourceOptions = {}): StreamSource & { readonly opened: readonly WatchedStream[] } {
    const content = this.#content;
    if (content === undefined) throw new TypeError('nothing was published, so there is nothing to restore');
    const opened: WatchedStream[] = [];
    return {
      protocol: CopyProtocol.ByteStream,
      logicalBytes: content.length,
      opened,
      open: () => {
        const watched = watchStream(hurt(content, options), options);
        opened.push(watched);
        return watched.stream;
      },
    };
  }
}

async function* hurt(content: Uint8Array, { corruptAfter, endAfter }: MemorySourceOptions): ByteStream {
  yield* streamOf(content.subarray(0, corruptAfter ?? endAfter ?? content.length));
  if (corruptAfter !== undefined) throw new BrokerError('CORRUPT_DATA', `the copy is damaged at byte ${corruptAfter}; verify it and take another`);
}
