import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

/** What a failed request said: the code of S3, `NoSuchKey` for example, and the status, where there was an answer at all. */
export interface S3Failure {
  readonly code: string;
  readonly status: number | undefined;
}

export function failureOf(error: unknown): S3Failure {
  if (!(error instanceof Error)) return { code: 'Unknown', status: undefined };
  const { $metadata, Code } = error as { $metadata?: { httpStatusCode?: number }; Code?: string };
  return { code: Code ?? error.name, status: $metadata?.httpStatusCode };
}

export function isMissing(error: unknown): boolean {
  const { code, status } = failureOf(error);
  return code === 'NoSuchKey' || code === 'NotFound' || (status === 404 && code !== 'NoSuchBucket');
}

/**
 * Turns what a request threw into a {@link BrokerError}; one that is there already passes as it is. Addresses stay in
 * `cause`: they are internal.
 */
export function asBrokerError(error: unknown, doing: string): BrokerError {
  if (error instanceof BrokerError) return error;
  const { code, status } = failureOf(error);
  const fail = (brokerCode: BrokerErrorCode, why: string): BrokerError => new BrokerError(brokerCode, `${doing} failed: ${why}`, { cause: error });
  if (status === 507 || code === 'QuotaExceeded') return fail(BrokerErrorCode.CapacityExceeded, 'the store has no room; delete copies or give the bucket more');
  if (code === 'NoSuchBucket') return fail(BrokerErrorCode.Unavailable, 'the bucket does not exist; make it, or bring it back');
  if (status === 401 || status === 403) return fail(BrokerErrorCode.Unavailable, `the store refused it (${code}); check the credentials and what they may do`);
  if (status === 501) return fail(BrokerErrorCode.NotSupported, 'the store does not know this kind of request; use one with conditional writes');
  if (/checksum mismatch/i.test(String((error as Error | undefined)?.message))) return fail(BrokerErrorCode.CorruptData, 'the bytes that came have another checksum');
  if (status !== undefined) return fail(BrokerErrorCode.Unavailable, `the store answered ${status} (${code})`);
  return fail(BrokerErrorCode.Unavailable, 'the store cannot be reached; check its address and the network');
}
