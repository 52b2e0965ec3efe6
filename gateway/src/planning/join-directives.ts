import { Kind, type ConstDirectiveNode, type ConstValueNode, type DocumentNode, type FieldDefinitionNode, type InterfaceTypeDefinitionNode, type NamedTypeNode, type ObjectTypeDefinitionNode, type TypeNode } from 'graphql';

/** A type of a supergraph that has fields. */
export type FieldedType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function isFielded(definition: { readonly kind: string }): definition is FieldedType {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

type JoinDirective = 'type' | 'field' | 'graph' | 'implements' | 'unionMember' | 'enumValue';

export function isJoin(directive: ConstDirectiveNode, name: JoinDirective): boolean {
  return directive.name.value === `join__${name}`;
}

export function argument(directive: ConstDirectiveNode, name: string): string | boolean | undefined {
  const value = directive.arguments?.find((each) => each.name.value === name)?.value;
  return value && 'value' in value ? value.value : undefined;
}

export function withArgument(directive: ConstDirectiveNode, name: string, value: ConstValueNode): ConstDirectiveNode {
  return { ...directive, arguments: directive.arguments?.map((each) => (each.name.value === name ? { ...each, value } : each)) ?? [] };
}

/** @param values - names: `graph` of the enum, others as strings */
export function joinDirective(name: JoinDirective, values: Readonly<Record<string, string>>): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: `join__${name}` },
    arguments: Object.entries(values).map(([key, value]) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: key },
      value: { kind: key === 'graph' ? Kind.ENUM : Kind.STRING, value },
    })),
  };
}

export function namedType(type: TypeNode): string {
  let named: TypeNode = type;
  while (named.kind !== Kind.NAMED_TYPE) named = named.type;
  return (named as NamedTypeNode).name.value;
}

export function joinFields({ directives = [] }: Pick<FieldDefinitionNode, 'directives'>): readonly ConstDirectiveNode[] {
  return directives.filter((directive) => isJoin(directive, 'field'));
}

/** Names of subgraphs, by their values in `join__Graph`. */
export function subgraphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { name, directives = [] } of definition.values ?? []) {
      const graph = directives.find((directive) => isJoin(directive, 'graph'));
      if (graph) names.set(name.value, String(argument(graph, 'name')));
    }
  }
  return names;
}
