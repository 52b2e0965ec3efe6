import { BrokerError } from './broker-error.js';
import { runDeadlineMs } from './run-result.js';

/** @throws INVALID_REQUEST a deadline out of bounds. `what` names the run for people */
export function validateRunDeadline(deadlineMs: number, what: string): void {
  const { least, most } = runDeadlineMs;
  if (Number.isInteger(deadlineMs) && deadlineMs >= least && deadlineMs <= most) return;
  throw new BrokerError('INVALID_REQUEST', `deadlineMs of ${what} is ${deadlineMs}; give a whole number of milliseconds from ${least} to ${most}`);
}
