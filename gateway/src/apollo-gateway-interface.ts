import type { GatewayInterface } from '@ocopea/edge';
import type { GatewayContext } from './gateway-context.js';
import type { ServedGraph } from './served-graph.js';

/** Lets Apollo Server, and so the edge, serve a graph that is recomposed while it runs. */
export function apolloGatewayInterface(graph: ServedGraph): GatewayInterface {
  const subscriptions = new Set<() => void>();
  return {
    onSchemaLoadOrUpdate(callback) {
      const unsubscribe = graph.onChange(() => callback(schemaContext()));
      subscriptions.add(unsubscribe);
      // Called before `load`; Apollo Server must have a schema when that returns.
      callback(schemaContext());
      return unsubscribe;
    },
    load() {
      return Promise.resolve({
        executor: ({ document, request, context }) =>
          graph.execute({
            document,
            operationName: request.operationName,
            variables: request.variables,
            context: context as GatewayContext,
          }),
      });
    },
    stop() {
      for (const unsubscribe of subscriptions) unsubscribe();
      return Promise.resolve();
    },
  };

  function schemaContext() {
    return { apiSchema: graph.apiSchema(), coreSupergraphSdl: graph.supergraphSdl() };
  }
}
