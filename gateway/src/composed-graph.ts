import { Supergraph, type Schema } from '@apollo/federation-internals';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { clientSchema } from './client-schema.js';
import type { Conditions } from './planning/conditions.js';
import type { OperationPlan } from './planning/operation-plan.js';
import { OperationPlanner } from './planning/operation-planner.js';

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
  readonly #planner: OperationPlanner;

  /** @throws GraphQLError when the text is no supergraph, or one with features that this executor and planner lack */
  constructor(
    readonly supergraphSdl: string,
    { isTrusted = true }: ComposedGraphOptions = {},
  ) {
    const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: !isTrusted });
    this.subgraphs = supergraph.subgraphsMetadata();
    this.plannerApiSchema = supergraph.apiSchema();
    this.supergraphSchema = supergraph.schema.toGraphQLJSSchema();
    this.apiSchema = clientSchema(this.plannerApiSchema.toGraphQLJSSchema(), this.supergraphSchema);
    this.#planner = new OperationPlanner(supergraph, supergraphSdl, this.apiSchema);
  }

  /**
   * Plans one operation of a document that is valid against `apiSchema`.
   *
   * @param conditions - the values of the variables of `@skip` and `@include`, of all of them
   *
   * @throws GraphQLError NOT_SUPPORTED when no subgraph can answer a part of it
   */
  plan(document: DocumentNode, operationName: string | undefined, conditions?: Conditions): OperationPlan {
    return this.#planner.plan(document, operationName, conditions);
  }
}
