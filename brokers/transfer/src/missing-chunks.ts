import type { ChunkReference } from '@ocopea/broker-contract';
import { BandwidthTurn } from './bandwidth-turn.js';
import type { BandwidthLimit } from './bandwidth-limit.js';
import { encodeFrame, type FrameCodec } from './chunk-frame.js';
import { readPartChunk, type PartOfSender } from './part-chunk.js';
import type { Patience } from './patience.js';
import type { TransferConnection } from './transfer-connection.js';
import { TransferAction } from './transfer-path.js';
import type { TransferProgress } from './transfer-progress.js';

export interface MissingChunksOptions extends PartOfSender {
  readonly connection: TransferConnection;
  readonly patience: Patience;
  readonly concurrency: number;
  readonly bandwidth: BandwidthLimit;
  /** Content of one request, which is what may have to be sent again; at least one chunk goes. */
  readonly batchBytes: number;
  readonly codec: FrameCodec;
  readonly onProgress: (progress: TransferProgress) => void;
}

/** Brings the receiver what it lacks of a part, a page of the chunk list at a time. */
export class MissingChunks {
  #chunks: number | undefined;
  #bytesSent = 0;
  #bytesToSend = 0;
  #bytesSkipped = 0;
  #bytesDone = 0;
  /** Of the chunks that are being sent now. */
  #bytesAcknowledged = 0;
  readonly #turn: BandwidthTurn;

  constructor(private readonly options: MissingChunksOptions) {
    this.#turn = new BandwidthTurn(options);
  }

  /** Resolves when the receiver has all chunks. May be called again: it then sends what has gone missing. */
  async send(): Promise<void> {
    const { chunks, part, signal } = this.options;
    this.#bytesSkipped = 0;
    this.#bytesToSend = this.#bytesSent;
    let count = 0;
    for await (const page of chunks.listChunks(part, { signal })) {
      count += page.length;
      this.#bytesToSend += bytesOf(await this.#ask(page));
      this.options.patience.progress();
    }
    this.#chunks = count;
    for await (const page of chunks.listChunks(part, { signal })) await this.#sendPage(page);
  }

  /** Chunks of the part; `undefined` before {@link send} has read its list. */
  get chunks(): number | undefined {
    return this.#chunks;
  }

  /** Content that was sent and acknowledged. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** The part is published: what was counted before as to be sent twice is known now. */
  complete(): void {
    this.#bytesToSend = this.#bytesSent;
    this.#bytesSkipped = this.options.part.logicalBytes - this.#bytesSent;
    this.#tell();
  }

  async #sendPage(page: readonly ChunkReference[]): Promise<void> {
    let missing = await this.#ask(page);
    this.options.patience.progress();
    this.#bytesSkipped += bytesOf(page) - bytesOf(missing);
    this.#tell();
    while (missing.length > 0) {
      try {
        await this.#sendBatches(missing);
        return;
      } catch (error) {
        await this.options.patience.pause(error);
        const left = await this.#ask(missing);
        // Arrived although its acknowledgement did not.
        this.#acknowledge(bytesOf(missing) - bytesOf(left) - this.#bytesAcknowledged);
        this.#bytesAcknowledged = 0;
        missing = left;
      }
    }
  }

  async #sendBatches(missing: readonly ChunkReference[]): Promise<void> {
    const { concurrency, batchBytes } = this.options;
    this.#bytesAcknowledged = 0;
    const batches = cut(missing, batchBytes);
    const failures: unknown[] = [];
    const work = async (): Promise<void> => {
      // All workers take from one iterator; breaking off a `for of` would close it for the others, which is right here.
      for (const batch of batches) {
        await this.#sendBatch(batch).catch((error: unknown) => failures.push(error));
        if (failures.length > 0) return;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    if (failures.length > 0) throw failures[0];
  }

  async #sendBatch(batch: readonly ChunkReference[]): Promise<void> {
    const bytes = bytesOf(batch);
    await this.#turn.run(bytes, () => this.options.connection.post(TransferAction.Chunks, this.#frames(batch)));
    this.#bytesAcknowledged += bytes;
    this.#acknowledge(bytes);
  }

  async *#frames(batch: readonly ChunkReference[]): AsyncGenerator<Uint8Array> {
    const { signal, bandwidth, codec } = this.options;
    for (const { hash } of batch) {
      const [header, content] = await encodeFrame(hash, await readPartChunk(this.options, hash), codec);
      yield header;
      for (let at = 0; at < content.byteLength; at += pieceBytes) {
        const piece = content.subarray(at, at + pieceBytes);
        await bandwidth.pass(piece.byteLength, signal);
        yield piece;
      }
    }
  }

  #acknowledge(bytes: number): void {
    if (bytes <= 0) return;
    this.options.patience.progress();
    this.#bytesSent += bytes;
    this.#tell();
  }

  /** Those of the page that the receiver lacks, each once. */
  async #ask(page: readonly ChunkReference[]): Promise<readonly ChunkReference[]> {
    const byHash = new Map(page.map((chunk) => [chunk.hash, chunk]));
    const question = Buffer.from([...byHash.keys()].join(''), 'hex');
    const answer = await this.options.patience.insist(() => this.options.connection.post(TransferAction.Missing, once(question)));
    const missing: ChunkReference[] = [];
    for (let at = 0; at + 32 <= answer.length; at += 32) {
      const chunk = byHash.get(answer.toString('hex', at, at + 32));
      if (chunk) missing.push(chunk);
    }
    return missing;
  }

  #tell(): void {
    const { part, onProgress } = this.options;
    this.#bytesDone = Math.max(this.#bytesDone, Math.min(this.#bytesSent + this.#bytesSkipped, part.logicalBytes));
    onProgress({ bytesDone: this.#bytesDone, bytesTotal: part.logicalBytes, bytesSent: this.#bytesSent, bytesToSend: Math.max(this.#bytesToSend, this.#bytesSent), bytesSkipped: this.#bytesSkipped });
  }
}

/** Small enough for a bandwidth limit to be smooth. */
const pieceBytes = 64 * 1024;

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function* cut(chunks: readonly ChunkReference[], batchBytes: number): Generator<readonly ChunkReference[]> {
  let batch: ChunkReference[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    if (batch.length > 0 && bytes + chunk.bytes > batchBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(chunk);
    bytes += chunk.bytes;
  }
  if (batch.length > 0) yield batch;
}

function bytesOf(chunks: readonly ChunkReference[]): number {
  return chunks.reduce((sum, { bytes }) => sum + bytes, 0);
}
