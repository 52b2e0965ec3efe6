import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  Kind,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { parseFieldSet } from './field-set.js';
import { argument, isFielded, isJoin, joinDirective, joinFields, namedType, subgraphNames, withArgument, type FieldedType } from './join-directives.js';

export interface AnnexedSupergraph {
  /** The same object as was given when there are no annexes. */
  readonly document: DocumentNode;
  /** The subgraph's name for each annex's. */
  readonly annexes: ReadonlyMap<string, string>;
}

/**
 * Where a field of a type requires something and is itself required, gives the fields of the type that require something annexes: the same
 * subgraph once more under another name, with the keys of the type, the fields that require the same, and what they require.
 *
 * Of a chain of requirements that comes back to a subgraph, the planner merges the field in the middle into the earlier fetch of
 * that subgraph, where what it requires is not there yet (`handleRequiresTree`), and asks it for what it declares as
 * external alone. It never merges fetches of two subgraphs.
 *
 * Only fields that have to do with leaf values alone get one. For others an annex would need a part of the subgraph that is
 * hardly smaller than the subgraph.
 */
export function introduceAnnexes(supergraph: DocumentNode): AnnexedSupergraph {
  const annexes = annexesOf(supergraph);
  if (annexes.length === 0) return { document: supergraph, annexes: new Map() };
  const names = subgraphNames(supergraph);
  const definitions = supergraph.definitions.map((definition) => annexed(definition, annexes, names));
  const subgraphs = new Map(annexes.map((annex) => [annexName(annex, names), names.get(annex.graph) ?? annex.graph]));
  return { document: { kind: Kind.DOCUMENT, definitions }, annexes: subgraphs };
}

/** Fields of a type that require the same of others, in one subgraph. */
interface Annex {
  readonly type: FieldedType;
  readonly fields: Set<string>;
  /** The value of its subgraph in `join__Graph`, and that of its annex. */
  readonly graph: string;
  readonly value: string;
  /** Fields of its type, by name. */
  readonly requires: readonly string[];
  readonly keys: ReadonlySet<string>;
}

function annexName({ graph, type, requires }: Annex, names: ReadonlyMap<string, string>): string {
  return `${names.get(graph) ?? graph} (${type.name.value}: ${requires.join(' ')})`;
}

function annexesOf(supergraph: DocumentNode): readonly Annex[] {
  const types = new Map(supergraph.definitions.filter(isFielded).map((type) => [type.name.value, type]));
  const required = requiredFields(types);
  const annexes = new Map<string, Annex>();
  for (const type of types.values()) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || !hasMiddle(type, required)) continue;
    for (const field of type.fields ?? []) {
      if (isOfInterface(type, field, types)) continue;
      for (const directive of joinFields(field)) {
        const annex = annexOf(type, field, directive, annexes.size);
        if (!annex) continue;
        const like = [type.name.value, annex.graph, ...annex.requires].join(' ');
        const known = annexes.get(like) ?? annex;
        annexes.set(like, known);
        known.fields.add(field.name.value);
      }
    }
  }
  return [...annexes.values()];
}

function hasMiddle(type: FieldedType, required: ReadonlySet<string>): boolean {
  return (type.fields ?? []).some((field) => required.has(`${type.name.value}.${field.name.value}`) && joinFields(field).some((each) => argument(each, 'requires') !== undefined));
}

function annexOf(type: FieldedType, field: FieldDefinitionNode, directive: ConstDirectiveNode, count: number): Annex | undefined {
  const graph = argument(directive, 'graph');
  const requires = flatNames(argument(directive, 'requires'))?.toSorted();
  if (typeof graph !== 'string' || !requires || !(directive.arguments ?? []).every(({ name }) => ['graph', 'requires', 'type'].includes(name.value))) return undefined;
  const places = (type.directives ?? []).filter((each) => isJoin(each, 'type') && argument(each, 'graph') === graph);
  const keys = places.map((each) => flatNames(argument(each, 'key')));
  if (keys.includes(undefined) || places.some((each) => argument(each, 'isInterfaceObject') === true) || places.every((each) => argument(each, 'resolvable') === false)) return undefined;
  const annex = { type, fields: new Set([field.name.value]), graph, value: `${graph}__ANNEX_${count}`, requires, keys: new Set(keys.flatMap((key) => key!)) };
  const concerned = new Set([...annex.fields, ...annex.requires, ...annex.keys]);
  const areLeaves = [...concerned].every((name) => type.fields?.some((each) => each.name.value === name && isOfLeaves(each)));
  return areLeaves && !annex.keys.has(field.name.value) ? annex : undefined;
}

