import { BrokerError, BrokerErrorCode, isBrokerError } from '@ocopea/broker-contract';
import { isSystemError } from '@ocopea/embedded';

/**
 * The one place that makes a `BrokerError` of whatever was thrown.
 * @param what the thing and what was done to it, as the beginning of a sentence: `data service "x" was not created`
 * @param signal when it is aborted, that is the reason, whatever broke because of it
 */
export function brokerErrorFrom(error: unknown, what: string, signal?: AbortSignal): BrokerError {
  if (signal?.aborted) return isBrokerError(signal.reason) ? signal.reason : new BrokerError(BrokerErrorCode.Cancelled, `${what}: it was cancelled`, { cause: error });
  if (isBrokerError(error)) return error;
  const made = (code: BrokerErrorCode, why: string) => new BrokerError(code, `${what}: ${why}`, { cause: error });
  if (isSystemError(error, 'ENOSPC', 'EDQUOT')) return made(BrokerErrorCode.CapacityExceeded, 'the disk is full; free some space and try again');
  if (isSystemError(error, 'ENAMETOOLONG')) return made(BrokerErrorCode.NotSupported, 'a path in it is longer than the machine allows; shorten it');
  if (isSystemError(error, 'EACCES', 'EPERM')) return made(BrokerErrorCode.NotSupported, 'the broker may not read or write something in it; run the broker as the owner of the files, or as root');
  if (isSystemError(error, 'EMFILE', 'ENFILE', 'EIO', 'ESTALE')) return made(BrokerErrorCode.Unavailable, `its file system failed (${error.code}); look at the log of the machine, then try again`);
  return made(BrokerErrorCode.Internal, 'something unexpected went wrong in the broker; the log of the process that runs it has the cause');
}
