import { BrokerError, type PartKey, type PartMetadata } from '@ocopea/broker-contract';

const LABELS_BYTES = 16 * 1024;

/** @throws INVALID_REQUEST an id that is none, or too many labels */
export function validatePart({ partId }: PartKey, { labels }: PartMetadata): void {
  if (!/^[A-Za-z0-9._-]{1,200}$/.test(partId)) {
    throw new BrokerError('INVALID_REQUEST', `partId ${JSON.stringify(partId)} is not 1 to 200 of [A-Za-z0-9._-]; choose another`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(labels));
  if (bytes > LABELS_BYTES) throw new BrokerError('INVALID_REQUEST', `the labels of part "${partId}" have ${bytes} bytes; ${LABELS_BYTES} are allowed`);
}
