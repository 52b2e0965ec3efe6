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
 * Gives each field that requires something, and is itself required, an annex: the same subgraph once more under another name,
 * with the keys of the field's type, the field, and what it requires.
 *
 * Of a chain of requirements that comes back to a subgraph, the planner merges the field in the middle into the earlier fetch of
 * that subgraph, where what it requires is not there yet (`handleRequiresTree`). It never merges fetches of two subgraphs.
 *
 * Only fields that have to do with leaf values alone get one. For others an annex would need a part of the subgraph that is
 * hardly smaller than the subgraph.
 */
export function introduceAnnexes(supergraph: DocumentNode): AnnexedSupergraph {
  const middles = middlesOf(supergraph);
  if (middles.length === 0) return { document: supergraph, annexes: new Map() };
  const names = subgraphNames(supergraph);
  const annexes = new Map(middles.map((middle) => [annexName(middle, names), names.get(middle.graph) ?? middle.graph]));
  return { document: { kind: Kind.DOCUMENT, definitions: supergraph.definitions.map((definition) => annexed(definition, middles, names)) }, annexes };
}

/** A field that has an annex. */
interface Middle {
  readonly type: FieldedType;
  readonly field: string;
  /** The value of its subgraph in `join__Graph`, and that of its annex. */
  readonly graph: string;
  readonly annex: string;
  /** Fields of its type, by name. */
  readonly requires: readonly string[];
  readonly keys: ReadonlySet<string>;
}

function annexName({ graph, type, field }: Middle, names: ReadonlyMap<string, string>): string {
  return `${names.get(graph) ?? graph} (${type.name.value}.${field})`;
}

function middlesOf(supergraph: DocumentNode): readonly Middle[] {
  const types = new Map(supergraph.definitions.filter(isFielded).map((type) => [type.name.value, type]));
  const required = requiredFields(types);
  const middles: Middle[] = [];
  for (const type of types.values()) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of type.fields ?? []) {
      if (!required.has(`${type.name.value}.${field.name.value}`) || isOfInterface(type, field, types)) continue;
      for (const directive of joinFields(field)) {
        const middle = middleOf(type, field, directive, middles.length);
        if (middle) middles.push(middle);
      }
    }
  }
  return middles;
}

function middleOf(type: FieldedType, field: FieldDefinitionNode, directive: ConstDirectiveNode, count: number): Middle | undefined {
  const graph = argument(directive, 'graph');
  const requires = flatNames(argument(directive, 'requires'));
  if (typeof graph !== 'string' || !requires || !(directive.arguments ?? []).every(({ name }) => ['graph', 'requires', 'type'].includes(name.value))) return undefined;
  const places = (type.directives ?? []).filter((each) => isJoin(each, 'type') && argument(each, 'graph') === graph);
  const keys = places.map((each) => flatNames(argument(each, 'key')));
  if (keys.includes(undefined) || places.some((each) => argument(each, 'isInterfaceObject') === true) || places.every((each) => argument(each, 'resolvable') === false)) return undefined;
  const middle = { type, field: field.name.value, graph, annex: `${graph}__ANNEX_${count}`, requires, keys: new Set(keys.flatMap((key) => key!)) };
  const concerned = new Set([middle.field, ...middle.requires, ...middle.keys]);
  const areLeaves = [...concerned].every((name) => type.fields?.some((each) => each.name.value === name && isOfLeaves(each)));
  return areLeaves && !middle.keys.has(middle.field) ? middle : undefined;
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

function annexed(definition: DefinitionNode, middles: readonly Middle[], names: ReadonlyMap<string, string>): DefinitionNode {
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph') return withGraphs(definition, middles, names);
  if (!isFielded(definition)) return definition;
  const ofType = middles.filter(({ type }) => type === definition);
  return ofType.length > 0 ? withAnnexes(definition, ofType) : definition;
}

function withGraphs(graphs: EnumTypeDefinitionNode, middles: readonly Middle[], names: ReadonlyMap<string, string>): EnumTypeDefinitionNode {
  const values = graphs.values ?? [];
  const added = middles.flatMap((middle) => {
    const { directives = [], ...graph } = values.find(({ name }) => name.value === middle.graph)!;
    const named = directives.map((each) => withArgument(each, 'name', { kind: Kind.STRING, value: annexName(middle, names) }));
    return [{ ...graph, name: { kind: Kind.NAME as const, value: middle.annex }, directives: named }];
  });
  return { ...graphs, values: [...values, ...added] };
}

function withAnnexes(type: FieldedType, middles: readonly Middle[]): FieldedType {
  const { directives = [], fields = [] } = type;
  const graphs = [...new Set(directives.filter((each) => isJoin(each, 'type')).map((each) => String(argument(each, 'graph'))))];
  return {
    ...type,
    directives: [...directives, ...middles.flatMap(({ graph, annex }) => directives.filter((each) => isJoin(each, 'type') && argument(each, 'graph') === graph).map((each) => inGraph(each, annex)))],
    fields: fields.map((field) => {
      // Without a directive a field is in all subgraphs of its type.
      const places = joinFields(field).length > 0 ? joinFields(field) : graphs.map((graph) => joinDirective('field', { graph }));
      const added = middles.flatMap((middle) => placeInAnnex(field.name.value, places, middle));
      const kept = places.filter((each) => !middles.some((middle) => isMovedTo(field.name.value, each, middle)));
      return { ...field, directives: [...(field.directives ?? []).filter((each) => !isJoin(each, 'field')), ...kept, ...added] };
    }),
  };
}

function isMovedTo(field: string, place: ConstDirectiveNode, middle: Middle): boolean {
  return field === middle.field && argument(place, 'graph') === middle.graph;
}

function placeInAnnex(field: string, places: readonly ConstDirectiveNode[], middle: Middle): readonly ConstDirectiveNode[] {
  const isThere = field === middle.field || middle.keys.has(field) || middle.requires.includes(field);
  return isThere ? places.filter((each) => argument(each, 'graph') === middle.graph).map((each) => inGraph(each, middle.annex)) : [];
}

function inGraph(directive: ConstDirectiveNode, graph: string): ConstDirectiveNode {
  return withArgument(directive, 'graph', { kind: Kind.ENUM, value: graph });
}
