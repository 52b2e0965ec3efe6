import { Kind, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Conditions } from '../planning/conditions.js';
import { introspectionOf } from './introspection.js';
import type { JsonObject } from './json.js';
import { ObjectShape } from './object-shape.js';
import { Shaping, type ShapingError } from './shaping.js';

export interface ResultShaperOptions {
  /** What clients may ask. */
  readonly apiSchema: GraphQLSchema;
  /** With what is hidden from clients. */
  readonly supergraphSchema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly conditions: Conditions;
  readonly responseNames: ReadonlyMap<string, string>;
}

/** Gives what was fetched for one operation the shape that its client asked for. */
export class ResultShaper {
  readonly #shape: ObjectShape;
  readonly #introspect;

  constructor({ apiSchema, supergraphSchema, document, operation, conditions, responseNames }: ResultShaperOptions) {
    const fragments = new Map(document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])));
    this.#shape = new ObjectShape({ apiSchema, supergraphSchema, fragments, responseNames, conditions }, [operation.selectionSet], apiSchema.getRootType(operation.operation)!);
    this.#introspect = introspectionOf(apiSchema, document, operation);
  }

  shape(data: JsonObject, variables: Readonly<Record<string, unknown>>): { readonly data: JsonObject | null; readonly errors: readonly ShapingError[] } {
    const shaping = new Shaping((nodes) => this.#introspect(nodes, variables));
    const shaped = this.#shape.complete(data, shaping);
    return { data: shaped, errors: shaping.errors };
  }
}
