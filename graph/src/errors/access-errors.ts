import { OcopeaError, type OcopeaErrorOptions } from '../ocopea-error.js';

/** Says nothing about why: whoever presents a wrong credential learns only that it is wrong. */
export function unauthenticated(
  message = 'no valid credential: send "Authorization: Bearer <token>" with the administrator\'s token or one issued for this process',
  options?: OcopeaErrorOptions,
): OcopeaError {
  return new OcopeaError('UNAUTHENTICATED', message, options);
}

export function tokenExpired(what: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('TOKEN_EXPIRED', `the ${what} has expired; ask for a new one`, options);
}

export function tokenWrongPurpose(expected: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('TOKEN_WRONG_PURPOSE', `this token was issued for another purpose, ${expected} was expected`, options);
}

/** @param what - what the caller may not do, for example `remove Sites` */
export function forbidden(callerName: string, what: string): OcopeaError {
  return new OcopeaError('FORBIDDEN', `${callerName} may not ${what}; ask an administrator`);
}

/** @param why - which part of the Grant does not fit, for example `it is for another copy part` */
export function grantRefused(why: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('GRANT_REFUSED', `the Grant was refused: ${why}`, options);
}
