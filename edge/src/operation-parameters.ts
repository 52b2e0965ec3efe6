import { OcopeaError } from '@ocopea/graph';
import type { DocumentReference } from './document-store.js';
import type { AskedExtras } from './edge-options.js';

/** One operation as a client sends it. */
export interface OperationParameters extends DocumentReference {
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
  /** What clients and servers agree on beside GraphQL. */
  readonly extensions: Record<string, unknown>;
  /** It came in a way that must not change anything: by GET. */
  readonly isReadOnly: boolean;
}

/**
 * The parameters of one operation from the JSON of a body or of a message.
 *
 * @throws BAD_REQUEST
 */
export function operationParameters(value: unknown, isReadOnly = false): OperationParameters {
  if (!isObject(value)) throw badRequest('the body is not a JSON object with a "query"');
  const { query, documentId, operationName, variables, extensions } = value;
  if (!isNothing(query) && typeof query !== 'string') throw badRequest('"query" is not a text: it holds the GraphQL document');
  if (!isNothing(documentId) && typeof documentId !== 'string') throw badRequest('"documentId" is not a text: it holds the id of a document');
  if (!isNothing(operationName) && typeof operationName !== 'string') throw badRequest('"operationName" is not a text');
  if (!isNothing(variables) && !isObject(variables)) throw badRequest('"variables" is not a JSON object');
  if (!isNothing(extensions) && !isObject(extensions)) throw badRequest('"extensions" is not a JSON object');
  const apolloHash = apolloHashIn(extensions ?? {});
  if (!query && isNothing(documentId) && apolloHash === undefined) throw badRequest('"query" is missing: it holds the GraphQL document as text');
  return {
    // Some clients send an empty text when there is none.
    query: query || undefined,
    documentId: documentId ?? undefined,
    apolloHash,
    operationName: operationName || undefined,
    variables: variables ?? {},
    extensions: extensions ?? {},
    isReadOnly,
  };
}

/** What the client wants to know beside the answer. */
export function askedExtras({ extensions }: Pick<OperationParameters, 'extensions'>): AskedExtras {
  return { cost: extensions['cost'] === true, explain: extensions['explain'] === true };
}

/** The same from the query of a URL. @throws BAD_REQUEST */
export function operationParametersOfUrl(search: URLSearchParams): OperationParameters {
  const json = (name: string): unknown => {
    const text = search.get(name);
    return text === null || text === '' ? undefined : parseJson(text, `"${name}"`);
  };
  return operationParameters(
    { query: search.get('query'), documentId: search.get('documentId'), operationName: search.get('operationName'), variables: json('variables'), extensions: json('extensions') },
    true,
  );
}

/** @throws BAD_REQUEST */
export function parseJson(text: string, what = 'the body'): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(`${what} is not JSON`);
  }
}

/** `extensions.persistedQuery` of Apollo's clients: https://www.apollographql.com/docs/apollo-server/performance/apq */
function apolloHashIn({ persistedQuery }: Record<string, unknown>): string | undefined {
  if (isNothing(persistedQuery)) return undefined;
  const { version, sha256Hash } = isObject(persistedQuery) ? persistedQuery : {};
  if (version === 1 && typeof sha256Hash === 'string' && /^[0-9a-f]{64}$/i.test(sha256Hash)) return sha256Hash;
  throw badRequest('"extensions.persistedQuery" is not of version 1 with a "sha256Hash" of 64 hexadecimal digits');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function badRequest(message: string): OcopeaError {
  return new OcopeaError('BAD_REQUEST', message);
}
