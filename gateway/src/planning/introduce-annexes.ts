import { Kind, print, type ConstDirectiveNode, type DefinitionNode, type DocumentNode, type EnumTypeDefinitionNode, type FieldDefinitionNode, type SelectionSetNode } from 'graphql';
import { parseFieldSet } from './field-set.js';
import { argument, isFielded, isJoin, joinDirective, joinFields, namedType, subgraphNames, withArgument, type FieldedType } from './join-directives.js';
import { AnnexParts, type Parts } from './annex-parts.js';

export interface AnnexedSupergraph {
  /** The same object as was given when there are no annexes. */
  readonly document: DocumentNode;
  /** The subgraph's name for each annex's. */
  readonly annexes: ReadonlyMap<string, string>;
}

/**
 * Where a field of a type requires something and is itself required, gives the fields of the type that require something annexes: the same
 * subgraph once more under another name, with the keys of the type, the fields that require the same, what they require, and what is
 * needed of the types of all these ({@link AnnexParts}).
 *
 * Of a chain of requirements that comes back to a subgraph, the planner merges the field in the middle into the earlier fetch of
 * that subgraph, where what it requires is not there yet (`handleRequiresTree`), and asks it for what it declares as
 * external alone. It never merges fetches of two subgraphs.
 *
 * What such a field leads to is in the annex as far as values go. At an entity the way goes on by its key, in the subgraph itself.
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
  /** What it has of its subgraph. */
  readonly parts: Parts;
}

function annexName({ graph, type, requirement }: Annex, names: ReadonlyMap<string, string>): string {
  return `${names.get(graph) ?? graph} (${type.name.value}: ${requirement})`;
}

function annexesOf(supergraph: DocumentNode): readonly Annex[] {
  const types = new Map(supergraph.definitions.filter(isFielded).map((type) => [type.name.value, type]));
  const required = requiredFields(types);
  const annexParts = new AnnexParts(supergraph);
  const annexes = new Map<string, Annex>();
  for (const type of types.values()) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || !hasMiddle(type, required)) continue;
    for (const field of type.fields ?? []) {
      for (const directive of joinFields(field)) {
        const annex = annexOf(type, field, directive, annexes.size, annexParts);
        if (!annex) continue;
        const like = [type.name.value, annex.graph, annex.requirement].join(' ');
        const known = annexes.get(like);
        annexes.set(like, known ? { ...known, fields: new Set([...known.fields, ...annex.fields]), parts: together(known.parts, annex.parts) } : annex);
      }
    }
  }
  return [...annexes.values()].map((annex) => ({ ...annex, parts: withInterfaces(annex, types, annexParts) }));
}

function together(some: Parts, others: Parts): Parts {
  const all = new Map(some);
  for (const [type, fields] of others) all.set(type, new Set([...(all.get(type) ?? []), ...fields]));
  return all;
}

function withInterfaces({ graph, parts }: Annex, types: ReadonlyMap<string, FieldedType>, annexParts: AnnexParts): Parts {
  return new Map([...parts].map(([name, fields]) => [name, types.get(name)?.kind === Kind.INTERFACE_TYPE_DEFINITION ? annexParts.ofInterface(name, graph, parts) : fields]));
}

function hasMiddle(type: FieldedType, required: ReadonlySet<string>): boolean {
  return (type.fields ?? []).some((field) => required.has(`${type.name.value}.${field.name.value}`) && joinFields(field).some((each) => argument(each, 'requires') !== undefined));
}

function annexOf(type: FieldedType, field: FieldDefinitionNode, directive: ConstDirectiveNode, count: number, annexParts: AnnexParts): Annex | undefined {
  const [graph, requires] = [argument(directive, 'graph'), argument(directive, 'requires')];
  if (typeof graph !== 'string' || typeof requires !== 'string' || !(directive.arguments ?? []).every(({ name }) => ['graph', 'requires', 'type'].includes(name.value))) return undefined;
  const places = (type.directives ?? []).filter((each) => isJoin(each, 'type') && argument(each, 'graph') === graph);
  const isAnswered = places.some((each) => argument(each, 'key') !== undefined && argument(each, 'resolvable') !== false);
  if (!isAnswered || places.some((each) => argument(each, 'isInterfaceObject') === true || namesField(argument(each, 'key'), field.name.value))) return undefined;
  const required = parseFieldSet(requires);
  const fields = new Set([field.name.value]);
  const parts = annexParts.of(type, fields, required, graph);
  return parts && { type, fields, graph, value: `${graph}__ANNEX_${count}`, requirement: inOneForm(required), parts };
}

