import { Kind, print, type ConstDirectiveNode, type DefinitionNode, type DocumentNode, type EnumTypeDefinitionNode, type FieldDefinitionNode, type SelectionSetNode } from 'graphql';
import { parseFieldSet } from './field-set.js';
import { argument, isFielded, isJoin, joinDirective, joinFields, namedType, subgraphNames, withArgument, type FieldedType } from './join-directives.js';
import { ValueTypes } from './value-types.js';

export interface AnnexedSupergraph {
  /** The same object as was given when there are no annexes. */
  readonly document: DocumentNode;
  /** The subgraph's name for each annex's. */
  readonly annexes: ReadonlyMap<string, string>;
}

/**
 * Where a field of a type requires something and is itself required, gives the fields of the type that require something annexes: the same
 * subgraph once more under another name, with the keys of the type, the fields that require the same, what they require, and the types
 * of all these.
 *
 * Of a chain of requirements that comes back to a subgraph, the planner merges the field in the middle into the earlier fetch of
 * that subgraph, where what it requires is not there yet (`handleRequiresTree`), and asks it for what it declares as
 * external alone. It never merges fetches of two subgraphs.
 *
 * Only fields that have to do with values alone get one: scalars, enums and objects of these. With entities, interfaces or unions an annex
 * would need a part of the subgraph that is hardly smaller than the subgraph.
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
  /** What they require, in one form. */
  readonly requirement: string;
  /** Fields of its type that are named in it, or by a key. */
  readonly requires: readonly string[];
  readonly keys: ReadonlySet<string>;
  /** The other types that it needs. */
  readonly values: ReadonlySet<string>;
}

function annexName({ graph, type, requirement }: Annex, names: ReadonlyMap<string, string>): string {
  return `${names.get(graph) ?? graph} (${type.name.value}: ${requirement})`;
}

function annexesOf(supergraph: DocumentNode): readonly Annex[] {
  const types = new Map(supergraph.definitions.filter(isFielded).map((type) => [type.name.value, type]));
  const required = requiredFields(types);
  const valueTypes = new ValueTypes(supergraph);
  const annexes = new Map<string, Annex>();
  for (const type of types.values()) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || !hasMiddle(type, required)) continue;
    for (const field of type.fields ?? []) {
      if (isOfInterface(type, field, types)) continue;
      for (const directive of joinFields(field)) {
        const annex = annexOf(type, field, directive, annexes.size, valueTypes);
        if (!annex) continue;
        const like = [type.name.value, annex.graph, annex.requirement].join(' ');
        const known = annexes.get(like);
        annexes.set(like, known ? { ...known, fields: new Set([...known.fields, ...annex.fields]), values: new Set([...known.values, ...annex.values]) } : annex);
      }
    }
  }
  return [...annexes.values()];
}

function hasMiddle(type: FieldedType, required: ReadonlySet<string>): boolean {
  return (type.fields ?? []).some((field) => required.has(`${type.name.value}.${field.name.value}`) && joinFields(field).some((each) => argument(each, 'requires') !== undefined));
}

function annexOf(type: FieldedType, field: FieldDefinitionNode, directive: ConstDirectiveNode, count: number, valueTypes: ValueTypes): Annex | undefined {
  const graph = argument(directive, 'graph');
  const requires = topNames(argument(directive, 'requires'));
  if (typeof graph !== 'string' || !requires || !(directive.arguments ?? []).every(({ name }) => ['graph', 'requires', 'type'].includes(name.value))) return undefined;
  const places = (type.directives ?? []).filter((each) => isJoin(each, 'type') && argument(each, 'graph') === graph);
  const keys = places.map((each) => topNames(argument(each, 'key')));
  if (keys.includes(undefined) || places.some((each) => argument(each, 'isInterfaceObject') === true) || places.every((each) => argument(each, 'resolvable') === false)) return undefined;
  const keyNames = new Set(keys.flatMap((key) => key!));
  const concerned = new Set([field.name.value, ...requires, ...keyNames]);
  const values = valueTypes.of([...concerned].flatMap((name) => type.fields?.find((each) => each.name.value === name) ?? []), graph);
  if (!values || keyNames.has(field.name.value)) return undefined;
  const requirement = inOneForm(parseFieldSet(String(argument(directive, 'requires'))));
  return { type, fields: new Set([field.name.value]), graph, value: `${graph}__ANNEX_${count}`, requirement, requires, keys: keyNames, values };
}

/** Names of the fields of a selection that has fields alone, without arguments, at any depth; `undefined` of another one. */
function topNames(fields: string | boolean | undefined): readonly string[] | undefined {
  if (typeof fields !== 'string') return undefined;
  const selection = parseFieldSet(fields);
  return isPlain(selection) ? selection.selections.flatMap((each) => (each.kind === Kind.FIELD ? [each.name.value] : [])) : undefined;
}

function isPlain({ selections }: SelectionSetNode): boolean {
  return selections.every((each) => each.kind === Kind.FIELD && !each.arguments?.length && (!each.selectionSet || isPlain(each.selectionSet)));
}

function inOneForm({ selections }: SelectionSetNode): string {
  const parts = selections.map((each) => (each.kind === Kind.FIELD ? `${each.name.value}${each.selectionSet ? ` { ${inOneForm(each.selectionSet)} }` : ''}` : print(each)));
  return parts.toSorted().join(' ');
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
  const ofType = annexes.filter(({ type }) => type === definition);
  const withValues = annexes.reduce((changed, { values, graph, value }) => ('name' in definition && values.has(String(definition.name?.value)) ? alsoIn(changed, graph, value) : changed), definition);
  return ofType.length > 0 && isFielded(withValues) ? withAnnexes(withValues, ofType) : withValues;
}

/** A type as it is in one subgraph, in another as well. */
function alsoIn(definition: DefinitionNode, graph: string, other: string): DefinitionNode {
  const copied = <Node extends { readonly directives?: readonly ConstDirectiveNode[] | undefined }>(node: Node): Node => {
    const added = (node.directives ?? []).filter((each) => each.name.value.startsWith('join__') && argument(each, 'graph') === graph).map((each) => inGraph(each, other));
    return added.length > 0 ? { ...node, directives: [...node.directives!, ...added] } : node;
  };
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
      return copied({ ...definition, fields: (definition.fields ?? []).map(copied) });
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return copied({ ...definition, fields: (definition.fields ?? []).map(copied) });
    case Kind.ENUM_TYPE_DEFINITION:
      return copied({ ...definition, values: (definition.values ?? []).map(copied) });
    case Kind.SCALAR_TYPE_DEFINITION:
      return copied(definition);
    default:
      return definition;
  }
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
  const requires = argument(place, 'requires');
  return annex.fields.has(field) && argument(place, 'graph') === annex.graph && typeof requires === 'string' && inOneForm(parseFieldSet(requires)) === annex.requirement;
}

function placeInAnnex(field: string, places: readonly ConstDirectiveNode[], annex: Annex): readonly ConstDirectiveNode[] {
  const isThere = annex.fields.has(field) || annex.keys.has(field) || annex.requires.includes(field);
  return isThere ? places.filter((each) => argument(each, 'graph') === annex.graph).map((each) => inGraph(each, annex.value)) : [];
}

function inGraph(directive: ConstDirectiveNode, graph: string): ConstDirectiveNode {
  return withArgument(directive, 'graph', { kind: Kind.ENUM, value: graph });
}
