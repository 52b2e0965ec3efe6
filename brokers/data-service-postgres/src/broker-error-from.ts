import { BrokerError, BrokerErrorCode, isBrokerError } from '@ocopea/broker-contract';
import { EmbeddedErrorCode, isEmbeddedError, isSystemError } from '@ocopea/embedded';

/**
 * The one place that makes a `BrokerError` of whatever was thrown.
 * @param what the thing and what was done to it, as the beginning of a sentence: `data service "x" was not created`
 * @param signal of the caller: when it is aborted, that is the reason, whatever broke because of it
 */
export function brokerErrorFrom(error: unknown, what: string, signal?: AbortSignal): BrokerError {
  // A call ended on purpose, by the broker itself, carries its error as the reason.
  if (signal?.aborted) return isBrokerError(signal.reason) ? signal.reason : new BrokerError(BrokerErrorCode.Cancelled, `${what}: it was cancelled`, { cause: error });
  if (isBrokerError(error)) return error;
  const made = (code: BrokerErrorCode, why: string) => new BrokerError(code, `${what}: ${why}`, { cause: error });
  if (isSystemError(error, 'ENOSPC', 'EDQUOT') || isPostgresError(error, '53100')) return made(BrokerErrorCode.CapacityExceeded, 'the disk is full; free some space and try again');
  if (isSystemError(error, 'ECONNREFUSED', 'ECONNRESET', 'EPIPE') || isPostgresError(error, '57P01', '57P02', '57P03', '53300') || isLostConnection(error)) {
    return made(BrokerErrorCode.Unavailable, 'its PostgreSQL server does not answer now; try again');
  }
  if (isEmbeddedError(error)) return made(embeddedCodes[error.code] ?? BrokerErrorCode.Internal, withoutPaths(error));
  return made(BrokerErrorCode.Internal, 'something unexpected went wrong in the broker; the log of the process that runs it has the cause');
}

const embeddedCodes: Partial<Record<EmbeddedErrorCode, BrokerErrorCode>> = {
  [EmbeddedErrorCode.NotSupported]: BrokerErrorCode.NotSupported,
  [EmbeddedErrorCode.PortInUse]: BrokerErrorCode.CapacityExceeded,
  [EmbeddedErrorCode.StartFailed]: BrokerErrorCode.Unavailable,
};

/** A server's log is for its administrator; what leaves the process says only where to look. */
function withoutPaths(error: Error & { readonly code: string }): string {
  return error.code === EmbeddedErrorCode.NotSupported ? error.message : 'its PostgreSQL server failed; look at the log in the folder of the data service';
}

/** `pg` tells of a connection that ended under a query in words alone. */
function isLostConnection(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Connection terminated');
}

function isPostgresError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes((error as Error & { code?: string }).code ?? '');
}
