import { BrokerError, BrokerErrorCode, encodeChunkRecords, isBrokerError, untilCancelled, type ChunkStore, type CopyRepositoryBroker, type PartInfo, type PartKey, type PartMetadata } from '@ocopea/broker-contract';
import { BandwidthLimit } from './bandwidth-limit.js';
import { FrameCodec } from './chunk-frame.js';
import { FullStream } from './full-stream.js';
import { MissingChunks } from './missing-chunks.js';
import { Patience } from './patience.js';
import { encodePublicationHead } from './publication-head.js';
import { TransferConnection } from './transfer-connection.js';
import { TransferAction } from './transfer-path.js';
import type { TransferProgress } from './transfer-progress.js';
import { decodeTransferReceipt, type TransferReceipt } from './transfer-receipt.js';

export interface SendPartOptions {
  /** The repository to send from; must have the capability `chunks`. */
  readonly from: CopyRepositoryBroker;
  readonly key: PartKey;
  /** Kept with the part at the receiver. @default as at the sender */
  readonly metadata?: PartMetadata;
  readonly target: {
    /** Address of the part at the receiver's door, see `transferUrl`. */
    readonly url: string;
    /** A Grant to write that part. A secret: it is in no message. */
    readonly grant: string;
  };
  /** What the sender signs for the receipt. Called when all is there, before the part is published, and for each repetition of that. */
  statement?(sent: SentFigures): Promise<string>;
  /** Aborting it stops everything at once; what was sent stays at the receiver for a while, so that another call resumes. */
  readonly signal?: AbortSignal;
  /** Called with growing figures, at each acknowledgement. */
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Bytes per second; with less than 64 KiB a receiver may lose patience with a chunk. @default no limit */
  readonly bandwidth?: number;
  /** Requests with chunks side by side; one on links below 4 MiB/s, where more would only be slower each. @default 3 */
  readonly concurrency?: number;
  /** Compresses chunks on the way (gzip, level 1): for links slower than about 100 MB/s per core. @default false */
  readonly compress?: boolean;
  /** How long to go on trying without any progress. @default 2 min */
  readonly giveUpMs?: number;
  /** How long the receiver may neither take nor give a byte. @default 60 s */
  readonly idleMs?: number;
  /** Whether this address may be called at all. @default any http or https address */
  isAllowedUrl?(url: URL): boolean;
}

/** What a sender knows of a part that is wholly at the receiver. */
export interface SentFigures {
  readonly hash: string;
  readonly logicalBytes: number;
  readonly chunks: number;
  /** Content that this call sent and the receiver acknowledged, uncompressed. */
  readonly bytesSent: number;
}

/**
 * Sends a part to another repository: only the chunks that are missing there, or the whole of it where it knows no chunks. Goes on after a broken link or a restart of
 * the receiver, and can be called again after a failure or a crash: it then sends the rest, or gets the receipt when all
 * had arrived. The protocol is `docs/reference/copy-transfer.md`.
 *
 * @throws NOT_FOUND the part; NOT_SUPPORTED the sender keeps no chunks; INVALID_REQUEST the address; GRANT_REFUSED;
 * CORRUPT_DATA a chunk is damaged here, was changed on the way, or the receipt is for other content; CAPACITY_EXCEEDED the
 * receiver is full; UNAVAILABLE given up; CANCELLED
 */
export async function sendPart(options: SendPartOptions): Promise<TransferReceipt> {
  const { from, key, target, signal } = options;
  const doing = `sending part "${key.partId}"`;
  const url = checkUrl(target.url, options.isAllowedUrl);
  if (from.chunks === undefined) throw new BrokerError(BrokerErrorCode.NotSupported, `part "${key.partId}" cannot be sent: its repository does not keep chunks`);
  const part = await from.getPart(key, signal && { signal });
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const concurrency = (options.bandwidth ?? Infinity) < slowLink ? 1 : (options.concurrency ?? 3);
  const connection = new TransferConnection({ url, grant: target.grant, connections: concurrency, idleMs: options.idleMs ?? 60_000, signal: stopped });
  const sending = new PartSending(part, from.chunks, connection, new Patience({ doing, withinMs: options.giveUpMs ?? 120_000, signal: stopped }), concurrency, stopped, options);
  try {
    return await untilCancelled(sending.run(), signal, doing);
  } finally {
    // Ends what still runs after an error, too: nothing may be sent once the promise has settled.
    stop.abort();
    connection.close();
  }
}

function checkUrl(text: string, isAllowedUrl: ((url: URL) => boolean) | undefined): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new BrokerError(BrokerErrorCode.InvalidRequest, 'the address to send to is no plain http or https address; give the address of the part at the receiver');
  }
  if (isAllowedUrl && !isAllowedUrl(url)) throw new BrokerError(BrokerErrorCode.InvalidRequest, 'the address to send to is not allowed by the policy of this site; allow it there, or give another one');
  return url;
}

