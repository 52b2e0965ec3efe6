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
}

/**
 * Publishes a part, or answers what is there when exactly this was published before under the same id: the first answer
 * may have been lost.
 *
 * @throws GRANT_REFUSED; CORRUPT_DATA a list that is not whole, or chunks that are not there
 */
export async function receivePublication({ broker, key, claims, body, isUsedUp, limits }: ReceivePublicationOptions): Promise<PartInfo> {
  const head = await readHead(body, limits);
  const published = await findPart(broker, key);
  if (published) {
    if (published.hash === head.hash) return published;
    throw usedUp();
  }
  if (isUsedUp) throw usedUp();
  if (head.metadata.format !== claims.format) throw grantRefused(`the Grant is for format "${claims.format}", not "${head.metadata.format}"; ask for one of the right format`);
  if (claims.hash !== undefined && claims.hash !== head.hash) throw grantRefused('the Grant is for other content; send what it was issued for');
  return await broker.chunks!.publishPart(key, head.metadata, readChunkList(body, head, claims, limits));
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

async function readHead(body: BodyReader, limits: TransferLimits): Promise<PublicationHead> {
  const length = (await body.read(4, limits.pieceMs))?.readUInt32BE(0) ?? 0;
  if (length > maxHeadBytes) throw new BrokerError(BrokerErrorCode.InvalidRequest, `the head of the publication has ${length} bytes, at most ${maxHeadBytes} are taken; use fewer labels`);
  const json = length === 0 ? undefined : await body.read(length, limits.pieceMs);
  return decodePublicationHead(json ?? Buffer.alloc(0));
}

/** Throws at the end of a list that is not the announced one, and so before anything is published. */
async function* readChunkList(body: BodyReader, head: PublicationHead, claims: GrantClaims, limits: TransferLimits): AsyncGenerator<readonly ChunkReference[]> {
  const hash = new ChunkListHash();
  let bytes = 0;
  for (;;) {
    const records = await readPage(body, limits);
    if (records.length === 0) break;
    const page = decodeChunkRecords(records);
    bytes += page.reduce((sum, chunk) => sum + chunk.bytes, 0);
    if (bytes > claims.maxBytes) throw tooManyBytes(claims);
    hash.update(records);
    yield page;
  }
  if (hash.digest() !== head.hash) throw new BrokerError(BrokerErrorCode.CorruptData, 'the chunk list is not the one announced; it was changed or cut on the way, publish again');
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