function namesField(key: string | boolean | undefined, name: string): boolean {
  return typeof key === 'string' && parseFieldSet(key).selections.some((each) => each.kind === Kind.FIELD && each.name.value === name);
}

/** The same text for selections that differ in their order alone. */
function inOneForm({ selections }: SelectionSetNode): string {
  const parts = selections.map((each) => {
    if (each.kind === Kind.FRAGMENT_SPREAD || !each.selectionSet) return print(each);
    const { selectionSet, ...bare } = each;
    const head = bare.kind === Kind.FIELD ? print(bare) : `... on ${bare.typeCondition?.name.value}`;
    return `${head} { ${inOneForm(selectionSet)} }`;
  });
  return parts.toSorted().join(' ');
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
  if (!('name' in definition) || !definition.name) return definition;
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph') return withGraphs(definition, annexes, names);
  const { value: name } = definition.name;
  const concerned = annexes.filter(({ parts }) => parts.has(name));
  if (concerned.length === 0) return definition;
  return isFielded(definition) ? withParts(definition, concerned) : concerned.reduce((changed, { graph, value }) => alsoIn(changed, graph, value), definition as DefinitionNode);
}

/** A type as it is in one subgraph, in another as well. */
function alsoIn(definition: DefinitionNode, graph: string, other: string): DefinitionNode {
  const copied = <Node extends { readonly directives?: readonly ConstDirectiveNode[] | undefined }>(node: Node): Node => {
    const added = (node.directives ?? []).filter((each) => each.name.value.startsWith('join__') && argument(each, 'graph') === graph).map((each) => inGraph(each, other));
    return added.length > 0 ? { ...node, directives: [...node.directives!, ...added] } : node;
  };
  switch (definition.kind) {
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return copied({ ...definition, fields: (definition.fields ?? []).map(copied) });
    case Kind.ENUM_TYPE_DEFINITION:
      return copied({ ...definition, values: (definition.values ?? []).map(copied) });
    case Kind.SCALAR_TYPE_DEFINITION:
    case Kind.UNION_TYPE_DEFINITION:
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

function withParts(type: FieldedType, annexes: readonly Annex[]): FieldedType {
  const { directives = [], fields = [], name } = type;
  const graphs = [...new Set(directives.filter((each) => isJoin(each, 'type')).map((each) => String(argument(each, 'graph'))))];
  return {
    ...type,
    directives: [...directives, ...annexes.flatMap((annex) => typeInAnnex(type, annex))],
    fields: fields.map((field) => {
      // Without a directive a field is in all subgraphs of its type.
      const places = joinFields(field).length > 0 ? joinFields(field) : graphs.map((graph) => joinDirective('field', { graph }));
      const added = annexes.flatMap(({ graph, value, parts }) => (parts.get(name.value)!.has(field.name.value) ? places.filter((each) => argument(each, 'graph') === graph).map((each) => inGraph(each, value)) : []));
      const kept = places.filter((each) => !annexes.some((annex) => annex.type.name.value === name.value && isMovedTo(field.name.value, each, annex)));
      return { ...field, directives: [...(field.directives ?? []).filter((each) => !isJoin(each, 'field')), ...kept, ...added] };
    }),
  };
}

/** Its own type has its keys there; others are on the way, and asked for elsewhere. */
function typeInAnnex(type: FieldedType, { type: own, graph, value, parts }: Annex): readonly ConstDirectiveNode[] {
  const inSubgraph = (type.directives ?? []).filter((each) => argument(each, 'graph') === graph);
  const implemented = inSubgraph.filter((each) => isJoin(each, 'implements') && parts.has(String(argument(each, 'interface'))));
  const places = own.name.value === type.name.value ? inSubgraph.filter((each) => isJoin(each, 'type')) : [joinDirective('type', { graph })];
  return [...places, ...implemented].map((each) => inGraph(each, value));
}

function isMovedTo(field: string, place: ConstDirectiveNode, annex: Annex): boolean {
  const requires = argument(place, 'requires');
  return annex.fields.has(field) && argument(place, 'graph') === annex.graph && typeof requires === 'string' && inOneForm(parseFieldSet(requires)) === annex.requirement;
}

function inGraph(directive: ConstDirectiveNode, graph: string): ConstDirectiveNode {
  return withArgument(directive, 'graph', { kind: Kind.ENUM, value: graph });
}
