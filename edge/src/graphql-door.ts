import type { IncomingMessage, ServerResponse } from 'node:http';
import { batchRefused, OcopeaError } from '@ocopea/graph';
import type { ExecutionResult } from 'graphql';
import { acceptedType, type AnswerType } from './accepted-type.js';
import { clientLeft } from './call-scope.js';
import type { EdgeCall, EdgeServices } from './edge-services.js';
import { answerError, answerText } from './http-answer.js';
import { operationParameters, type OperationParameters } from './operation-parameters.js';
import { parametersOfUrl, readJsonBody } from './request-parameters.js';
import { runOperation } from './run-operation.js';

/**
 * Queries and mutations as GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/). The caller is known. By GET there are
 * only queries. A list of requests is answered with the list of their answers, where that is allowed.
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
  const body = isReadOnly ? undefined : await readJsonBody(request, response, services.limits);
  const endedBy = [clientLeft(response), services.stopping];
  if (Array.isArray(body)) {
    const results = await runBatch(body, call, endedBy, services);
    return answerText(response, 200, JSON.stringify(results), type.contentType);
  }
  const parameters = isReadOnly ? parametersOfUrl(request, call.url) : operationParameters(body);
  const operation = services.engine.prepare(parameters, call.principal);
  if (isReadOnly && 'operation' in operation && operation.operation.operation === 'mutation') {
    return refuse(405, 'GET requests only support query operations; use POST for a mutation', { allow: 'POST' });
  }
  const result = await runOperation({ operation, parameters, request: { ...call, transport: 'http' }, endedBy }, services);
  answerResult(response, result, type);
}

function answerResult(response: ServerResponse, result: ExecutionResult, { contentType, refusedStatus }: AnswerType): void {
  answerText(response, result.data === undefined ? refusedStatus : 200, JSON.stringify(result), contentType);
}

/**
 * Runs requests one after the other: each counts for the rate, and their costs are counted together before the first is run. One that goes
 * wrong costs the others nothing.
 *
 * @throws BATCH_REFUSED, RATE_LIMITED, QUERY_TOO_EXPENSIVE
 */
async function runBatch<TContext extends object>(
  bodies: readonly unknown[],
  call: EdgeCall,
  endedBy: readonly AbortSignal[],
  services: EdgeServices<TContext>,
): Promise<ExecutionResult[]> {
  const { engine, limits, rates } = services;
  if (limits.batch <= 1 || bodies.length > limits.batch || bodies.length === 0) throw batchRefused(limits.batch);
  // The first was counted when it came in.
  for (let further = 1; further < bodies.length; further += 1) rates.count(call.principal);
  const entries = bodies.map((body) => {
    const parameters: OperationParameters = operationParameters(body);
    return { parameters, operation: engine.prepare(parameters, call.principal) };
  });
  engine.admitTogether(entries.flatMap(({ operation, parameters: { variables } }) => ('operation' in operation ? [{ operation, variables }] : [])));
  const results: ExecutionResult[] = [];
  for (const entry of entries) {
    const run = runOperation({ ...entry, request: { ...call, transport: 'http' }, endedBy }, services);
    results.push(await run.catch((error: unknown) => ({ errors: [engine.toClient(error)] })));
  }
  return results;
}
