import { BrokerError, BrokerErrorCode, ChunkListHash, chunkRecordBytes, decodeChunkRecords, isBrokerError, type ChunkReference, type CopyRepositoryBroker, type PartInfo, type PartKey } from '@ocopea/broker-contract';
import type { BodyReader } from './body-reader.js';
import { grantRefused, type GrantClaims } from './grant-claims.js';
import { tooManyBytes } from './grant-ledger.js';
import { decodePublicationHead, type PublicationHead } from './publication-head.js';
import { maxHashesPerPage, maxHeadBytes, type TransferLimits } from './transfer-limits.js';

export interface ReceivePublicationOptions {
  readonly broker: CopyRepositoryBroker;
  readonly key: PartKey;
  readonly claims: GrantClaims;
  readonly body: BodyReader;
  /** The Grant was used up before, so only a repetition is answered. */
  readonly isUsedUp: boolean;
  readonly limits: TransferLimits;
  /** Called when the list has come whole, and before anything is published. */
  check(content: SentContent): Promise<void>;
}

/** What is published, as its list has it. */
export interface SentContent {
  readonly hash: string;
  readonly logicalBytes: number;
  readonly chunks: number;
  readonly statement?: string;
}

/**
 * Publishes a part, or answers what is there when exactly this was published before under the same id: the first answer
 * may have been lost. The list is read and checked each time.
 *
 * @throws GRANT_REFUSED; CORRUPT_DATA a list that is not whole, or chunks that are not there
 */
export async function receivePublication({ broker, key, claims, body, isUsedUp, limits, check }: ReceivePublicationOptions): Promise<Publication> {
  const head = await readHead(body, limits);
  const list = new AnnouncedList(body, head, claims, limits, check);
  const published = await findPart(broker, key);
  if (published) {
    // A repository without chunks has a hash of its own; what it has under this id came as the Grant says, or not at all.
    const isIt = broker.chunks === undefined ? claims.hash === head.hash : published.hash === head.hash;
    if (!isIt) throw usedUp();
    await list.drain();
    return { info: published, content: list.content };
  }
  if (isUsedUp) throw usedUp();
  if (head.metadata.format !== claims.format) throw grantRefused(`the Grant is for format "${claims.format}", not "${head.metadata.format}"; ask for one of the right format`);
  if (claims.hash !== undefined && claims.hash !== head.hash) throw grantRefused('the Grant is for other content; send what it was issued for');
  if (broker.chunks === undefined) throw new BrokerError(BrokerErrorCode.NotSupported, `repository "${key.repositoryId}" keeps no chunks; send the part as a stream`);
  const info = await broker.chunks.publishPart(key, head.metadata, list.pages());
  return { info, content: list.content };
}

export interface Publication {
  readonly info: PartInfo;
  readonly content: SentContent;
}

export function usedUp(): BrokerError {
  return grantRefused('the Grant is used up: its part is published; ask for a new one for another part');
}

export async function findPart(broker: CopyRepositoryBroker, key: PartKey): Promise<PartInfo | undefined> {
  try {
    return await broker.getPart(key);
  } catch (error) {
    if (isBrokerError(error, BrokerErrorCode.NotFound)) return undefined;
    throw error;
  }
}

export async function readHead(body: BodyReader, limits: TransferLimits): Promise<PublicationHead> {
  const length = (await body.read(4, limits.pieceMs))?.readUInt32BE(0) ?? 0;
  if (length > maxHeadBytes) throw new BrokerError(BrokerErrorCode.InvalidRequest, `the head of the publication has ${length} bytes, at most ${maxHeadBytes} are taken; use fewer labels`);
  const json = length === 0 ? undefined : await body.read(length, limits.pieceMs);
  return decodePublicationHead(json ?? Buffer.alloc(0));
}

/** The chunk list of a publication. It throws at its end when it is not the announced one, and so before anything is published. */
class AnnouncedList {
  readonly #hash = new ChunkListHash();
  #bytes = 0;
  #chunks = 0;

  constructor(
    private readonly body: BodyReader,
    private readonly head: PublicationHead,
    private readonly claims: GrantClaims,
    private readonly limits: TransferLimits,
    private readonly check: ReceivePublicationOptions['check'],
  ) {}

  /** As far as it has been read. */
  get content(): SentContent {
    const { hash, statement } = this.head;
    return { hash, logicalBytes: this.#bytes, chunks: this.#chunks, ...(statement !== undefined && { statement }) };
  }

  async *pages(): AsyncGenerator<readonly ChunkReference[]> {
    for (;;) {
      const records = await readPage(this.body, this.limits);
      if (records.length === 0) break;
      const page = decodeChunkRecords(records);
      this.#bytes += page.reduce((sum, chunk) => sum + chunk.bytes, 0);
      this.#chunks += page.length;
      if (this.#bytes > this.claims.maxBytes) throw tooManyBytes(this.claims);
      this.#hash.update(records);
      yield page;
    }
    if (this.#hash.digest() !== this.head.hash) throw new BrokerError(BrokerErrorCode.CorruptData, 'the chunk list is not the one announced; it was changed or cut on the way, publish again');
    await this.check(this.content);
  }

  async drain(): Promise<void> {
    for await (const page of this.pages()) if (page.length === 0) return;
  }
}

/** Records as they come, up to a page of them. */
async function readPage(body: BodyReader, limits: TransferLimits): Promise<Buffer> {
  const records: Buffer[] = [];
  while (records.length < maxHashesPerPage) {
    const record = await body.read(chunkRecordBytes, limits.pieceMs);
    if (record === undefined) break;
    records.push(record);
  }
  return Buffer.concat(records);
}
