import { setTimeout as delay } from 'node:timers/promises';
import { encodeChunkRecords } from '@ocopea/broker-contract';
import type { BandwidthLimit } from './bandwidth-limit.js';
import { readPartChunk, type PartOfSender } from './part-chunk.js';
import type { Patience } from './patience.js';
import type { TransferConnection } from './transfer-connection.js';
import { TransferAction } from './transfer-path.js';
import type { TransferProgress } from './transfer-progress.js';

export interface FullStreamOptions extends PartOfSender {
  readonly connection: TransferConnection;
  readonly patience: Patience;
  readonly bandwidth: BandwidthLimit;
  /** What comes before the content; made anew for each attempt. */
  readonly head: () => Promise<Uint8Array>;
  readonly onProgress: (progress: TransferProgress) => void;
}

/** Brings the receiver the whole of a part in one request, which begins anew when it breaks: for a repository that knows no chunks. */
export class FullStream {
  /** Content that any attempt has got rid of, at most. */
  #furthest = 0;

  constructor(private readonly options: FullStreamOptions) {}

  /** One attempt. @returns the receiver's answer @throws the receiver's error; UNAVAILABLE the link broke */
  async attempt(): Promise<Buffer> {
    return await this.options.connection.post(TransferAction.Stream, this.#body());
  }

  async *#body(): AsyncGenerator<Uint8Array> {
    const { part, chunks, signal, bandwidth, head } = this.options;
    yield await head();
    let sent = 0;
    for await (const page of chunks.listChunks(part, { signal })) {
      for (const chunk of page) {
        await this.#untilAdmitted(chunk.bytes);
        const content = await readPartChunk(this.options, chunk.hash);
        yield encodeChunkRecords([chunk]);
        for (let at = 0; at < content.byteLength; at += pieceBytes) {
          const piece = content.subarray(at, at + pieceBytes);
          await bandwidth.pass(piece.byteLength, signal);
          yield piece;
        }
        sent += content.byteLength;
        this.#tell(sent);
      }
    }
  }

  /** Until its own repository may read so much. The connection is this stream's for as long as it lasts. */
  async #untilAdmitted(bytes: number): Promise<void> {
    const { part, chunks, signal } = this.options;
    const ask = async (): Promise<number> => (await chunks.reserve?.({ repositoryId: part.repositoryId, direction: 'read', forPart: part.partId, bytes }, { signal }))?.delayMs ?? 0;
    for (let ms = await ask(); ms > 0; ms = await ask()) await delay(ms, undefined, { signal });
  }

  /** An attempt that does not come further than one before is no progress, or a link that always breaks would be tried for ever. */
  #tell(sent: number): void {
    if (sent <= this.#furthest) return;
    this.#furthest = sent;
    const { part, patience, onProgress } = this.options;
    patience.progress();
    onProgress({ bytesDone: sent, bytesTotal: part.logicalBytes, bytesSent: sent, bytesToSend: part.logicalBytes, bytesSkipped: 0 });
  }
}

/** Small enough for a bandwidth limit to be smooth. */
const pieceBytes = 64 * 1024;
