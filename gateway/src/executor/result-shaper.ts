import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { Kind, visit } from 'graphql';
import type { VariableDefaults } from './compile-plan.js';
import { introspectionOf } from './introspection.js';
import type { JsonObject } from './json.js';
import { ObjectShape, type ShapeContext } from './object-shape.js';
import { Shaping, type ShapingError } from './shaping.js';

export interface ResultShaperOptions {
  /** What clients may ask. */
  readonly apiSchema: GraphQLSchema;
  /** With what is hidden from clients. */
  readonly supergraphSchema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly defaults: VariableDefaults;
  readonly responseNames: ReadonlyMap<string, string>;
}

/** Shapes kept of one operation: one for each combination of the variables that its `@skip` and `@include` depend on. */
const maxShapes = 64;

/** Gives what was fetched for one operation the shape that its client asked for. */
export class ResultShaper {
  readonly #conditions: readonly string[];
  readonly #shapes = new Map<string, ObjectShape>();
  readonly #introspect;

  constructor(private readonly options: ResultShaperOptions) {
    this.#conditions = conditionVariables(options.document);
    this.#introspect = introspectionOf(options.apiSchema, options.document, options.operation);
  }

  shape(data: JsonObject, variables: Readonly<Record<string, unknown>>): { readonly data: JsonObject | null; readonly errors: readonly ShapingError[] } {
    const shaping = new Shaping((nodes) => this.#introspect(nodes, variables));
    const shaped = this.#shapeOf(variables).complete(data, shaping);
    return { data: shaped, errors: shaping.errors };
  }

  #shapeOf(variables: Readonly<Record<string, unknown>>): ObjectShape {
    const isTrue = (name: string): boolean => Boolean(variables[name] ?? this.options.defaults[name]);
    const key = this.#conditions.map((name) => (isTrue(name) ? '1' : '0')).join('');
    const known = this.#shapes.get(key);
    if (known) return known;
    const { apiSchema, supergraphSchema, document, operation, responseNames } = this.options;
    const values = new Map(this.#conditions.map((name, index) => [name, key[index] === '1']));
    const fragments = new Map(document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])));
    const context: ShapeContext = { apiSchema, supergraphSchema, fragments, responseNames, isTrue: (name) => values.get(name) ?? false };
    const shape = new ObjectShape(context, [operation.selectionSet], apiSchema.getRootType(operation.operation)!);
    if (this.#shapes.size >= maxShapes) this.#shapes.clear();
    this.#shapes.set(key, shape);
    return shape;
  }
}

function conditionVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: [condition] = [] }) {
      const isCondition = name.value === 'skip' || name.value === 'include';
      if (isCondition && condition?.value.kind === Kind.VARIABLE) names.add(condition.value.name.value);
    },
  });
  return [...names];
}
