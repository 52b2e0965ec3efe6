import { OcopeaError, type OcopeaErrorOptions } from '../ocopea-error.js';

export function bodyTooLarge(limitBytes: number): OcopeaError {
  return new OcopeaError('BODY_TOO_LARGE', `the body is larger than ${limitBytes} bytes; send less in one request`, {
    details: { limitBytes },
  });
}

export function queryTooDeep(limit: number): OcopeaError {
  return new OcopeaError('QUERY_TOO_DEEP', `the document is nested deeper than ${limit} levels; ask for less in one request`, {
    details: { limit },
  });
}

/** @param what - what there is too much of, for example `aliases` */
export function queryTooComplex(what: string, limit: number): OcopeaError {
  return new OcopeaError('QUERY_TOO_COMPLEX', `the document has more than ${limit} ${what}; ask for less in one request`, {
    details: { what, limit },
  });
}

export function portInUse(host: string, port: number, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError(
    'PORT_IN_USE',
    `port ${port} on ${host} is taken by another process; stop that one or choose another port`,
    { ...options, details: { port } },
  );
}

/** @param lastCursor - where to resume, when it is known */
export function subscriberTooSlow(lastCursor?: string): OcopeaError {
  return new OcopeaError(
    'SUBSCRIBER_TOO_SLOW',
    'the subscriber reads slower than events come; subscribe again with `after` set to the last cursor received',
    lastCursor === undefined ? {} : { details: { cursor: lastCursor } },
  );
}

export function tooManyConnections(what: string, limit: number): OcopeaError {
  return new OcopeaError('TOO_MANY_CONNECTIONS', `there are ${limit} ${what} already; close some or ask again later`, {
    details: { limit },
  });
}

export function shuttingDown(): OcopeaError {
  return new OcopeaError('SHUTTING_DOWN', 'this process is stopping; ask again when it is back');
}

export function unknownPath(method: string, path: string): OcopeaError {
  return new OcopeaError(
    'UNKNOWN_PATH',
    `nothing is served under ${method} ${path.slice(0, 120)}; the graph is at POST /graphql`,
  );
}
