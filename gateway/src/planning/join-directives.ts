import { Kind, type ConstDirectiveNode, type ConstValueNode, type DocumentNode, type FieldDefinitionNode, type InterfaceTypeDefinitionNode, type ObjectTypeDefinitionNode } from 'graphql';

/** A type of a supergraph that has fields. */
export type FieldedType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function isFielded(definition: { readonly kind: string }): definition is FieldedType {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

export function isJoin(directive: ConstDirectiveNode, name: 'type' | 'field' | 'graph'): boolean {
  return directive.name.value === `join__${name}`;
}

export function argument(directive: ConstDirectiveNode, name: string): string | boolean | undefined {
  const value = directive.arguments?.find((each) => each.name.value === name)?.value;
  return value && 'value' in value ? value.value : undefined;
}

export function withArgument(directive: ConstDirectiveNode, name: string, value: ConstValueNode): ConstDirectiveNode {
  return { ...directive, arguments: directive.arguments?.map((each) => (each.name.value === name ? { ...each, value } : each)) ?? [] };
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
