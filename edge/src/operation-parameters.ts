import { OcopeaError } from '@ocopea/graph';

/** One operation as a client sends it. */
export interface OperationParameters {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
  /** It came in a way that must not change anything: by GET. */
  readonly isReadOnly: boolean;
}

/**
 * The parameters of one operation from the JSON of a body or of a message.
 *
 * @throws BAD_REQUEST
 */
export function operationParameters(value: unknown, isReadOnly = false): OperationParameters {
  if (!isObject(value)) throw badRequest('the request is not a JSON object with a "query"');
  const { query, operationName, variables } = value;
  if (typeof query !== 'string' || query === '') throw badRequest('"query" is missing: it holds the GraphQL document as text');
  if (!isNothing(operationName) && typeof operationName !== 'string') throw badRequest('"operationName" is not a text');
  if (!isNothing(variables) && !isObject(variables)) throw badRequest('"variables" is not a JSON object');
  return { query, operationName: operationName ?? undefined, variables: variables ?? {}, isReadOnly };
}

/** The same from the query of a URL. @throws BAD_REQUEST */
export function operationParametersOfUrl(search: URLSearchParams): OperationParameters {
  const variables = search.get('variables');
  const parsed = variables === null ? undefined : parseJson(variables, '"variables"');
  return operationParameters({ query: search.get('query'), operationName: search.get('operationName'), variables: parsed }, true);
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
