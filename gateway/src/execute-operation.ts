import { SiteReport } from '@ocopea/partition';
import { getVariableValues, GraphQLError } from 'graphql';
import { clientErrors } from './client-errors.js';
import type { GatewayContext } from './gateway-context.js';
import type { GatewayLog } from './gateway-log.js';
import type { GraphGeneration } from './graph-generation.js';
import type { GraphRequest, GraphResult } from './graph-request.js';
import type { PreparedOperation } from './operation-cache.js';
import { executePlan } from './plan-executor.js';

/**
 * Answers a query or mutation. Never throws: what goes wrong is in the result, beside whatever data there is, and
 * `extensions.sites` says which Sites answered.
 */
export async function executeOperation(generation: GraphGeneration, request: GraphRequest, log: GatewayLog): Promise<GraphResult> {
  const siteReport = new SiteReport();
  const context: GatewayContext = { principal: request.principal, signal: request.signal, siteReport };
  try {
    const prepared = prepareRequest(generation, request);
    if (isRefused(prepared)) return prepared;
    if (prepared.operation.operation === 'subscription') {
      return refused([new GraphQLError('a subscription needs a transport that streams: WebSocket or server-sent events', { extensions: { code: 'BAD_REQUEST' } })]);
    }
    const { data, errors } = await executePlan({
      graph: generation.graph,
      prepared,
      variables: request.variables ?? {},
      dataSources: generation.dataSources,
      context,
    });
    return {
      data: data ?? null,
      ...(errors ? { errors: clientErrors(errors, log) } : {}),
      extensions: { sites: siteReport.entries() },
    };
  } catch (error) {
    return { data: null, errors: clientErrors([error], log), extensions: { sites: siteReport.entries() } };
  }
}

/** Parsed, valid and planned, its variables checked; or the answer that says what is wrong with it. */
export function prepareRequest(generation: GraphGeneration, request: GraphRequest): PreparedOperation | GraphResult {
  const prepared = generation.operations.prepare(request.source, request.operationName);
  if (isErrors(prepared)) return refused(prepared);
  const { errors } = getVariableValues(
    generation.graph.apiSchema,
    prepared.operation.variableDefinitions ?? [],
    request.variables ?? {},
    { maxErrors: 20 },
  );
  return errors ? refused(errors.map((error) => new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions: { code: 'BAD_INPUT' } }))) : prepared;
}

export function isRefused(prepared: PreparedOperation | GraphResult): prepared is GraphResult {
  return !('plan' in prepared);
}

/** Without `data`: nothing of the operation was begun. */
function refused(errors: readonly GraphQLError[]): GraphResult {
  return { errors };
}

function isErrors(prepared: PreparedOperation | readonly GraphQLError[]): prepared is readonly GraphQLError[] {
  return Array.isArray(prepared);
}
