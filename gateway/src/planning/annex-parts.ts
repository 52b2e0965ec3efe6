import { Kind, specifiedScalarTypes, type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode, type InputValueDefinitionNode, type ObjectTypeDefinitionNode, type SelectionSetNode, type TypeDefinitionNode } from 'graphql';
import { parseFieldSet } from './field-set.js';
import { argument, isFielded, isJoin, joinFields, namedType, type FieldedType } from './join-directives.js';

/** What of a subgraph an annex has, by type: its fields; of other types than objects and interfaces, all there is. */
export type Parts = ReadonlyMap<string, ReadonlySet<string>>;

const builtIn: ReadonlySet<string> = new Set(specifiedScalarTypes.map(({ name }) => name));
const roots: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/** Finds the part of a subgraph that an annex needs. */
export class AnnexParts {
  readonly #types: ReadonlyMap<string, TypeDefinitionNode>;

  constructor(supergraph: DocumentNode) {
    this.#types = new Map(supergraph.definitions.flatMap((each) => ('name' in each && each.name && each.kind.endsWith('TypeDefinition') ? [[each.name.value, each as TypeDefinitionNode] as const] : [])));
  }

  /**
   * For some fields of an entity, its keys and what they require. Of other entities that the subgraph can be asked for there are the
   * keys and the leaves: the rest is fetched from the subgraph itself. Of objects that are no entities there is all.
   *
   * @returns `undefined` where something cannot be had in part: an interface that the subgraph has as an object
   */
  of(type: FieldedType, fields: ReadonlySet<string>, requires: SelectionSetNode, graph: string): Parts | undefined {
    const search = new Search(this.#types, graph);
    const keys = keysIn(type, graph).map(({ fields: key }) => key);
    search.parts.set(type.name.value, new Set(fields));
    const isWhole = [...keys, requires].every((selections) => search.select(type.name.value, selections)) && search.includeFields(type, fields);
    return isWhole ? search.parts : undefined;
  }

  /** The fields of an interface in an annex: those that all have who implement it there. */
  ofInterface(name: string, graph: string, parts: Parts): ReadonlySet<string> {
    const objects = implementers(this.#types, name, graph);
    const type = this.#types.get(name) as FieldedType;
    const names = fieldsIn(type, graph).map((field) => field.name.value);
    return new Set(names.filter((field) => objects.every((object) => parts.get(object.name.value)?.has(field))));
  }
}

class Search {
  readonly parts = new Map<string, Set<string>>();

  constructor(
    private readonly types: ReadonlyMap<string, TypeDefinitionNode>,
    private readonly graph: string,
  ) {}

  includeFields(type: FieldedType, names: ReadonlySet<string>): boolean {
    return (type.fields ?? []).filter(({ name }) => names.has(name.value)).every((field) => this.#includeTypesOf(field));
  }

  /** Adds the fields that a key or a requirement names. */
  select(typeName: string, { selections }: SelectionSetNode): boolean {
    return selections.every((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? typeName;
        return this.#include(condition) && this.select(condition, selection.selectionSet);
      }
      const field = this.#addField(typeName, selection.name.value);
      if (!field) return selection.name.value === '__typename';
      return this.#includeTypesOf(field) && (!selection.selectionSet || this.select(namedType(field.type), selection.selectionSet));
    });
  }

  /** To an interface it comes by those who implement it. */
  #addField(typeName: string, name: string): FieldDefinitionNode | undefined {
    const type = this.types.get(typeName);
    if (!type || !isFielded(type)) return undefined;
    for (const each of type.kind === Kind.INTERFACE_TYPE_DEFINITION ? implementers(this.types, typeName, this.graph) : [type]) this.parts.get(each.name.value)?.add(name);
    return type.fields?.find((field) => field.name.value === name);
  }

  #includeTypesOf(field: FieldDefinitionNode | InputValueDefinitionNode): boolean {
    const args = field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : [];
    return [field, ...args].every(({ type }) => this.#include(namedType(type)));
  }

  #include(name: string): boolean {
    if (builtIn.has(name) || this.parts.has(name)) return true;
    const type = this.types.get(name);
    if (!type || roots.has(name) || !isInGraph(type, this.graph)) return false;
    this.parts.set(name, new Set());
    switch (type.kind) {
      case Kind.SCALAR_TYPE_DEFINITION:
      case Kind.ENUM_TYPE_DEFINITION:
        return true;
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return (type.fields ?? []).every((field) => this.#includeTypesOf(field));
      case Kind.UNION_TYPE_DEFINITION:
        return membersIn(type, this.graph).every((member) => this.#include(member));
      case Kind.INTERFACE_TYPE_DEFINITION:
        return !isObjectIn(type, this.graph) && implementers(this.types, name, this.graph).every((object) => this.#include(object.name.value));
      case Kind.OBJECT_TYPE_DEFINITION:
        return this.#includeObject(type);
    }
  }

  #includeObject(type: ObjectTypeDefinitionNode): boolean {
    const own = ownFields(type, this.graph);
    const keys = keysIn(type, this.graph);
    const isEntity = keys.some(({ isResolvable }) => isResolvable);
    const wanted = isEntity ? own.filter((field) => this.#isLeaf(field)) : own.length > 0 ? own : fieldsIn(type, this.graph);
    const names = new Set(wanted.map(({ name }) => name.value));
    this.parts.set(type.name.value, names);
    return keys.every(({ fields }) => this.select(type.name.value, fields)) && this.includeFields(type, names);
  }

  #isLeaf({ type, arguments: args }: FieldDefinitionNode): boolean {
    const name = namedType(type);
    const kind = this.types.get(name)?.kind;
    return !args?.length && (builtIn.has(name) || kind === Kind.SCALAR_TYPE_DEFINITION || kind === Kind.ENUM_TYPE_DEFINITION);
  }
}

function keysIn({ directives = [] }: TypeDefinitionNode, graph: string): { readonly fields: SelectionSetNode; readonly isResolvable: boolean }[] {
  return directives
    .filter((each) => isJoin(each, 'type') && argument(each, 'graph') === graph && argument(each, 'key') !== undefined)
    .map((each) => ({ fields: parseFieldSet(String(argument(each, 'key'))), isResolvable: argument(each, 'resolvable') !== false }));
}

function isInGraph({ directives = [] }: TypeDefinitionNode, graph: string): boolean {
  return directives.some((each) => isJoin(each, 'type') && argument(each, 'graph') === graph);
}

function isObjectIn({ directives = [] }: TypeDefinitionNode, graph: string): boolean {
  return directives.some((each) => isJoin(each, 'type') && argument(each, 'graph') === graph && argument(each, 'isInterfaceObject') === true);
}

function membersIn({ directives = [] }: TypeDefinitionNode, graph: string): string[] {
  return directives.filter((each) => isJoin(each, 'unionMember') && argument(each, 'graph') === graph).map((each) => String(argument(each, 'member')));
}

function implementers(types: ReadonlyMap<string, TypeDefinitionNode>, name: string, graph: string): ObjectTypeDefinitionNode[] {
  const isOne = (each: ConstDirectiveNode): boolean => isJoin(each, 'implements') && argument(each, 'graph') === graph && argument(each, 'interface') === name;
  return [...types.values()].filter((type): type is ObjectTypeDefinitionNode => type.kind === Kind.OBJECT_TYPE_DEFINITION && (type.directives ?? []).some(isOne));
}

/** Without a directive a field is in all subgraphs of its type. */
function fieldsIn({ fields = [] }: FieldedType, graph: string): FieldDefinitionNode[] {
  return fields.filter((field) => joinFields(field).length === 0 || joinFields(field).some((each) => argument(each, 'graph') === graph));
}

/** Those that the subgraph itself can answer, for whomever it has the object from. */
function ownFields(type: FieldedType, graph: string): FieldDefinitionNode[] {
  const isOwn = (place: ConstDirectiveNode): boolean => (place.arguments ?? []).every(({ name }) => ['graph', 'type'].includes(name.value));
  return fieldsIn(type, graph).filter((field) => joinFields(field).every((place) => argument(place, 'graph') !== graph || isOwn(place)));
}
