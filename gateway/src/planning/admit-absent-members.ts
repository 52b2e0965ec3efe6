import { Kind, specifiedScalarTypes, type ConstDirectiveNode, type DefinitionNode, type DocumentNode, type FieldDefinitionNode, type InputValueDefinitionNode, type InterfaceTypeDefinitionNode, type TypeDefinitionNode, type UnionTypeDefinitionNode } from 'graphql';
import { argument, isFielded, isJoin, joinDirective, joinFields, namedType, subgraphNames } from './join-directives.js';

/** Types that the planner takes for known in a subgraph which has never heard of them, by the subgraph's name. */
export type AbsentTypes = ReadonlyMap<string, ReadonlySet<string>>;

export interface SupergraphWithAbsentMembers {
  /** The same object as was given when no union or interface lacks members anywhere. */
  readonly document: DocumentNode;
  readonly absent: AbsentTypes;
}

/**
 * Gives each subgraph that has a union or an interface all members of it, also those that only other subgraphs have.
 *
 * The planner leaves a fragment out of the whole plan as soon as one of the subgraphs from which the value could be
 * fetched has no such member (`handleOpenBranch`): of a value that comes from the one that has it the fields are null,
 * without an error. With the member known everywhere it plans for the subgraph that it asks anyway, and what that one does
 * not know is left out of its fetches by {@link leaveOutAbsentTypes}: it never answers with such a value.
 *
 * A member stays unknown where its fields would need more than this: where they are of an interface or union that the subgraph lacks,
 * while it has one of its members, or come from interface objects; and of interfaces that are entities themselves.
 */
export function admitAbsentMembers(supergraph: DocumentNode): SupergraphWithAbsentMembers {
  const admission = new Admission(supergraph);
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) admission.ofUnion(definition);
    else if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) admission.ofInterface(definition);
  }
  if (admission.isEmpty) return { document: supergraph, absent: new Map() };
  return { document: admission.applied(), absent: admission.absent() };
}

/** Values of `join__Graph` in which each type is to become known, by its name. */
type Additions = Map<string, Set<string>>;

class Admission {
  readonly #types: ReadonlyMap<string, TypeDefinitionNode>;
  readonly #added: Additions = new Map();
  /** Of unions: the members to add, as subgraph and type. */
  readonly #members = new Map<string, (readonly [graph: string, member: string])[]>();

  /** Of object types: the subgraphs in which they are to implement their interfaces. */
  readonly #implementations = new Map<string, Set<string>>();

  constructor(private readonly supergraph: DocumentNode) {
    this.#types = new Map(supergraph.definitions.flatMap((each) => (isType(each) ? [[each.name.value, each] as const] : [])));
  }

  get isEmpty(): boolean {
    return this.#members.size === 0 && this.#implementations.size === 0;
  }

