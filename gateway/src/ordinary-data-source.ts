import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayContext } from './gateway-context.js';
import type { SubgraphService } from './ordinary-subgraph.js';

/** Brings the fetches of a query plan to a subgraph that is not partitioned. */
export class OrdinaryDataSource implements GraphQLDataSource {
  constructor(private readonly subgraph: SubgraphService) {}

  async process({ request, context }: GraphQLDataSourceProcessOptions): ReturnType<GraphQLDataSource['process']> {
    const { signal } = context as GatewayContext;
    signal.throwIfAborted();
    const result = await this.subgraph.execute(
      {
        query: request.query ?? '',
        variables: request.variables ?? {},
        ...(request.operationName ? { operationName: request.operationName } : {}),
      },
      { context: context as GatewayContext, signal },
    );
    return result as Awaited<ReturnType<GraphQLDataSource['process']>>;
  }
}
