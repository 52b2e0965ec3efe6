import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { isJsonObject, ownValue, setOwn, type JsonObject } from './json.js';
import { absent, completerOf, type Complete } from './complete-value.js';
import { isLeftOut, type Conditions } from '../planning/conditions.js';
import type { Shaping } from './shaping.js';

export interface ShapeContext {
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSchema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly responseNames: ReadonlyMap<string, string>;
  readonly conditions: Conditions;
}

/** By the field of a schema: the same in all operations. */
const leafCompleters = new WeakMap<GraphQLField<unknown, unknown>, Complete>();

/** A field of a shaped object. */
interface FieldShape {
  /** Under which it was fetched. */
  readonly source: string;
  /** Under which the client gets it. */
  readonly output: string;
  /** Objects have something of this name from birth, so that it must be looked at more closely. */
  readonly isInherited: boolean;
  readonly complete: Complete;
}

/** The shape of objects at one place of an answer: which fields, by the type that an object turns out to have. */
export class ObjectShape {
  readonly #byType = new Map<string, readonly FieldShape[] | undefined>();

  constructor(
    private readonly context: ShapeContext,
    private readonly selectionSets: readonly SelectionSetNode[],
    private readonly declared: GraphQLCompositeType,
  ) {}

  /** The shaped object, or null when it cannot be one: then that is reported, unless it is of a type kept from clients. */
  complete(value: unknown, shaping: Shaping): JsonObject | null {
    if (!isJsonObject(value)) {
      shaping.report(undefined, `a subgraph answered with something else than an object of type ${this.declared.name}`);
      return null;
    }
    const typename = (value['__typename'] as string | undefined) ?? this.declared.name;
    const fields = this.#fieldsOf(typename);
    if (!fields) {
      // What clients may not see is not there for them, and nobody's mistake.
      if (!this.#isHidden(typename)) shaping.report(undefined, `a subgraph answered with an object of a type that is not in the schema, for ${this.declared.name}`);
      return null;
    }
    const output: JsonObject = {};
    for (const field of fields) {
      const source = field.isInherited ? ownValue(value, field.source) : value[field.source];
      const completed = field.complete(source, shaping, field.output);
      if (completed === absent) return null;
      if (field.isInherited) setOwn(output, field.output, completed);
      else output[field.output] = completed;
    }
    return output;
  }

  /** One of the types that the place is for, kept from clients. */
  #isHidden(typename: string): boolean {
    const { supergraphSchema } = this.context;
    const [declared, type] = [supergraphSchema.getType(this.declared.name), supergraphSchema.getType(typename)];
    return isAbstractType(declared) && isObjectType(type) && supergraphSchema.isSubType(declared, type);
  }

  #fieldsOf(typename: string): readonly FieldShape[] | undefined {
    if (this.#byType.has(typename)) return this.#byType.get(typename);
    const type = this.context.apiSchema.getType(typename);
    const fields = isCompositeType(type) ? this.#compile(type) : undefined;
    // Names come from subgraphs, and one of them may make up a new one each time.
    if (fields) this.#byType.set(typename, fields);
    return fields;
  }

  #compile(type: GraphQLCompositeType): FieldShape[] {
    const groups = new Map<string, FieldNode[]>();
    for (const selectionSet of this.selectionSets) this.#collect(selectionSet, type, groups);
    return [...groups].flatMap(([source, nodes]) => {
      const complete = this.#completer(type, nodes);
      const output = this.context.responseNames.get(source) ?? source;
      return complete ? [{ source, output, isInherited: source in Object.prototype || output in Object.prototype, complete }] : [];
    });
  }

  #collect(selectionSet: SelectionSetNode, type: GraphQLCompositeType, groups: Map<string, FieldNode[]>): void {
    for (const selection of selectionSet.selections) {
      if (isLeftOut(selection, this.context.conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const group = groups.get(name);
        if (group) group.push(selection);
        else groups.set(name, [selection]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.context.fragments.get(selection.name.value);
      if (fragment && this.#applies(fragment.typeCondition?.name.value, type)) this.#collect(fragment.selectionSet, type, groups);
    }
  }

  #applies(condition: string | undefined, type: GraphQLCompositeType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const { apiSchema } = this.context;
    const conditionType = apiSchema.getType(condition);
    return isAbstractType(conditionType) && (isObjectType(type) || isInterfaceType(type)) && apiSchema.isSubType(conditionType, type);
  }

  #completer(type: GraphQLCompositeType, nodes: readonly FieldNode[]): Complete | undefined {
    const name = nodes[0]!.name.value;
    if (name === '__typename') return typenameCompleter(type);
    if (name === '__schema' || name === '__type') return (_value, shaping) => shaping.introspect(nodes);
    const definition = 'getFields' in type ? type.getFields()[name] : undefined;
    if (!definition) return undefined;
    const named = getNamedType(definition.type);
    if (!isCompositeType(named)) return this.#leafCompleter(type, definition);
    const below = new ObjectShape(this.context, nodes.flatMap(({ selectionSet }) => selectionSet ?? []), named);
    return completerOf(definition.type, `${type.name}.${name}`, below, this.context.supergraphSchema);
  }

  #leafCompleter(type: GraphQLCompositeType, definition: GraphQLField<unknown, unknown>): Complete {
    let complete = leafCompleters.get(definition);
    if (!complete) {
      complete = completerOf(definition.type, `${type.name}.${definition.name}`, undefined, this.context.supergraphSchema);
      leafCompleters.set(definition, complete);
    }
    return complete;
  }
}

function typenameCompleter(type: GraphQLCompositeType): Complete {
  if (isObjectType(type)) return () => type.name;
  return (_value, shaping, key) => {
    shaping.report(key, `no subgraph said of which type this ${type.name} is`);
    return absent;
  };
}
