import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

/**
 * Turns what a filesystem call threw into a {@link BrokerError}; one that is there already passes as it is. Paths stay in
 * `cause`: they are internal.
 *
 * @param doing what was being done to which thing, for example `writing part "p1" to repository "r1"`
 */
export function asStorageError(error: unknown, doing: string): BrokerError {
  if (error instanceof BrokerError) return error;
  const code = errnoOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new BrokerError(BrokerErrorCode.CapacityExceeded, `${doing} failed: the disk is full; delete copies or give the repository more room`, { cause: error });
  }
  if (code !== undefined) {
    return new BrokerError(BrokerErrorCode.Unavailable, `${doing} failed: the filesystem answered ${code}; see that the repository's folder is mounted and writable`, { cause: error });
  }
  return new BrokerError(BrokerErrorCode.Internal, `${doing} failed unexpectedly; this is a defect, please report it with the log`, { cause: error });
}

/** The errno name of a failed system call, `ENOENT` for example; `undefined` for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The value of `call`, or `undefined` when what it names is not there. */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
