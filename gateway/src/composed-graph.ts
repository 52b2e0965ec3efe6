import { operationFromDocument, Supergraph, type Schema } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, GraphQLSchema } from 'graphql';

export interface ComposedGraphOptions {
  /** Whether the supergraph comes straight from a composition, and needs no validation. @default true */
  readonly isTrusted?: boolean;
}

/**
 * A supergraph, taken apart for planning and execution. Immutable: a request or subscription that began with one goes
 * on with it, whatever is composed meanwhile.
 */
export class ComposedGraph {
  /** What clients may ask. */
  readonly apiSchema: GraphQLSchema;
  /** The same for the planner, with `federation-internals`' own classes. */
  readonly plannerApiSchema: Schema;
  /** With the join directives: what the executor needs. */
  readonly supergraphSchema: GraphQLSchema;
  /** As the supergraph names them; without an address where it gives none. */
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  readonly #planner: QueryPlanner;

  /** @throws GraphQLError when the text is no supergraph, or one with features that this executor and planner lack */
  constructor(
    readonly supergraphSdl: string,
    { isTrusted = true }: ComposedGraphOptions = {},
  ) {
    const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: !isTrusted });
    this.subgraphs = supergraph.subgraphsMetadata();
    this.plannerApiSchema = supergraph.apiSchema();
    this.apiSchema = this.plannerApiSchema.toGraphQLJSSchema();
    this.supergraphSchema = supergraph.schema.toGraphQLJSSchema();
    this.#planner = new QueryPlanner(supergraph);
  }

  /** Plans one operation of a document that is valid against `apiSchema`. */
  plan(document: DocumentNode, operationName: string | undefined): QueryPlan {
    const operation = operationFromDocument(this.plannerApiSchema, document, { ...(operationName ? { operationName } : {}), validate: false });
    return this.#planner.buildQueryPlan(operation);
  }
}
