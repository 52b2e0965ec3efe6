import {
  Kind,
  print,
  type ConstDirectiveNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type NamedTypeNode,
  type ObjectTypeDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import type { SubgraphSdl } from './subgraph-sdl.js';

export interface SdlContradiction {
  /** Schema coordinate, such as `Book.title`. */
  coordinate: string;
  message: string;
}

type FieldedType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | InputObjectTypeDefinitionNode;

const RULE_DIRECTIVES = new Set(['everySite', 'oneSite']);

/** The first place where `addition` says something else than `union`, not just more or less. */
export function findContradiction(union: SubgraphSdl, addition: SubgraphSdl): SdlContradiction | undefined {
  for (const type of addition.types.values()) {
    const known = union.types.get(type.name.value);
    if (!known) continue;
    const name = type.name.value;
    if (known.kind !== type.kind) {
      return { coordinate: name, message: `${name} is ${kindInWords(type)}, elsewhere ${kindInWords(known)}` };
    }
    const contradiction = isFielded(type) && isFielded(known) ? contradictionInFields(name, known, type) : undefined;
    if (contradiction) return contradiction;
  }
  return undefined;
}

/** Everything that either side has. Where they differ in nullability only, the result is nullable. */
export function uniteSdl(union: SubgraphSdl, addition: SubgraphSdl): SubgraphSdl {
  const types = new Map(union.types);
  for (const type of addition.types.values()) {
    const known = types.get(type.name.value);
    types.set(type.name.value, known ? uniteTypes(known, type) : type);
  }
  return {
    types,
    directives: new Map([...addition.directives, ...union.directives]),
    schemaDirectives: union.schemaDirectives.length > 0 ? union.schemaDirectives : addition.schemaDirectives,
  };
}

/**
 * Makes nullable each field of an output type that a member lacks though it has the type: that member's rows then
 * have `null` there, which must not blank the rows around them.
 */
export function relaxSkewedFields(union: SubgraphSdl, members: readonly SubgraphSdl[]): SubgraphSdl {
  const types = new Map(union.types);
  const relaxed = new Set<string>();
  for (const type of union.types.values()) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of type.fields ?? []) {
      if (members.some((member) => lacksField(member, type.name.value, field.name.value))) relaxed.add(`${type.name.value}.${field.name.value}`);
    }
    // An implementation may promise more than its interface, never less.
    for (const { name } of type.interfaces ?? []) {
      for (const field of type.fields ?? []) {
        if (relaxed.has(`${type.name.value}.${field.name.value}`)) relaxed.add(`${name.value}.${field.name.value}`);
      }
    }
  }
  for (const type of union.types.values()) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const fields = type.fields?.map((field) =>
      relaxed.has(`${type.name.value}.${field.name.value}`) && field.type.kind === Kind.NON_NULL_TYPE ? { ...field, type: field.type.type } : field,
    );
    types.set(type.name.value, { ...type, ...(fields ? { fields } : {}) });
  }
  return { ...union, types };
}

function lacksField(member: SubgraphSdl, typeName: string, fieldName: string): boolean {
  const type = member.types.get(typeName);
  if (!type || !isFielded(type)) return false;
  return !type.fields?.some((field) => field.name.value === fieldName);
}

function contradictionInFields(typeName: string, known: FieldedType, type: FieldedType): SdlContradiction | undefined {
  for (const field of type.fields ?? []) {
    const other = known.fields?.find(({ name }) => name.value === field.name.value);
    if (!other) continue;
    const coordinate = `${typeName}.${field.name.value}`;
    const contradiction = contradictionInTypes(coordinate, other.type, field.type) ?? contradictionInRules(coordinate, other, field);
    if (contradiction) return contradiction;
    if (field.kind !== Kind.FIELD_DEFINITION || other.kind !== Kind.FIELD_DEFINITION) continue;
    for (const argument of field.arguments ?? []) {
      const otherArgument = other.arguments?.find(({ name }) => name.value === argument.name.value);
      const inArgument = otherArgument && contradictionInTypes(`${coordinate}(${argument.name.value}:)`, otherArgument.type, argument.type);
      if (inArgument) return inArgument;
    }
  }
  return undefined;
}

function contradictionInTypes(coordinate: string, known: TypeNode, type: TypeNode): SdlContradiction | undefined {
  if (withoutNonNull(known) === withoutNonNull(type)) return undefined;
  return { coordinate, message: `${coordinate} is ${print(type)}, elsewhere ${print(known)}` };
}