/** Names of a selection of fields that have none below; `undefined` of another one. */
function flatNames(fields: string | boolean | undefined): readonly string[] | undefined {
  if (typeof fields !== 'string') return undefined;
  const { selections } = parseFieldSet(fields);
  const names = selections.flatMap((selection) => (selection.kind === Kind.FIELD && !selection.selectionSet && !selection.arguments?.length ? [selection.name.value] : []));
  return names.length === selections.length ? names : undefined;
}

const leaves: ReadonlySet<string> = new Set([GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString].map(({ name }) => name));

function isOfLeaves({ type, arguments: args = [] }: FieldDefinitionNode): boolean {
  return [type, ...args.map((each) => each.type)].every((each) => leaves.has(namedType(each)));
}

function isOfInterface(type: FieldedType, field: FieldDefinitionNode, types: ReadonlyMap<string, FieldedType>): boolean {
  return (type.interfaces ?? []).some(({ name }) => types.get(name.value)?.fields?.some((each) => each.name.value === field.name.value));
}

/** Every field that some requirement names, as `Type.field`. */
function requiredFields(types: ReadonlyMap<string, FieldedType>): ReadonlySet<string> {
  const found = new Set<string>();
  const follow = ({ selections }: SelectionSetNode, type: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        follow(selection.selectionSet, selection.typeCondition?.name.value ?? type);
        continue;
      }
      found.add(`${type}.${selection.name.value}`);
      const definition = types.get(type)?.fields?.find(({ name }) => name.value === selection.name.value);
      if (definition && selection.selectionSet) follow(selection.selectionSet, namedType(definition.type));
    }
  };
  for (const type of types.values()) {
    for (const directive of (type.fields ?? []).flatMap(joinFields)) {
      const requires = argument(directive, 'requires');
      if (typeof requires === 'string') follow(parseFieldSet(requires), type.name.value);
    }
  }
  return found;
}

function annexed(definition: DefinitionNode, annexes: readonly Annex[], names: ReadonlyMap<string, string>): DefinitionNode {
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph') return withGraphs(definition, annexes, names);
  if (!isFielded(definition)) return definition;
  const ofType = annexes.filter(({ type }) => type === definition);
  return ofType.length > 0 ? withAnnexes(definition, ofType) : definition;
}

function withGraphs(graphs: EnumTypeDefinitionNode, annexes: readonly Annex[], names: ReadonlyMap<string, string>): EnumTypeDefinitionNode {
  const values = graphs.values ?? [];
  const added = annexes.flatMap((annex) => {
    const { directives = [], ...graph } = values.find(({ name }) => name.value === annex.graph)!;
    const named = directives.map((each) => withArgument(each, 'name', { kind: Kind.STRING, value: annexName(annex, names) }));
    return [{ ...graph, name: { kind: Kind.NAME as const, value: annex.value }, directives: named }];
  });
  return { ...graphs, values: [...values, ...added] };
}

function withAnnexes(type: FieldedType, annexes: readonly Annex[]): FieldedType {
  const { directives = [], fields = [] } = type;
  const graphs = [...new Set(directives.filter((each) => isJoin(each, 'type')).map((each) => String(argument(each, 'graph'))))];
  return {
    ...type,
    directives: [...directives, ...annexes.flatMap(({ graph, value }) => directives.filter((each) => isJoin(each, 'type') && argument(each, 'graph') === graph).map((each) => inGraph(each, value)))],
    fields: fields.map((field) => {
      // Without a directive a field is in all subgraphs of its type.
      const places = joinFields(field).length > 0 ? joinFields(field) : graphs.map((graph) => joinDirective('field', { graph }));
      const added = annexes.flatMap((annex) => placeInAnnex(field.name.value, places, annex));
      const kept = places.filter((each) => !annexes.some((annex) => isMovedTo(field.name.value, each, annex)));
      return { ...field, directives: [...(field.directives ?? []).filter((each) => !isJoin(each, 'field')), ...kept, ...added] };
    }),
  };
}

function isMovedTo(field: string, place: ConstDirectiveNode, annex: Annex): boolean {
  return annex.fields.has(field) && argument(place, 'graph') === annex.graph && sameNames(argument(place, 'requires'), annex.requires);
}

function sameNames(fields: string | boolean | undefined, names: readonly string[]): boolean {
  return flatNames(fields)?.toSorted().join(' ') === names.join(' ');
}

function placeInAnnex(field: string, places: readonly ConstDirectiveNode[], annex: Annex): readonly ConstDirectiveNode[] {
  const isThere = annex.fields.has(field) || annex.keys.has(field) || annex.requires.includes(field);
  return isThere ? places.filter((each) => argument(each, 'graph') === annex.graph).map((each) => inGraph(each, annex.value)) : [];
}

function inGraph(directive: ConstDirectiveNode, graph: string): ConstDirectiveNode {
  return withArgument(directive, 'graph', { kind: Kind.ENUM, value: graph });
}
