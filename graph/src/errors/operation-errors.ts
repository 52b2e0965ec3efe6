import { OcopeaError, type OcopeaErrorOptions } from '../ocopea-error.js';
import { quoted } from './quoted.js';

export function deadlineExceeded(what: string, deadlineMs: number, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('DEADLINE_EXCEEDED', `${what} did not end within ${deadlineMs} ms and was stopped`, options);
}

/** @param problem - why, for example `it ended with exit code 3` */
export function hookFailed(hook: string, service: string, problem: string): OcopeaError {
  return new OcopeaError('HOOK_FAILED', `hook ${quoted(hook)} in service ${quoted(service)} did not succeed: ${problem}; its output is with the copy`);
}

export function cancelled(what: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('CANCELLED', `${what} was cancelled`, options);
}

/** @param phase - the phase it is in, for example `DONE` */
export function operationNotCancellable(operationId: string, phase: string): OcopeaError {
  return new OcopeaError(
    'OPERATION_NOT_CANCELLABLE',
    `operation ${quoted(operationId)} is ${phase}: its result is decided and cannot be cancelled any more`,
  );
}

export function operationNotRetryable(operationId: string, state: string): OcopeaError {
  return new OcopeaError(
    'OPERATION_NOT_RETRYABLE',
    `operation ${quoted(operationId)} is ${state}: only one that FAILED or was CANCELLED can be retried`,
  );
}

/** @param why - a clause: `createCopy undoes what it made when it fails` */
export function operationNotResumable(operationId: string, why: string): OcopeaError {
  return new OcopeaError('OPERATION_NOT_RESUMABLE', `operation ${quoted(operationId)} cannot go on at the step that failed: ${why}; retry it from the start`);
}
