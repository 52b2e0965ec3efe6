import type { GraphQLDataSource } from '@apollo/gateway';
import type { FieldSpread } from '@ocopea/edge';
import { MemoryPartitionDirectory, type PartitionPlan } from '@ocopea/partition';
import { GraphQLSchema } from 'graphql';
import type { ComposedGraph } from './composed-graph.js';
import { executeOperation } from './execute-operation.js';
import { CompiledPlanExecutor } from './executor/compiled-plan-executor.js';
import type { GatewayContext } from './gateway-context.js';
import type { GatewayLog } from './gateway-log.js';
import type { GraphGeneration } from './graph-generation.js';
import type { GraphObserver } from './graph-observer.js';
import type { GraphRequest, GraphResult } from './graph-request.js';
import { OperationCache } from './operation-cache.js';
import { OrdinaryDataSource } from './ordinary-data-source.js';
import type { SubgraphService } from './ordinary-subgraph.js';
import type { PlanExecutorFactory } from './plan-executor.js';
import type { ServedGraph } from './served-graph.js';
import { SubgraphStreams } from './subgraph-streams.js';
import { subscribeOperation } from './subscribe-operation.js';
import { TracedDataSource } from './traced-data-source.js';

export interface SupergraphGraphOptions {
  readonly graph: ComposedGraph;
  /** One for each subgraph of the graph, by its name. */
  readonly subgraphs: readonly SubgraphService[];
  readonly log: GatewayLog;
  /** What is to be measured. @default nothing */
  readonly observer?: GraphObserver;
  /** @default our own */
  readonly executor?: PlanExecutorFactory;
}

/** The graph of a given supergraph: plain federation, the same as long as it is served. */
export class SupergraphGraph implements ServedGraph {
  readonly #generation: GraphGeneration;
  readonly #directory = new MemoryPartitionDirectory();
  readonly #subgraphStreams = new SubgraphStreams();

  constructor(private readonly options: SupergraphGraphOptions) {
    const { graph, subgraphs, executor = (of) => new CompiledPlanExecutor(of) } = options;
    this.#generation = {
      graph,
      operations: new OperationCache({ graph, onPlanned: (plan) => options.observer?.planned?.(plan) }),
      executor: executor(graph),
      partitionPlan: noPartition,
      dataSources: new Map<string, GraphQLDataSource>(
        subgraphs.map((subgraph) => [subgraph.name, new TracedDataSource(subgraph.name, new OrdinaryDataSource(subgraph))]),
      ),
      ordinary: new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph])),
    };
  }

  /** One subgraph answers a field; `@cost` and `@listSize` are in the supergraph, and not in what clients see of it. */
  get spread(): FieldSpread {
    return { ruleOf: () => undefined, sites: () => 1, annotated: () => this.options.graph.supergraphSchema };
  }

  supergraphSdl(): string {
    return this.options.graph.supergraphSdl;
  }

  apiSchema(): GraphQLSchema {
    return this.options.graph.apiSchema;
  }

  /** It never changes. */
  onChange(): () => void {
    return () => {};
  }

  execute(request: GraphRequest): Promise<GraphResult> {
    return executeOperation(this.#generation, request, this.options.log);
  }

  subscribe(request: GraphRequest): AsyncGenerator<GraphResult, void, void> {
    return subscribeOperation(this.#generation, request, {
      directory: this.#directory,
      subgraphStreams: this.#subgraphStreams,
      identityOf: this.#identityOf,
      log: this.options.log,
    });
  }

  /** Ends the subscriptions at subgraphs. */
  close(): void {
    this.#subgraphStreams.close();
  }

  /** All that the subgraphs together learn of a caller; `undefined` where one of them does not tell what it uses. */
  readonly #identityOf = (context: unknown): string | undefined => {
    const ofSubgraphs = this.options.subgraphs.map((subgraph) => subgraph.identityOf?.(context as GatewayContext));
    return ofSubgraphs.includes(undefined) ? undefined : JSON.stringify(ofSubgraphs);
  };
}

/** No subgraph has this name, since it is no GraphQL name: nothing is ever spread. */
const noPartition: PartitionPlan = {
  subgraph: '(none)',
  schema: new GraphQLSchema({}),
  rules: { query: new Map(), mutation: new Map(), subscription: new Map() },
  keys: new Map(),
};
