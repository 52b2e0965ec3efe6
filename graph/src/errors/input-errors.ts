import { OcopeaError, type OcopeaErrorOptions } from '../ocopea-error.js';
import { quoted } from './quoted.js';

/** @param argument - path of the argument, for example `input.name` */
export function badInput(argument: string, problem: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('BAD_INPUT', `${argument}: ${problem}`, { ...options, details: { argument, ...options?.details } });
}

/**
 * @param what - the noun, for example `copy`
 * @param hint - what to do
 */
export function notFound(what: string, idOrName: string, hint = 'it may have been deleted; check the id'): OcopeaError {
  return new OcopeaError('NOT_FOUND', `there is no ${what} ${quoted(idOrName)}; ${hint}`);
}

export function nameTaken(what: string, name: string, holderId: string): OcopeaError {
  return new OcopeaError(
    'NAME_TAKEN',
    `the name ${quoted(name)} is taken by ${what} ${quoted(holderId)}; choose another or delete that one`,
    {
      details: { holderId },
    },
  );
}

/** @param problems - one sentence each, in the order of the manifest */
export function manifestInvalid(problems: readonly string[]): OcopeaError {
  return new OcopeaError('MANIFEST_INVALID', `the manifest cannot be deployed: ${problems.join('; ')}`, {
    details: { problems: [...problems] },
  });
}

export function conflict(message: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('CONFLICT', message, options);
}

/** @param what - a clause without the verb, for example `registering a broker by URL` */
export function notSupported(what: string, hint?: string): OcopeaError {
  return new OcopeaError('NOT_SUPPORTED', `${what} is not supported here${hint === undefined ? '' : `; ${hint}`}`);
}

/** @param order - the order the list was asked in, for example `createdAt:DESC` */
export function cursorInvalid(argument: string, order: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError(
    'CURSOR_INVALID',
    `${argument}: this is not a cursor of this list ordered by ${order}; use one from pageInfo or edges of the same list and order`,
    options,
  );
}
