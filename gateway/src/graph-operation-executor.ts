import type { OperationExecutor } from '@ocopea/edge';
import type { GatewayContext } from './gateway-context.js';
import type { ServedGraph } from './served-graph.js';

/** Lets the edge run the operations of a graph, which may be composed anew while it runs: straight, with no server library between. */
export function graphOperationExecutor(graph: ServedGraph): OperationExecutor<GatewayContext> {
  return {
    schema: () => graph.apiSchema(),
    execute: ({ prepared: { document, operationName, schema }, variables, context }) => graph.execute({ document, validFor: schema, operationName, variables, context }),
    // Whoever opened the graph closes it.
    stop: () => Promise.resolve(),
  };
}
