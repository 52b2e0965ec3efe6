import { Kind, specifiedScalarTypes, type DocumentNode, type FieldDefinitionNode, type InputValueDefinitionNode, type TypeDefinitionNode } from 'graphql';
import { argument, isJoin, joinFields, namedType } from './join-directives.js';

const builtIn: ReadonlySet<string> = new Set(specifiedScalarTypes.map(({ name }) => name));
const roots: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/** Types of a supergraph that are values: scalars, enums, objects that are no entities, and inputs, of values. */
export class ValueTypes {
  readonly #types: ReadonlyMap<string, TypeDefinitionNode>;

  constructor(supergraph: DocumentNode) {
    this.#types = new Map(supergraph.definitions.flatMap((each) => ('name' in each && each.name && each.kind.endsWith('TypeDefinition') ? [[each.name.value, each as TypeDefinitionNode] as const] : [])));
  }

  /** All that the fields are of in a subgraph, at any depth; `undefined` where something is no value. */
  of(fields: readonly FieldDefinitionNode[], graph: string): ReadonlySet<string> | undefined {
    const found = new Set<string>();
    return fields.every((field) => this.#follow(field, graph, found)) ? found : undefined;
  }

  #follow(field: FieldDefinitionNode | InputValueDefinitionNode, graph: string, found: Set<string>): boolean {
    const args = field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : [];
    return [field, ...args].every(({ type }) => this.#collect(namedType(type), graph, found));
  }

  #collect(name: string, graph: string, found: Set<string>): boolean {
    if (builtIn.has(name) || found.has(name)) return true;
    const type = this.#types.get(name);
    if (!type || roots.has(name)) return false;
    found.add(name);
    switch (type.kind) {
      case Kind.SCALAR_TYPE_DEFINITION:
      case Kind.ENUM_TYPE_DEFINITION:
        return true;
      case Kind.OBJECT_TYPE_DEFINITION: {
        const isEntity = (type.directives ?? []).some((each) => isJoin(each, 'type') && argument(each, 'key') !== undefined);
        // Other interfaces than none would have to be there as well.
        return !isEntity && !type.interfaces?.length && (type.fields ?? []).filter((each) => isIn(each, graph)).every((each) => this.#follow(each, graph, found));
      }
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return (type.fields ?? []).every((each) => this.#follow(each, graph, found));
      default:
        return false;
    }
  }
}

/** Without a directive a field is in all subgraphs of its type. */
function isIn(field: FieldDefinitionNode, graph: string): boolean {
  const places = joinFields(field);
  return places.length === 0 || places.some((each) => argument(each, 'graph') === graph);
}
