import { BrokerError } from '@ocopea/broker-contract';
import { EmbeddedErrorCode, isEmbeddedError, isSystemError } from '@ocopea/embedded';

/** What went wrong in terms of the contract. `what` names the work for people. */
export function asBrokerError(error: unknown, what: string): BrokerError {
  if (error instanceof BrokerError) return error;
  if (isSystemError(error, 'ENOSPC', 'EDQUOT')) return new BrokerError('CAPACITY_EXCEEDED', `${what} failed: the disk is full; make room`, { cause: error });
  if (isSystemError(error, 'EACCES', 'EPERM', 'EROFS')) {
    return new BrokerError('UNAVAILABLE', `${what} failed: the broker may not write to its folder; look at its permissions`, { cause: error });
  }
  if (isEmbeddedError(error, EmbeddedErrorCode.PortInUse)) return new BrokerError('CAPACITY_EXCEEDED', `${what} failed: no port is free`, { cause: error });
  if (isEmbeddedError(error)) return new BrokerError('UNAVAILABLE', `${what} failed: ${error.message}`, { cause: error });
  return new BrokerError('INTERNAL', `${what} failed for a reason that the broker does not know; see its log`, { cause: error });
}
