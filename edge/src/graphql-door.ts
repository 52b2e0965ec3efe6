import type { IncomingMessage, ServerResponse } from 'node:http';
import { OcopeaError } from '@ocopea/graph';
import type { ExecutionResult } from 'graphql';
import { acceptedType, type AnswerType } from './accepted-type.js';
import { clientLeft } from './call-scope.js';
import type { EdgeLimits } from './edge-limits.js';
import type { EdgeCall, EdgeServices } from './edge-services.js';
import { answerError, answerText } from './http-answer.js';
import { operationParameters, operationParametersOfUrl, parseJson, type OperationParameters } from './operation-parameters.js';
import { readBody } from './read-body.js';
import { runOperation } from './run-operation.js';

/**
 * Queries and mutations as GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/). The caller is known.
 *
 * A page of a foreign origin can make a browser send what a form or an image can, without asking first. So a body is read only as
 * `application/json`, which no form sends; by GET there are only queries, and none that a browser says comes from another site.
 */
export async function answerGraphql<TContext extends object>(
  request: IncomingMessage,
  response: ServerResponse,
  call: EdgeCall,
  services: EdgeServices<TContext>,
): Promise<void> {
  const refuse = (status: number, message: string, headers: Record<string, string> = {}): void =>
    answerError(response, services.engine.toClient(new OcopeaError('BAD_REQUEST', message)), { status, headers });

  const type = acceptedType(request.headers.accept);
  if (type === undefined) return refuse(406, 'the "accept" header takes neither application/graphql-response+json nor application/json');
  if (request.method !== 'GET' && request.method !== 'POST') return refuse(405, 'GraphQL over HTTP knows GET/POST only', { allow: 'GET, POST' });
  const isReadOnly = request.method === 'GET';
  const parameters = isReadOnly ? parametersOfUrl(request, call) : await parametersOfBody(request, response, services.limits);
  const operation = services.engine.prepare(parameters);
  if (isReadOnly && 'operation' in operation && operation.operation.operation === 'mutation') {
    return refuse(405, 'GET requests only support query operations; use POST for a mutation', { allow: 'POST' });
  }
  const result = await runOperation(
    { operation, variables: parameters.variables, request: { ...call, transport: 'http' }, endedBy: [clientLeft(response), services.stopping] },
    services,
  );
  answerResult(response, result, type);
}

function answerResult(response: ServerResponse, result: ExecutionResult, { contentType, refusedStatus }: AnswerType): void {
  answerText(response, result.data === undefined ? refusedStatus : 200, JSON.stringify(result), contentType);
}

/** Headers that a page can only send after the browser has asked whether it may. */
const preflightHeaders = ['apollo-require-preflight', 'x-apollo-operation-name', 'graphql-require-preflight'];

function parametersOfUrl({ headers }: IncomingMessage, { url }: EdgeCall): OperationParameters {
  const site = headers['sec-fetch-site'];
  const isForeign = site === 'cross-site' || site === 'same-site';
  if (isForeign && !preflightHeaders.some((name) => headers[name] !== undefined)) {
    throw new OcopeaError('BAD_REQUEST', `a page of another site asked, which may be Cross-Site Request Forgery; send a header "${preflightHeaders[0]}"`);
  }
  return operationParametersOfUrl(url.searchParams);
}

async function parametersOfBody(request: IncomingMessage, response: ServerResponse, limits: EdgeLimits): Promise<OperationParameters> {
  if (!isJson(request.headers['content-type'])) {
    throw new OcopeaError(
      'BAD_REQUEST',
      'the "content-type" header is not application/json in UTF-8; what a form can send is blocked as a possible Cross-Site Request Forgery',
    );
  }
  return operationParameters(parseJson(await readBody(request, response, limits)));
}

/** No other encoding of JSON than UTF-8 is read. */
function isJson(contentType: string | undefined): boolean {
  return contentType === 'application/json' || /^\s*application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(contentType ?? '');
}
