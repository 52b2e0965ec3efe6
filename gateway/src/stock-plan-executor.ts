import { buildOperationContext, executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import type { GraphQLError } from 'graphql';
import type { ComposedGraph } from './composed-graph.js';
import type { PlanCall, PlanExecutor, PlanResult } from './plan-executor.js';

type RequestContext = Parameters<typeof executeQueryPlan>[2];

/**
 * The executor of `@apollo/gateway`.
 *
 * This is the only file that knows how that executor wants to be called: it takes the request context of Apollo Server,
 * of which it reads the few members below (2.14.4: `executeQueryPlan.js`, `resultShaping.js`).
 */
export class StockPlanExecutor implements PlanExecutor {
  constructor(private readonly graph: ComposedGraph) {}

  async execute({ prepared, plan = prepared.plan, variables, dataSources, context }: PlanCall): Promise<PlanResult> {
    const requestContext = {
      request: { variables },
      context,
      logger: silent,
      // Written to when a subgraph reports errors, although nothing is traced.
      metrics: {},
    } as unknown as RequestContext;
    const operationContext = buildOperationContext({
      schema: this.graph.apiSchema,
      operationDocument: prepared.plan.document,
      ...(prepared.operationName ? { operationName: prepared.operationName } : {}),
    });
    const result = await executeQueryPlan(
      plan,
      Object.fromEntries(dataSources) as ServiceMap,
      requestContext,
      operationContext,
      this.graph.supergraphSchema,
      this.graph.plannerApiSchema,
    );
    // What a subgraph answered against its own schema (null for a non-null field) is no error to the executor, only an
    // extension; without an error the client would see an unexplained null.
    const invalid = (result.extensions?.['valueCompletion'] ?? []) as GraphQLError[];
    const errors = [...(result.errors ?? []), ...invalid];
    const { responseNames } = prepared.plan;
    const data = responseNames.size > 0 ? (withResponseNames(result.data, responseNames) as PlanResult['data']) : result.data;
    return { ...(data === undefined ? {} : { data }), ...(errors.length > 0 ? { errors } : {}) };
  }
}

function withResponseNames(data: unknown, responseNames: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(data)) return data.map((each) => withResponseNames(each, responseNames));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [responseNames.get(name) ?? name, withResponseNames(value, responseNames)]));
}

const nothing = (): void => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
