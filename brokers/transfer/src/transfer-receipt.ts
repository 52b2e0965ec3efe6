import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

/** What the receiver says of a part that it has published. */
export interface UnsignedTransferReceipt {
  readonly grantId: string;
  readonly repositoryId: string;
  readonly partId: string;
  /** The part's hash as the receiver computed it, see `ChunkListHash`. */
  readonly hash: string;
  readonly logicalBytes: number;
  /** Bytes that the part added to the receiving repository. */
  readonly storedBytes: number;
  /** When it was given, ISO 8601 with milliseconds. A repeated publication gets the same receipt again. */
  readonly at: string;
}

export interface TransferReceipt extends UnsignedTransferReceipt {
  /** What the receiver signed, the sender's own statement in it, in the form that they have agreed on. */
  readonly signature: string;
}

/** @throws CORRUPT_DATA when the answer is no receipt */
export function decodeTransferReceipt(answer: Buffer): TransferReceipt {
  try {
    const receipt = JSON.parse(answer.toString('utf8')) as TransferReceipt;
    if (typeof receipt.hash === 'string' && typeof receipt.signature === 'string') return receipt;
  } catch {
    // Told below.
  }
  throw new BrokerError(BrokerErrorCode.CorruptData, 'the receiver answered the publication with something that is no receipt; check that the address is a transfer door');
}
