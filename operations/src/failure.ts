import { randomUUID } from 'node:crypto';
import { isErrorCode, isOcopeaError, OcopeaError, type ErrorRetry } from '@ocopea/graph';
import { isBrokerError } from '@ocopea/broker-contract';
import type { OperationLog } from './log.js';

/** A failure that may be recorded and shown: no secret, no stack. */
export interface RecordedFailure {
  readonly code: string;
  readonly message: string;
  readonly retry: ErrorRetry;
}

/**
 * What of an error may be recorded. An error that is none of ours may hold anything, so only the log gets to see it, under a
 * number that the recorded message names.
 */
export function recordFailure(error: unknown, log: OperationLog, where: Readonly<Record<string, unknown>>): RecordedFailure {
  if (isOcopeaError(error) || isBrokerError(error)) {
    return { code: error.code, message: error.message, retry: error.retry };
  }
  const correlationId = randomUUID();
  log.error({ ...where, correlationId, err: error }, 'an operation met an unexpected error');
  return {
    code: 'INTERNAL',
    message: `something went wrong here; see the log for ${correlationId}`,
    retry: 'fatal',
  };
}

/** The error that stands for a recorded failure in the body of an operation. */
export function failureError(failure: RecordedFailure): OcopeaError {
  return new OcopeaError(isErrorCode(failure.code) ? failure.code : 'INTERNAL', failure.message);
}
