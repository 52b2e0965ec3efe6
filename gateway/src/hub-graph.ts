import type { GraphQLDataSource } from '@apollo/gateway';
import type { FieldSpread } from '@ocopea/edge';
import { MemberCaller, PartitionDataSource, SharedStreams, type MemberCallerOptions, type PartitionDirectory, type PartitionMember } from '@ocopea/partition';
import type { GraphQLSchema } from 'graphql';
import { composeMembers } from './compose-members.js';
import { ComposedGraph } from './composed-graph.js';
import { executeOperation } from './execute-operation.js';
import { CompiledPlanExecutor } from './executor/compiled-plan-executor.js';
import { forwardedHeaders } from './forwarded-headers.js';
import type { GatewayContext } from './gateway-context.js';
import type { GatewayLog } from './gateway-log.js';
import type { GraphGeneration } from './graph-generation.js';
import type { GraphObserver } from './graph-observer.js';
import type { GraphRequest, GraphResult } from './graph-request.js';
import { OperationCache } from './operation-cache.js';
import { OrdinaryDataSource } from './ordinary-data-source.js';
import type { OrdinarySubgraph } from './ordinary-subgraph.js';
import { partitionWatch } from './partition-watch.js';
import { publishPartitionImports } from './publish-partition-imports.js';
import type { ServedGraph } from './served-graph.js';
import type { Quarantine } from './site-members.js';
import { SubgraphStreams } from './subgraph-streams.js';
import { subscribeOperation, type SubscribeOptions } from './subscribe-operation.js';
import { TracedDataSource } from './traced-data-source.js';

export interface HubGraphOptions extends SubscribeOptions {
  readonly ordinary: readonly OrdinarySubgraph[];
  /** Name and base SDL of the partitioned subgraph. The base is what the graph has while no Site has joined. */
  readonly partitioned: { readonly name: string; readonly baseSdl: string };
  readonly directory: PartitionDirectory;
  /** Deadlines, concurrency and circuit breakers of calls to Sites. */
  readonly siteCalls?: MemberCallerOptions;
  /** Headers of the client, in lower case, that go to Sites: who brings others shares no answer and no stream. @default none */
  readonly forwardHeaders?: readonly string[];
  /** What is to be measured. @default nothing */
  readonly observer?: GraphObserver;
  readonly log: GatewayLog;
}

/** The one graph over all subgraphs and Sites, recomposed when what the Sites have together changes. */
export class HubGraph implements ServedGraph {
  readonly #ordinary: ReadonlyMap<string, OrdinarySubgraph>;
  /** Outlives compositions, so that none forgets which Sites do not answer. */
  readonly #caller: MemberCaller;
  /** Outlives compositions as well. */
  readonly #streams: SharedStreams;
  readonly #subgraphStreams: SubgraphStreams;
  readonly #listeners = new Set<() => void>();
  #compositions = 0;
  #current: GraphGeneration | undefined;
  /** The schemas that the last composition was made of, and its verdict on each. */
  #composed: { readonly schemas: ReadonlySet<string>; readonly verdicts: ReadonlyMap<string, string> } | undefined;

  constructor(private readonly options: HubGraphOptions) {
    const observer = options.siteCalls?.observer ?? partitionWatch(options.observer);
    this.#caller = new MemberCaller({ identityOf: this.#identityOf, observer, ...options.siteCalls });
    this.#streams = new SharedStreams({ observer });
    this.#subgraphStreams = new SubgraphStreams(options);
    this.#ordinary = new Map(options.ordinary.map((subgraph) => [subgraph.name, subgraph]));
  }

  /**
   * Composes the graph of the given members, unless their schemas are those of the last time.
   *
   * @returns the members that do not fit, and why
   * @throws PartitionCompositionError when there is no graph yet and none can be composed
   */
  compose(candidates: readonly PartitionMember[]): Quarantine {
    // A Site of the Hub's own version brings nothing that is not in the base.
    const members = [{ covers: 'whole', sdl: this.options.partitioned.baseSdl }, ...candidates];
    const schemas = new Set(members.map(({ covers, sdl }) => `${covers}\n${sdl}`));
    if (!this.#composed || !areEqual(schemas, this.#composed.schemas)) {
      this.#composed = { schemas, verdicts: this.#composeNew(candidates) };
    }
    const { verdicts } = this.#composed;
    return new Map(candidates.flatMap(({ id, sdl }) => (verdicts.has(sdl) ? [[id, verdicts.get(sdl)!] as const] : [])));
  }

  /** How often a graph was composed, also when it came out as before. */
  get compositions(): number {
    return this.#compositions;
  }

