import { errorCatalogue, isErrorCode, type ErrorCode, type ErrorRetry } from './error-catalogue.js';

export interface OcopeaErrorOptions {
  /** Stays inside the process. */
  readonly cause?: unknown;
  /** Goes to the client in `extensions`, next to the code: ids and figures, never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Whether this one is worth a repeat. @default what its code says */
  readonly retry?: ErrorRetry;
}

/**
 * An expected failure with a code of the {@link errorCatalogue}. Its message goes to people: what happened to which thing and
 * what to do; no secret, no stack, no internal address. Made by the factories of `errors/`.
 */
export class OcopeaError extends Error {
  override readonly name = 'OcopeaError';
  readonly retry: ErrorRetry;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: OcopeaErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retry = options.retry ?? errorCatalogue[code].retry;
    this.details = options.details ?? {};
  }
}

/**
 * True for an {@link OcopeaError} with this code, or with any when none is given. Goes by shape, since a process may load two
 * builds of this module (sources in tests, `dist` in a dependency).
 */
export function isOcopeaError(error: unknown, code?: ErrorCode): error is OcopeaError {
  if (!(error instanceof Error) || error.name !== 'OcopeaError') return false;
  const found = (error as Partial<OcopeaError>).code;
  return isErrorCode(found) && (code === undefined || found === code);
}
