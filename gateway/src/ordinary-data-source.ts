import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayContext } from './gateway-context.js';
import type { SubgraphService } from './ordinary-subgraph.js';
import { watchedCall } from './watched-call.js';

/** Brings the fetches of a query plan to a subgraph that is not partitioned. */
export class OrdinaryDataSource implements GraphQLDataSource {
  constructor(private readonly subgraph: SubgraphService) {}

  async process({ request, context }: GraphQLDataSourceProcessOptions): ReturnType<GraphQLDataSource['process']> {
    const { signal } = context as GatewayContext;
    signal.throwIfAborted();
    const subgraphRequest = {
      query: request.query ?? '',
      variables: request.variables ?? {},
      ...(request.operationName ? { operationName: request.operationName } : {}),
    };
    const result = await watchedCall(this.subgraph.name, subgraphRequest, context as GatewayContext, (watched) =>
      this.subgraph.execute(subgraphRequest, { context: watched, signal }),
    );
    return result as Awaited<ReturnType<GraphQLDataSource['process']>>;
  }
}
