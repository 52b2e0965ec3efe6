import { buildOperationContext, executeQueryPlan, type GraphQLDataSource, type ServiceMap } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import type { GraphQLError } from 'graphql';
import type { ComposedGraph } from './composed-graph.js';
import type { GatewayContext } from './gateway-context.js';
import type { PreparedOperation } from './operation-cache.js';

export interface ExecutePlanOptions {
  readonly graph: ComposedGraph;
  readonly prepared: PreparedOperation;
  /** @default the prepared operation's own plan */
  readonly plan?: QueryPlan;
  readonly variables: Record<string, unknown>;
  /** By subgraph name. */
  readonly dataSources: ReadonlyMap<string, GraphQLDataSource>;
  readonly context: GatewayContext;
}

export interface PlanResult {
  readonly data?: Record<string, unknown> | null;
  /** As the executor made them: not yet fit for clients. */
  readonly errors?: readonly unknown[];
}

type RequestContext = Parameters<typeof executeQueryPlan>[2];

/**
 * Runs a query plan by the executor of `@apollo/gateway`.
 *
 * This is the only file that knows how that executor wants to be called: it takes the request context of Apollo Server,
 * of which it reads the few members below (2.14.4: `executeQueryPlan.js`, `resultShaping.js`).
 */
export async function executePlan(options: ExecutePlanOptions): Promise<PlanResult> {
  const { graph, prepared, variables, context } = options;
  const requestContext = {
    request: { variables },
    context,
    logger: silent,
    // Written to when a subgraph reports errors, although nothing is traced.
    metrics: {},
  } as unknown as RequestContext;
  const operationContext = buildOperationContext({
    schema: graph.apiSchema,
    operationDocument: prepared.document,
    ...(prepared.operationName ? { operationName: prepared.operationName } : {}),
  });
  const result = await executeQueryPlan(
    options.plan ?? prepared.plan,
    Object.fromEntries(options.dataSources) as ServiceMap,
    requestContext,
    operationContext,
    graph.supergraphSchema,
    graph.plannerApiSchema,
  );
  // What a subgraph answered against its own schema (null for a non-null field) is no error to the executor, only an
  // extension; without an error the client would see an unexplained null.
  const invalid = (result.extensions?.['valueCompletion'] ?? []) as GraphQLError[];
  const errors = [...(result.errors ?? []), ...invalid];
  return { ...(result.data === undefined ? {} : { data: result.data }), ...(errors.length > 0 ? { errors } : {}) };
}

const nothing = (): void => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
