import { composeServices } from '@apollo/composition';
import { SiteReport } from '@ocopea/partition';
import { parse, type GraphQLSchema } from 'graphql';
import type { PlanExecutorFactory } from '../../plan-executor.js';
import type { GraphResult } from '../../graph-request.js';
import { readSupergraph } from '../../read-supergraph.js';
import { SupergraphGraph } from '../../supergraph-graph.js';
import { testPrincipal } from '../test-fabric.js';
import type { CorpusCase, CorpusOperation } from './corpus-case.js';
import { corpusSubgraph } from './corpus-subgraph.js';

/** A case's graph as the Hub serves it, over a given executor. */
export class CorpusGraph {
  readonly supergraphSdl: string;
  /** Each fetch since the last {@link ask}: subgraph and document. */
  fetches: string[] = [];
  readonly #graph: SupergraphGraph;

  constructor({ subgraphs }: CorpusCase, executor?: PlanExecutorFactory) {
    const services = Object.entries(subgraphs).map(([name, { sdl }]) => ({ name, url: `http://${name}.invalid/graphql`, typeDefs: parse(sdl) }));
    const { supergraphSdl, errors } = composeServices(services);
    if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
    this.supergraphSdl = supergraphSdl;
    this.#graph = new SupergraphGraph({
      graph: readSupergraph(supergraphSdl, 'of the case').graph,
      subgraphs: Object.entries(subgraphs).map(([name, source]) => corpusSubgraph(name, source, (fetch) => this.fetches.push(fetch))),
      log: { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} },
      ...(executor ? { executor } : {}),
    });
  }

  /** What clients may ask. */
  get apiSchema(): GraphQLSchema {
    return this.#graph.apiSchema();
  }

  async ask({ query, variables }: Pick<CorpusOperation, 'query' | 'variables'>): Promise<GraphResult> {
    this.fetches = [];
    const context = { principal: testPrincipal, signal: new AbortController().signal, siteReport: new SiteReport() };
    return this.#graph.execute({ document: parse(query), variables: { ...variables }, context });
  }
}
