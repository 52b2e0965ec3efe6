import type { WorkProgress } from '@ocopea/broker-contract';

/** `bytesDone` of `bytesTotal` is how far the part is through: sent and acknowledged, or skipped because it was there. */
export interface TransferProgress extends WorkProgress {
  /** Content sent, uncompressed. */
  readonly bytesSent: number;
  /** Content to send in all. The receiver is asked first, so it is known from the start, but for chunks that repeat. */
  readonly bytesToSend: number;
  /** Content that did not need to be sent. */
  readonly bytesSkipped: number;
}