function contradictionInRules(
  coordinate: string,
  known: FieldDefinitionNode | InputValueDefinitionNode,
  field: FieldDefinitionNode | InputValueDefinitionNode,
): SdlContradiction | undefined {
  const [before, now] = [known, field].map((node) => (node.directives ?? []).filter(({ name }) => RULE_DIRECTIVES.has(name.value)).map(print).join(' '));
  // Having no rule says less, not something else.
  if (before === now || !before || !now) return undefined;
  return { coordinate, message: `${coordinate} has the partition rule ${now}, elsewhere ${before}` };
}

function uniteTypes(known: TypeDefinitionNode, type: TypeDefinitionNode): TypeDefinitionNode {
  const directives = uniteDirectives(known.directives, type.directives);
  switch (known.kind) {
    case Kind.ENUM_TYPE_DEFINITION:
      return { ...known, directives, values: uniteByName(known.values, (type as EnumTypeDefinitionNode).values, (value) => value) };
    case Kind.UNION_TYPE_DEFINITION:
      return { ...known, directives, types: uniteByName(known.types, (type as UnionTypeDefinitionNode).types, (member) => member) };
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const other = type as typeof known;
      return {
        ...known,
        directives,
        interfaces: uniteByName<NamedTypeNode>(known.interfaces, other.interfaces, (name) => name),
        fields: uniteByName(known.fields, other.fields, uniteFields),
      };
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return { ...known, directives, fields: uniteByName(known.fields, (type as typeof known).fields, uniteInputs) };
    case Kind.SCALAR_TYPE_DEFINITION:
      return { ...known, directives };
  }
}

function uniteFields(known: FieldDefinitionNode, field: FieldDefinitionNode): FieldDefinitionNode {
  return {
    ...known,
    type: nullableIfEither(known.type, field.type),
    arguments: uniteByName(known.arguments, field.arguments, uniteInputs),
    directives: uniteDirectives(known.directives, field.directives),
  };
}

function uniteInputs(known: InputValueDefinitionNode, input: InputValueDefinitionNode): InputValueDefinitionNode {
  return { ...known, type: nullableIfEither(known.type, input.type) };
}

function uniteByName<T extends { name: { value: string } }>(known: readonly T[] = [], more: readonly T[] = [], both: (known: T, more: T) => T): T[] {
  const additions = new Map(more.map((node) => [node.name.value, node]));
  const united = known.map((node) => {
    const other = additions.get(node.name.value);
    additions.delete(node.name.value);
    return other ? both(node, other) : node;
  });
  return [...united, ...additions.values()];
}

function uniteDirectives(known: readonly ConstDirectiveNode[] = [], more: readonly ConstDirectiveNode[] = []): ConstDirectiveNode[] {
  const printed = new Set(known.map(print));
  // Only keys may repeat; of others the first word counts.
  const names = new Set(known.map(({ name }) => name.value));
  return [...known, ...more.filter((directive) => !printed.has(print(directive)) && (directive.name.value === 'key' || !names.has(directive.name.value)))];
}

function nullableIfEither(a: TypeNode, b: TypeNode): TypeNode {
  if (a.kind === Kind.NON_NULL_TYPE && b.kind === Kind.NON_NULL_TYPE) {
    const inner = nullableIfEither(a.type, b.type);
    return inner.kind === Kind.NON_NULL_TYPE ? inner : { kind: Kind.NON_NULL_TYPE, type: inner };
  }
  const [x, y] = [a, b].map((type) => (type.kind === Kind.NON_NULL_TYPE ? type.type : type)) as [TypeNode, TypeNode];
  if (x.kind === Kind.LIST_TYPE && y.kind === Kind.LIST_TYPE) return { kind: Kind.LIST_TYPE, type: nullableIfEither(x.type, y.type) };
  return x;
}

function withoutNonNull(type: TypeNode): string {
  return print(type).replaceAll('!', '');
}

function isFielded(type: TypeDefinitionNode): type is FieldedType {
  return type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION || type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION;
}

function kindInWords(type: TypeDefinitionNode): string {
  const words: Record<TypeDefinitionNode['kind'], string> = {
    ObjectTypeDefinition: 'an object',
    InterfaceTypeDefinition: 'an interface',
    InputObjectTypeDefinition: 'an input',
    EnumTypeDefinition: 'an enum',
    UnionTypeDefinition: 'a union',
    ScalarTypeDefinition: 'a scalar',
  };
  return words[type.kind];
}
