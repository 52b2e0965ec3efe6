import { AssertionError } from 'node:assert';
import { type BrokerError, type BrokerErrorCode, isBrokerError } from '@ocopea/broker-contract';
import { withinDeadline } from './within-deadline.js';

/**
 * Waits for `work` to reject with a {@link BrokerError} of this code and answers it. Fails when it resolves, rejects with
 * anything else, or does neither within 30 seconds.
 */
export async function expectBrokerError(work: Promise<unknown>, code: BrokerErrorCode): Promise<BrokerError> {
  let value: unknown;
  try {
    value = await withinDeadline(work, `rejection with ${code}`);
  } catch (error) {
    if (isBrokerError(error, code)) return error;
    throw new AssertionError({ message: `expected a rejection with ${code}, got ${String(error)}`, actual: error, expected: code });
  }
  throw new AssertionError({ message: `expected a rejection with ${code}, but it resolved`, actual: value, expected: code });
}