class PartSending {
  readonly #missing: MissingChunks;
  readonly #stream: FullStream;

  constructor(
    private readonly part: PartInfo,
    private readonly chunks: ChunkStore,
    private readonly connection: TransferConnection,
    private readonly patience: Patience,
    concurrency: number,
    private readonly signal: AbortSignal,
    private readonly options: SendPartOptions,
  ) {
    const sender = { broker: options.from, part, chunks, connection, patience, signal, bandwidth: new BandwidthLimit(options.bandwidth), onProgress: options.onProgress ?? (() => undefined) };
    this.#missing = new MissingChunks({
      ...sender,
      concurrency,
      batchBytes: Math.min(largestBatchBytes, (options.bandwidth ?? Infinity) / 2),
      codec: options.compress ? FrameCodec.Gzip : FrameCodec.None,
    });
    this.#stream = new FullStream({ ...sender, head: () => this.#head(part.logicalBytes) });
  }

  async run(): Promise<TransferReceipt> {
    for (let round = 1; ; round++) {
      try {
        await this.#missing.send();
      } catch (error) {
        return isBrokerError(error, BrokerErrorCode.NotSupported) ? await this.#sendWhole(error) : await this.#receiptOfEarlier(error);
      }
      try {
        return await this.#publish();
      } catch (error) {
        if (isBrokerError(error, BrokerErrorCode.NotSupported)) return await this.#sendWhole(error);
        // Chunks that were there may have gone in the meantime: at a restart, or because the transfer took very long.
        if (!isBrokerError(error, BrokerErrorCode.CorruptData) || round === mostRounds) throw error;
      }
    }
  }

  /** The receiver knows no chunks. Before each attempt it is asked whether an earlier one has arrived, its answer lost. */
  async #sendWhole(noChunks: BrokerError): Promise<TransferReceipt> {
    for (;;) {
      try {
        return await this.#publish();
      } catch (error) {
        if (!isBrokerError(error, BrokerErrorCode.NotSupported)) throw error;
      }
      try {
        return this.#checked(await this.#stream.attempt());
      } catch (error) {
        if (isBrokerError(error, BrokerErrorCode.NotFound)) {
          await this.options.from.getPart(this.part, { signal: this.signal });
          // The part is there, so the receiver is of an earlier release: it cannot be sent to at all, and has said so.
          throw noChunks;
        }
        if (isBrokerError(error, BrokerErrorCode.GrantRefused)) return await this.#receiptOfEarlier(error);
        await this.patience.pause(error);
      }
    }
  }

  /** A Grant that is used up may have been used up by an earlier call, whose receipt was lost. */
  async #receiptOfEarlier(error: unknown): Promise<TransferReceipt> {
    if (!isBrokerError(error, BrokerErrorCode.GrantRefused)) throw error;
    try {
      return await this.#publish();
    } catch {
      throw error;
    }
  }

  async #publish(): Promise<TransferReceipt> {
    const receipt = this.#checked(await this.patience.insist(() => this.connection.post(TransferAction.Publish, this.#publication())));
    this.#missing.complete();
    return receipt;
  }

  #checked(answer: Buffer): TransferReceipt {
    const receipt = decodeTransferReceipt(answer);
    if (receipt.hash !== this.part.hash) {
      throw new BrokerError(BrokerErrorCode.CorruptData, `the receipt for part "${this.part.partId}" is for other content (${receipt.hash}) than was sent (${this.part.hash}); delete the part there and send again`);
    }
    return receipt;
  }

  async #head(bytesSent: number): Promise<Buffer> {
    const { hash, logicalBytes, metadata } = this.part;
    const statement = await this.options.statement?.({ hash, logicalBytes, chunks: this.#missing.chunks ?? (await this.#countChunks()), bytesSent });
    return encodePublicationHead({ metadata: this.options.metadata ?? metadata, hash, ...(statement !== undefined && { statement }) });
  }

  async *#publication(): AsyncGenerator<Buffer> {
    yield await this.#head(this.#missing.bytesSent);
    for await (const page of this.chunks.listChunks(this.part, { signal: this.signal })) yield encodeChunkRecords(page);
  }

  async #countChunks(): Promise<number> {
    let chunks = 0;
    for await (const page of this.chunks.listChunks(this.part, { signal: this.signal })) chunks += page.length;
    return chunks;
  }
}

const mostRounds = 3;
const slowLink = 4 * 1024 * 1024;
/** One pack at the receiver, which has some more than its chunks. */
const largestBatchBytes = 7 * 1024 * 1024;
