import { createHash } from 'node:crypto';
import { BrokerError, BrokerErrorCode, ChunkListHash, chunkRecordBytes, decodeChunkRecords, type CopyRepositoryBroker, type PartKey } from '@ocopea/broker-contract';
import type { BodyReader } from './body-reader.js';
import type { ByteBudget } from './byte-budget.js';
import { checkGrant, grantRefused, type GrantClaims } from './grant-claims.js';
import { tooManyBytes } from './grant-ledger.js';
import { readHead, type Publication, type SentContent } from './receive-publication.js';
import type { TransferLimits } from './transfer-limits.js';

export interface ReceiveStreamOptions {
  readonly broker: CopyRepositoryBroker;
  readonly key: PartKey;
  readonly claims: GrantClaims;
  readonly body: BodyReader;
  readonly budget: ByteBudget;
  readonly limits: TransferLimits;
  /** Called when all has come whole, and before anything is published. */
  check(content: SentContent): Promise<void>;
}

/**
 * Stores a part that comes as one stream. Each chunk of the sender's is checked, and their list at the end, so that what is
 * published is what the Grant was issued for, however the repository keeps it.
 *
 * @throws GRANT_REFUSED; CORRUPT_DATA; CAPACITY_EXCEEDED; DEADLINE_EXCEEDED; UNAVAILABLE the link broke
 */
export async function receiveStream({ broker, key, claims, body, budget, limits, check }: ReceiveStreamOptions): Promise<Publication> {
  const { statement, metadata, hash } = await readHead(body, limits);
  if (metadata.format !== claims.format) throw grantRefused(`the Grant is for format "${claims.format}", not "${metadata.format}"; ask for one of the right format`);
  if (claims.hash !== hash) throw grantRefused('the Grant is for other content, or for any; ask for one that names the hash, since a stream is known by nothing else');
  const content = { hash, logicalBytes: 0, chunks: 0, ...(statement !== undefined && { statement }) };
  const list = new ChunkListHash();

  async function* contents(): AsyncGenerator<Uint8Array> {
    for (let record = await body.read(chunkRecordBytes, limits.pieceMs); record !== undefined; record = await body.read(chunkRecordBytes, limits.pieceMs)) {
      const chunk = decodeChunkRecords(record)[0]!;
      checkGrant(claims, claims, Date.now());
      if (chunk.bytes > limits.maxChunkBytes) throw new BrokerError(BrokerErrorCode.CorruptData, `chunk ${chunk.hash} claims ${chunk.bytes} bytes, at most ${limits.maxChunkBytes} are taken; send it again`);
      content.logicalBytes += chunk.bytes;
      content.chunks += 1;
      if (content.logicalBytes > claims.maxBytes) throw tooManyBytes(claims);
      list.update(record);
      const giveBack = await budget.take(chunk.bytes, limits.pieceMs);
      try {
        const bytes = chunk.bytes === 0 ? Buffer.alloc(0) : ((await body.read(chunk.bytes, limits.pieceMs)) ?? Buffer.alloc(0));
        if (createHash('sha256').update(bytes).digest('hex') !== chunk.hash) {
          throw new BrokerError(BrokerErrorCode.CorruptData, `the bytes that came for chunk ${chunk.hash} have another hash; they were changed or cut on the way, send them again`);
        }
        yield bytes;
      } finally {
        giveBack();
      }
    }
    if (list.digest() !== hash) throw new BrokerError(BrokerErrorCode.CorruptData, 'the stream is not the content announced; it was changed or cut on the way, send it again');
    await check(content);
  }

  const info = await broker.writePart(key, metadata, contents());
  return { info, content };
}
