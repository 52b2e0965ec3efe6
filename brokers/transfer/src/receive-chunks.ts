import { BrokerError, type ChunkStore, type SentChunk } from '@ocopea/broker-contract';
import type { BodyReader } from './body-reader.js';
import type { ByteBudget } from './byte-budget.js';
import { decodeFrame, decodeFrameHeader, frameHeaderBytes } from './chunk-frame.js';
import { checkGrant, type GrantClaims } from './grant-claims.js';
import type { GrantLedger } from './grant-ledger.js';
import { maxHashesPerPage, type TransferLimits } from './transfer-limits.js';

export interface ReceiveChunksOptions {
  readonly chunks: ChunkStore;
  readonly claims: GrantClaims;
  readonly body: BodyReader;
  readonly ledger: GrantLedger;
  readonly budget: ByteBudget;
  readonly limits: TransferLimits;
}

/**
 * Takes the frames of one request, each verified, and stores them together, so that small ones do not become small objects. What
 * came before an error stays, so that the sender resumes there. A chunk that is there already is passed over, and does not
 * count against the Grant.
 *
 * @throws CORRUPT_DATA; GRANT_REFUSED too many bytes, or expired on the way; CAPACITY_EXCEEDED; DEADLINE_EXCEEDED
 */
export async function receiveChunks(options: ReceiveChunksOptions): Promise<{ readonly chunks: number; readonly bytes: number }> {
  const { chunks, claims, ledger } = options;
  const received = { chunks: 0, bytes: 0 };
  const charged = new Map<string, number>();
  try {
    await chunks.writeChunks(claims.repositoryId, readFrames(options, received, charged), { forPart: claims.partId });
  } catch (error) {
    // What was not stored comes again: a link that breaks in the middle of a chunk must not use the Grant up.
    ledger.returnBytes(claims, await bytesNotStored(chunks, claims, charged));
    throw error;
  }
  return received;
}

async function* readFrames({ chunks, claims, body, ledger, budget, limits }: ReceiveChunksOptions, received: { chunks: number; bytes: number }, charged: Map<string, number>): AsyncGenerator<SentChunk> {
  for (;;) {
    const header = await body.read(frameHeaderBytes, limits.pieceMs);
    if (header === undefined) return;
    checkGrant(claims, claims, Date.now());
    if (received.bytes >= uncheckedBytes) await requireBandwidth(chunks, claims);
    const frame = decodeFrameHeader(header, limits.maxChunkBytes);
    const giveBack = await budget.take(frame.bytes + frame.wireBytes, limits.pieceMs);
    try {
      if (!charged.has(frame.hash) && (await chunks.missingChunks(claims.repositoryId, [frame.hash])).length > 0) {
        ledger.addBytes(claims, frame.bytes);
        charged.set(frame.hash, frame.bytes);
      }
      const content = frame.wireBytes === 0 ? Buffer.alloc(0) : await body.read(frame.wireBytes, limits.pieceMs);
      // Also when it is there: the bytes are checked, so that a sender learns at once that its link changes them.
      yield { hash: frame.hash, bytes: await decodeFrame(frame, content ?? Buffer.alloc(0)) };
    } finally {
      giveBack();
    }
    received.chunks += 1;
    received.bytes += frame.bytes;
  }
}

/** One request may not take what all the others have. @throws UNAVAILABLE */
async function requireBandwidth(chunks: ChunkStore, { repositoryId, partId }: GrantClaims): Promise<void> {
  const admission = await chunks.reserve?.({ repositoryId, direction: 'write', forPart: partId, bytes: 0 });
  if (admission === undefined || admission.delayMs === 0) return;
  throw new BrokerError('UNAVAILABLE', 'the receiver takes no more than so many bytes per second, and the request has more than was reserved; what came is kept, send the rest in smaller ones');
}

/** More than a sender puts in a request. */
const uncheckedBytes = 8 * 1024 * 1024;

async function bytesNotStored(chunks: ChunkStore, { repositoryId }: GrantClaims, charged: ReadonlyMap<string, number>): Promise<number> {
  const hashes = [...charged.keys()];
  let bytes = 0;
  for (let at = 0; at < hashes.length; at += maxHashesPerPage) {
    const page = hashes.slice(at, at + maxHashesPerPage);
    // A repository that cannot say so now is taken to have nothing.
    const missing = await chunks.missingChunks(repositoryId, page).catch(() => page);
    for (const hash of missing) bytes += charged.get(hash) ?? 0;
  }
  return bytes;
}
