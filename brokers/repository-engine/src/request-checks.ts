import { BrokerError, BrokerErrorCode, type PartMetadata } from '@ocopea/broker-contract';

const idPattern = /^[A-Za-z0-9._-]{1,200}$/;
const hashPattern = /^[0-9a-f]{64}$/;
const labelBytes = 16 * 1024;
export const hashesAtOnce = 4096;

/** @throws INVALID_REQUEST naming the field */
export function checkId(field: 'repositoryId' | 'partId', id: string): void {
  if (idPattern.test(id)) return;
  throw invalid(`${field} ${JSON.stringify(id.slice(0, 200))} is not 1 to 200 characters of A-Z a-z 0-9 . _ -; choose another one`);
}

/** @throws INVALID_REQUEST */
export function checkHashes(hashes: readonly string[]): void {
  if (hashes.length > hashesAtOnce) throw invalid(`${hashes.length} hashes are too many; ask for at most ${hashesAtOnce} at once`);
  const wrong = hashes.find((hash) => !hashPattern.test(hash));
  if (wrong !== undefined) throw invalid(`${JSON.stringify(wrong.slice(0, 80))} is no chunk hash; give 64 hexadecimal digits in lower case`);
}

/** @throws INVALID_REQUEST */
export function checkMetadata({ format, createdAt, labels }: PartMetadata): void {
  if (format === '' || format.length > 200) throw invalid('metadata.format must have 1 to 200 characters');
  if (Number.isNaN(createdAt.getTime())) throw invalid('metadata.createdAt is not a date');
  const bytes = Buffer.byteLength(JSON.stringify(labels));
  if (bytes > labelBytes) throw invalid(`metadata.labels have ${bytes} bytes as JSON, at most ${labelBytes} are allowed; use fewer or shorter ones`);
}

/** @throws INVALID_REQUEST */
export function checkRange(range: { readonly offset: number; readonly length?: number }): void {
  const isCount = (value: number | undefined): boolean => value === undefined || (Number.isSafeInteger(value) && value >= 0);
  if (!isCount(range.offset) || !isCount(range.length)) throw invalid('range.offset and range.length must be whole numbers, 0 or more');
}

/** @throws INVALID_REQUEST */
export function checkSample(sample = 1): void {
  if (!(sample > 0 && sample <= 1)) throw invalid(`sample ${sample} is not more than 0 and at most 1`);
}

/** @returns the limit to use. @throws INVALID_REQUEST */
export function checkLimit(limit = 100): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw invalid(`limit ${limit} is not between 1 and 1000`);
  return limit;
}

function invalid(message: string): BrokerError {
  return new BrokerError(BrokerErrorCode.InvalidRequest, message);
}