  ofUnion(union: UnionTypeDefinitionNode): void {
    const graphsOfMember = new Map<string, Set<string>>();
    for (const directive of (union.directives ?? []).filter((each) => isJoin(each, 'unionMember'))) {
      add(graphsOfMember, String(argument(directive, 'member')), String(argument(directive, 'graph')));
    }
    for (const [member, graphs] of graphsOfMember) {
      for (const graph of graphsOf(union)) {
        if (graphs.has(graph) || !this.#admit(member, graph)) continue;
        this.#addMember(union, graph, member);
      }
    }
  }

  ofInterface(type: InterfaceTypeDefinitionNode): void {
    for (const object of this.#membersOf(type)) {
      for (const graph of graphsOf(type)) {
        if (graphsOf(this.#types.get(object)!).includes(graph) || isEntityOrObject(type, graph) || !this.#admit(object, graph)) continue;
        add(this.#implementations, object, graph);
      }
    }
  }

  applied(): DocumentNode {
    return { kind: Kind.DOCUMENT, definitions: this.supergraph.definitions.map((each) => (isType(each) ? this.#extended(each) : each)) };
  }

  absent(): AbsentTypes {
    const names = subgraphNames(this.supergraph);
    const absent = new Map<string, Set<string>>();
    for (const [type, graphs] of this.#added) {
      if (!isCompositeDefinition(this.#types.get(type)!)) continue;
      for (const graph of graphs) add(absent, names.get(graph) ?? graph, type);
    }
    return absent;
  }

  /** Adds a type that a subgraph lacks, with all that it consists of, or nothing. */
  #admit(type: string, graph: string): boolean {
    if (this.#isKnown(type, graph)) return this.#added.get(type)?.has(graph) ?? false;
    const wanted: Additions = new Map();
    if (!this.#want(type, graph, wanted)) return false;
    for (const name of wanted.keys()) add(this.#added, name, graph);
    for (const name of wanted.keys()) this.#join(this.#types.get(name)!, graph);
    return true;
  }

  /** Makes the members of an added interface or union known as such. */
  #join(type: TypeDefinitionNode, graph: string): void {
    if (type.kind === Kind.UNION_TYPE_DEFINITION) for (const member of this.#membersOf(type)) this.#addMember(type, graph, member);
    if (type.kind === Kind.INTERFACE_TYPE_DEFINITION) for (const object of this.#membersOf(type)) add(this.#implementations, object, graph);
  }

  #addMember({ name }: UnionTypeDefinitionNode, graph: string, member: string): void {
    this.#members.set(name.value, [...(this.#members.get(name.value) ?? []), [graph, member]]);
  }

  /** In all subgraphs together. */
  #membersOf(type: UnionTypeDefinitionNode | InterfaceTypeDefinitionNode): readonly string[] {
    if (type.kind === Kind.UNION_TYPE_DEFINITION) return (type.types ?? []).map(({ name }) => name.value);
    return [...this.#types.values()].filter((each) => each.kind === Kind.OBJECT_TYPE_DEFINITION && implementsInterface(each, type.name.value)).map(({ name }) => name.value);
  }

  #want(name: string, graph: string, wanted: Additions): boolean {
    if (wanted.has(name)) return true;
    const type = this.#types.get(name);
    if (type === undefined || graphsOf(type).length === 0) return false;
    add(wanted, name, graph);
    switch (type.kind) {
      case Kind.SCALAR_TYPE_DEFINITION:
      case Kind.ENUM_TYPE_DEFINITION:
        return true;
      case Kind.OBJECT_TYPE_DEFINITION:
        return !this.#hasInterfaceObject(type, graph) && (type.fields ?? []).every((field) => this.#wantField(field, graph, wanted));
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return (type.fields ?? []).every((field) => this.#wantType(field, graph, wanted));
      // Of a member that the subgraph has, it would be asked as of one of these, of which it has never heard.
      case Kind.UNION_TYPE_DEFINITION:
        return this.#membersOf(type).every((member) => !graphsOf(this.#types.get(member)!).includes(graph) && this.#want(member, graph, wanted));
      case Kind.INTERFACE_TYPE_DEFINITION:
        return (
          (type.interfaces ?? []).length === 0 &&
          (type.fields ?? []).every((field) => this.#wantField(field, graph, wanted)) &&
          this.#membersOf(type).every((object) => !graphsOf(this.#types.get(object)!).includes(graph) && this.#want(object, graph, wanted))
        );
    }
  }

  #wantField(field: FieldDefinitionNode, graph: string, wanted: Additions): boolean {
    if (joinFields(field).some((directive) => argument(directive, 'graph') === undefined)) return false;
    return [...(field.arguments ?? []), field].every((each) => this.#wantType(each, graph, wanted));
  }

  #wantType({ type }: FieldDefinitionNode | InputValueDefinitionNode, graph: string, wanted: Additions): boolean {
    const name = namedType(type);
    return isBuiltIn(name) || (this.#isKnown(name, graph) ? this.#isWholeOrEntity(name, graph) : this.#want(name, graph, wanted));
  }

  #isKnown(name: string, graph: string): boolean {
    const type = this.#types.get(name);
    return type !== undefined && (graphsOf(type).includes(graph) || (this.#added.get(name)?.has(graph) ?? false));
  }

  /** Those that an object type has somewhere, and that the subgraph has. */
  #interfacesIn(graph: string, { directives = [] }: TypeDefinitionNode): readonly string[] {
    const names = new Set(directives.filter((each) => isJoin(each, 'implements')).map((each) => String(argument(each, 'interface'))));
    return [...names].filter((name) => this.#isKnown(name, graph));
  }

  /** What a subgraph has only a part of can be had whole by a key alone. */
  #isWholeOrEntity(name: string, graph: string): boolean {
    const type = this.#types.get(name)!;
    if (!isFielded(type) || this.#added.get(name)?.has(graph)) return true;
    const isEntity = (type.directives ?? []).some((each) => isJoin(each, 'type') && argument(each, 'graph') === graph && argument(each, 'key') !== undefined);
    return isEntity || (type.fields ?? []).every((field) => joinFields(field).length === 0 || joinFields(field).some((each) => argument(each, 'graph') === graph));
  }

  #hasInterfaceObject({ interfaces = [] }: Extract<TypeDefinitionNode, { kind: Kind.OBJECT_TYPE_DEFINITION }>, graph: string): boolean {
    return interfaces.some(({ name }) =>
      (this.#types.get(name.value)?.directives ?? []).some((each) => isJoin(each, 'type') && argument(each, 'graph') === graph && argument(each, 'isInterfaceObject') === true),
    );
  }

  #extended(type: TypeDefinitionNode): TypeDefinitionNode {
    const added = [...(this.#added.get(type.name.value) ?? [])];
    const members = this.#members.get(type.name.value) ?? [];
    const implemented = [...(this.#implementations.get(type.name.value) ?? [])].flatMap((graph) => this.#interfacesIn(graph, type).map((name) => [graph, name] as const));
    const directives = [
      ...(type.directives ?? []),
      ...implemented.map(([graph, name]) => joinDirective('implements', { graph, interface: name })),
      ...added.map((graph) => joinDirective('type', { graph })),
      ...members.map(([graph, member]) => joinDirective('unionMember', { graph, member })),
    ];
    if (directives.length === (type.directives ?? []).length) return type;
    const inAll = <Node extends { readonly directives?: readonly ConstDirectiveNode[] | undefined }>(node: Node, name: 'field' | 'enumValue'): Node =>
      node.directives?.some((each) => isJoin(each, name)) ? { ...node, directives: [...node.directives, ...added.map((graph) => joinDirective(name, { graph }))] } : node;
    if (isFielded(type)) return { ...type, directives, fields: (type.fields ?? []).map((field) => inAll(field, 'field')) };
    if (type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) return { ...type, directives, fields: (type.fields ?? []).map((field) => inAll(field, 'field')) };
    if (type.kind === Kind.ENUM_TYPE_DEFINITION) return { ...type, directives, values: (type.values ?? []).map((value) => inAll(value, 'enumValue')) };
    return { ...type, directives };
  }
}

function isType(definition: DefinitionNode): definition is TypeDefinitionNode {
  return isFielded(definition) || [Kind.UNION_TYPE_DEFINITION, Kind.ENUM_TYPE_DEFINITION, Kind.SCALAR_TYPE_DEFINITION, Kind.INPUT_OBJECT_TYPE_DEFINITION].includes(definition.kind as Kind.UNION_TYPE_DEFINITION);
}

function implementsInterface({ directives = [] }: TypeDefinitionNode, name: string): boolean {
  return directives.some((each) => isJoin(each, 'implements') && argument(each, 'interface') === name);
}

/** Of types that fragments can be on. */
function isCompositeDefinition({ kind }: TypeDefinitionNode): boolean {
  return kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_DEFINITION || kind === Kind.UNION_TYPE_DEFINITION;
}

function graphsOf({ directives = [] }: TypeDefinitionNode): readonly string[] {
  return [...new Set(directives.filter((each) => isJoin(each, 'type')).map((each) => String(argument(each, 'graph'))))];
}

/** In the subgraph: those who implement it there have its key, or it stands for them. */
function isEntityOrObject({ directives = [] }: InterfaceTypeDefinitionNode, graph: string): boolean {
  return directives.some((each) => isJoin(each, 'type') && argument(each, 'graph') === graph && (argument(each, 'key') !== undefined || argument(each, 'isInterfaceObject') === true));
}

function isBuiltIn(name: string): boolean {
  return specifiedScalarTypes.some((scalar) => scalar.name === name);
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value));
}
