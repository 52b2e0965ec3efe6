import { OcopeaError } from '@ocopea/graph';

/** One operation as a client sends it. */
export interface OperationParameters {
  readonly query: string;
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
  if (Array.isArray(value)) throw badRequest('a list of requests is not taken: batching is not supported; send each by itself');
  if (!isObject(value)) throw badRequest('the body is not a JSON object with a "query"');
  const { query, operationName, variables, extensions } = value;
  if (isNothing(query) || query === '') throw badRequest('"query" is missing: it holds the GraphQL document as text');
  if (typeof query !== 'string') throw badRequest('"query" is not a text: it holds the GraphQL document');
  if (!isNothing(operationName) && typeof operationName !== 'string') throw badRequest('"operationName" is not a text');
  if (!isNothing(variables) && !isObject(variables)) throw badRequest('"variables" is not a JSON object');
  if (!isNothing(extensions) && !isObject(extensions)) throw badRequest('"extensions" is not a JSON object');
  // Some clients send an empty name when there is none.
  return { query, operationName: operationName || undefined, variables: variables ?? {}, extensions: extensions ?? {}, isReadOnly };
}

/** The same from the query of a URL. @throws BAD_REQUEST */
export function operationParametersOfUrl(search: URLSearchParams): OperationParameters {
  const json = (name: string): unknown => {
    const text = search.get(name);
    return text === null || text === '' ? undefined : parseJson(text, `"${name}"`);
  };
  return operationParameters(
    { query: search.get('query'), operationName: search.get('operationName'), variables: json('variables'), extensions: json('extensions') },
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function badRequest(message: string): OcopeaError {
  return new OcopeaError('BAD_REQUEST', message);
}