  get spread(): FieldSpread {
    return {
      ruleOf: (root, field) => {
        const rule = this.#generation().partitionPlan.rules[root].get(field);
        return rule?.kind === 'everySite' ? rule : undefined;
      },
      sites: () => this.options.directory.members().length,
      annotated: () => this.#generation().graph.supergraphSchema,
    };
  }

  supergraphSdl(): string {
    return this.#generation().graph.supergraphSdl;
  }

  /** What clients may ask now. */
  apiSchema(): GraphQLSchema {
    return this.#generation().graph.apiSchema;
  }

  /** Calls `listener` after each composition that changed the graph, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  execute(request: GraphRequest): Promise<GraphResult> {
    return executeOperation(this.#generation(), request, this.options.log);
  }

  /** Yields a result per event. A subscription that cannot begin, or cannot go on, ends with a result that has `errors` alone. */
  subscribe(request: GraphRequest): AsyncGenerator<GraphResult, void, void> {
    // Who has been told of a change must not be given what was read before it.
    return subscribeOperation(this.#generation(), request, {
      streams: this.#streams,
      subgraphStreams: this.#subgraphStreams,
      identityOf: this.#identityOf,
      ...this.options,
      onEvent: (siteId) => this.#caller.forgetReads(siteId),
    });
  }

  /** Lets go of what is followed at the Sites. */
  close(): void {
    this.#streams.close();
    this.#subgraphStreams.close();
  }

  /** All that a Site or subgraph learns about the caller: from the Hub's token, and from what is sent along. */
  readonly #identityOf = (context: unknown): string => {
    const { principal, headers } = context as GatewayContext;
    const { kind, name, via } = principal;
    const ofSubgraphs = this.options.ordinary.map((subgraph) => subgraph.identityOf?.(context as GatewayContext));
    return JSON.stringify([kind, name, via, forwardedHeaders(this.options.forwardHeaders, headers), ...ofSubgraphs]);
  };

  #composeNew(candidates: readonly PartitionMember[]): ReadonlyMap<string, string> {
    this.#compositions++;
    const { observer } = this.options;
    const started = performance.now();
    const before = this.#current;
    let outcome: 'CHANGED' | 'UNCHANGED' | 'FAILED' = 'FAILED';
    try {
      const verdicts = this.#composeAndPublish(candidates);
      outcome = this.#current === before ? 'UNCHANGED' : 'CHANGED';
      return verdicts;
    } finally {
      observer?.composed?.({ outcome, durationMs: performance.now() - started });
    }
  }

  #composeAndPublish(candidates: readonly PartitionMember[]): ReadonlyMap<string, string> {
    const { partitioned, ordinary, log } = this.options;
    const { supergraphSdl, plan, verdicts } = composeMembers(
      {
        subgraphs: [...ordinary.map(({ name, sdl }) => ({ name, sdl })), { name: partitioned.name, sdl: partitioned.baseSdl }],
        partitioned: partitioned.name,
        log,
      },
      candidates,
    );
    const published = publishPartitionImports(supergraphSdl);
    if (published !== this.#current?.graph.supergraphSdl) {
      this.#current = this.#generationOf(published, plan);
      log.info({ members: candidates.length }, 'the graph was composed');
      for (const listener of this.#listeners) listener();
    }
    return verdicts;
  }

  #generationOf(supergraphSdl: string, partitionPlan: GraphGeneration['partitionPlan']): GraphGeneration {
    const graph = new ComposedGraph(supergraphSdl);
    return {
      graph,
      operations: new OperationCache({ graph, onPlanned: (plan) => this.options.observer?.planned?.(plan) }),
      executor: new CompiledPlanExecutor(graph),
      partitionPlan,
      dataSources: new Map<string, GraphQLDataSource>([
        ...[...this.#ordinary.values()].map((subgraph) => [subgraph.name, new TracedDataSource(subgraph.name, new OrdinaryDataSource(subgraph))] as const),
        [partitionPlan.subgraph, new TracedDataSource(partitionPlan.subgraph, this.#partitionSource(partitionPlan))] as const,
      ]),
      ordinary: this.#ordinary,
    };
  }

  #partitionSource(plan: GraphGeneration['partitionPlan']): PartitionDataSource {
    // `clientErrors` keeps what no Site foresaw from clients, and the log gets it.
    return new PartitionDataSource({ plan, directory: this.options.directory, caller: this.#caller, uncodedErrors: 'pass' });
  }

  #generation(): GraphGeneration {
    if (!this.#current) throw new Error('invariant: the graph is used before it was composed');
    return this.#current;
  }
}


function areEqual(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}
