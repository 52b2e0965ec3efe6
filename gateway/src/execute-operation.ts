import { beginSpan, endSpan } from '@ocopea/edge';
import { toClientError } from '@ocopea/graph';
import { getVariableValues, GraphQLError } from 'graphql';
import { clientErrors } from './client-errors.js';
import type { GatewayLog } from './gateway-log.js';
import type { GraphGeneration } from './graph-generation.js';
import type { GraphRequest, GraphResult } from './graph-request.js';
import type { PreparedOperation } from './operation-cache.js';
import { planVariables } from './planning/rename-variables.js';

/**
 * Answers a query or mutation. Never throws: what goes wrong is in the result, beside whatever data there is. Which Sites
 * answered is in the context's `siteReport` afterwards.
 */
export async function executeOperation(generation: GraphGeneration, request: GraphRequest, log: GatewayLog): Promise<GraphResult> {
  try {
    const prepared = prepareRequest(generation, request);
    if (isRefused(prepared)) return prepared;
    if (prepared.operation.operation === 'subscription') {
      const message = 'a subscription needs a transport that streams: WebSocket or server-sent events';
      return refused([new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } })]);
    }
    const { data, errors } = await generation.executor.execute({
      prepared,
      variables: planVariables(prepared.plan.variableNames, request.variables ?? {}),
      dataSources: generation.dataSources,
      context: request.context,
    });
    return { data: data ?? null, ...(errors ? { errors: clientErrors(errors, log) } : {}) };
  } catch (error) {
    return { data: null, errors: clientErrors([error], log) };
  }
}

/** The planned operation, its variables checked; or the answer that says what is wrong with it. */
export function prepareRequest(generation: GraphGeneration, request: GraphRequest): PreparedOperation | GraphResult {
  const span = beginSpan('plan', request.context.trace, {});
  const prepared = generation.operations.prepare(request.document, request.operationName, request.variables, request.validFor);
  endSpan(span, 'plan' in prepared ? undefined : 'REFUSED');
  if (!('plan' in prepared)) return refused(prepared);
  request.context.explanation?.planned(prepared.plan, prepared.operation.operation === 'mutation');
  const { apiSchema } = generation.graph;
  const variableDefinitions = prepared.operation.variableDefinitions ?? [];
  const { errors } = getVariableValues(apiSchema, variableDefinitions, request.variables ?? {}, { maxErrors: 20 });
  if (!errors) return prepared;
  return refused(errors.map((error) => toClientError(error)));
}

export function isRefused(prepared: PreparedOperation | GraphResult): prepared is GraphResult {
  return !('plan' in prepared);
}

/** Without `data`: nothing of the operation was begun. */
function refused(errors: readonly GraphQLError[]): GraphResult {
  return { errors };
}
