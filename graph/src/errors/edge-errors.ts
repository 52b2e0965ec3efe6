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

export interface ExpensiveQuery {
  readonly cost: number;
  readonly limit: number;
  /** The field that makes most of it, as a path in the answer. */
  readonly dearest?: { readonly field: string; readonly cost: number };
}

export function queryTooExpensive({ cost, limit, dearest }: ExpensiveQuery): OcopeaError {
  const most = dearest === undefined ? '' : `; "${dearest.field}" makes ${dearest.cost} of it`;
  return new OcopeaError(
    'QUERY_TOO_EXPENSIVE',
    `the operation costs ${cost}, and the limit is ${limit}${most}: ask for shorter pages, fewer fields or fewer Sites`,
    { details: { cost, limit, ...(dearest && { dearest }) } },
  );
}

/** @param isApollo - whether the client speaks Apollo's form, whose libraries go by the very message */
export function documentUnknown(id: string, isApollo: boolean): OcopeaError {
  const message = isApollo ? 'PersistedQueryNotFound' : `there is no document ${JSON.stringify(id.slice(0, 100))} here; send its text in "query"`;
  return new OcopeaError('PERSISTED_QUERY_NOT_FOUND', message);
}

export function documentNotSafelisted(): OcopeaError {
  return new OcopeaError(
    'DOCUMENT_NOT_SAFELISTED',
    'this process executes only documents of its manifest, and this is none of them; have it added to the manifest',
  );
}

export function documentIdMismatch(): OcopeaError {
  return new OcopeaError('BAD_REQUEST', 'the text in "query" is not the document that the id in the same request names');
}

/** @param limit - how many are taken in one body; 1 where batching is off */
export function batchRefused(limit: number): OcopeaError {
  const allowed = limit <= 1 ? 'one request at a time' : `at most ${limit} requests in one body`;
  return new OcopeaError('BATCH_REFUSED', `this process takes ${allowed}; send the others by themselves`, { details: { limit } });
}

/** @param waitMs - after how long the next request is taken */
export function rateLimited(who: string, waitMs: number): OcopeaError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new OcopeaError('RATE_LIMITED', `${who} asks more often than this process allows; ask again in ${retryAfterSeconds} s`, {
    details: { retryAfterSeconds },
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
