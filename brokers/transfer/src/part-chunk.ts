import { BrokerError, BrokerErrorCode, isBrokerError, type ChunkStore, type CopyRepositoryBroker, type PartInfo } from '@ocopea/broker-contract';

export interface PartOfSender {
  /** The repository to send from. */
  readonly broker: Pick<CopyRepositoryBroker, 'getPart'>;
  readonly part: PartInfo;
  readonly chunks: ChunkStore;
  readonly signal: AbortSignal;
}

/**
 * A chunk of a part that is sent.
 *
 * @throws CORRUPT_DATA it is damaged, or not there although the part is; NOT_FOUND the part was deleted meanwhile
 */
export async function readPartChunk({ broker, chunks, part, signal }: PartOfSender, hash: string): Promise<Uint8Array> {
  try {
    return await chunks.readChunk(part.repositoryId, hash, { signal, forPart: part.partId });
  } catch (error) {
    if (!isBrokerError(error, BrokerErrorCode.NotFound)) throw error;
    await broker.getPart(part, { signal });
    throw new BrokerError(BrokerErrorCode.CorruptData, `part "${part.partId}" in repository "${part.repositoryId}" is damaged: chunk ${hash} is not there; repair it, or send another copy`, { cause: error });
  }
}
