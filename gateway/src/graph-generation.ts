import type { GraphQLDataSource } from '@apollo/gateway';
import type { PartitionPlan } from '@ocopea/partition';
import type { ComposedGraph } from './composed-graph.js';
import type { OperationCache } from './operation-cache.js';
import type { SubgraphService } from './ordinary-subgraph.js';
import type { PlanExecutor } from './plan-executor.js';

/**
 * All that was derived from one composition. A new composition makes a new generation; requests and subscriptions end
 * with the one they began with, so that no plan ever meets a schema it was not made for.
 */
export interface GraphGeneration {
  readonly graph: ComposedGraph;
  readonly operations: OperationCache;
  readonly executor: PlanExecutor;
  readonly partitionPlan: PartitionPlan;
  /** By subgraph name, the partitioned one included. */
  readonly dataSources: ReadonlyMap<string, GraphQLDataSource>;
  /** By name. */
  readonly ordinary: ReadonlyMap<string, SubgraphService>;
}
