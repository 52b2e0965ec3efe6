import type { ChunkStore } from '@ocopea/broker-contract';
import type { BodyReader } from './body-reader.js';
import type { ByteBudget } from './byte-budget.js';
import { decodeFrame, decodeFrameHeader, frameHeaderBytes } from './chunk-frame.js';
import { checkGrant, type GrantClaims } from './grant-claims.js';
import type { GrantLedger } from './grant-ledger.js';
import type { TransferLimits } from './transfer-limits.js';

export interface ReceiveChunksOptions {
  readonly chunks: ChunkStore;
  readonly claims: GrantClaims;
  readonly body: BodyReader;
  readonly ledger: GrantLedger;
  readonly budget: ByteBudget;
  readonly limits: TransferLimits;
}

/**
 * Takes the frames of one request, one after the other; what is stored before an error stays, so that the sender resumes
 * there. A chunk that is there already is passed over, and does not count against the Grant.
 *
 * @throws CORRUPT_DATA; GRANT_REFUSED too many bytes, or expired on the way; CAPACITY_EXCEEDED; DEADLINE_EXCEEDED
 */
export async function receiveChunks({ chunks, claims, body, ledger, budget, limits }: ReceiveChunksOptions): Promise<{ readonly chunks: number; readonly bytes: number }> {
  const received = { chunks: 0, bytes: 0 };
  for (;;) {
    const header = await body.read(frameHeaderBytes, limits.pieceMs);
    if (header === undefined) return received;
    checkGrant(claims, claims, Date.now());
    const frame = decodeFrameHeader(header, limits.maxChunkBytes);
    const giveBack = await budget.take(frame.bytes + frame.wireBytes, limits.pieceMs);
    let charged = 0;
    try {
      const isMissing = (await chunks.missingChunks(claims.repositoryId, [frame.hash])).length > 0;
      if (isMissing) ledger.addBytes(claims, frame.bytes);
      charged = isMissing ? frame.bytes : 0;
      const content = frame.wireBytes === 0 ? Buffer.alloc(0) : await body.read(frame.wireBytes, limits.pieceMs);
      const chunk = await decodeFrame(frame, content ?? Buffer.alloc(0));
      // Also when it is there: the bytes are checked, so that a sender learns at once that its link changes them.
      await chunks.writeChunk(claims.repositoryId, frame.hash, chunk, { forPart: claims.partId });
      charged = 0;
    } finally {
      // What was not stored comes again: a link that breaks in the middle of a chunk must not use the Grant up.
      ledger.returnBytes(claims, charged);
      giveBack();
    }
    received.chunks += 1;
    received.bytes += frame.bytes;
  }
}
