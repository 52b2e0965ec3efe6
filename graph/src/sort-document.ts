import { Kind, type ConstDirectiveNode, type DefinitionNode, type DocumentNode, type FieldDefinitionNode } from 'graphql';

/**
 * The same definitions in an order that does not depend on which module was loaded first: schema extension, directives, roots,
 * then types by name. Fields of the roots, which come from many resolver classes, and directives are by name; fields of other
 * types stay as they were declared.
 */
export function sortDocument(document: DocumentNode): DocumentNode {
  const definitions = document.definitions.map(sortedDefinition).sort((a, b) => compareText(rankOf(a), rankOf(b)));
  return { ...document, definitions };
}

const roots: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);
const ranks: Partial<Record<DefinitionNode['kind'], string>> = {
  [Kind.SCHEMA_DEFINITION]: '0',
  [Kind.SCHEMA_EXTENSION]: '0',
  [Kind.DIRECTIVE_DEFINITION]: '1',
};

function rankOf(definition: DefinitionNode): string {
  const name = nameOf(definition);
  return `${ranks[definition.kind] ?? (roots.has(name) ? '2' : '3')} ${name}`;
}

function nameOf(definition: DefinitionNode): string {
  return 'name' in definition ? (definition.name?.value ?? '') : '';
}

function sortedDefinition(definition: DefinitionNode): DefinitionNode {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return definition;
  const fields = (definition.fields ?? []).map((field) => ({ ...field, directives: sortedDirectives(field.directives) }));
  return {
    ...definition,
    directives: sortedDirectives(definition.directives),
    interfaces: [...(definition.interfaces ?? [])].sort((a, b) => compareText(a.name.value, b.name.value)),
    fields: roots.has(definition.name.value) ? fields.sort(byName) : fields,
  };
}

function sortedDirectives(directives: readonly ConstDirectiveNode[] = []): ConstDirectiveNode[] {
  return [...directives].sort((a, b) => compareText(a.name.value, b.name.value));
}

function byName(a: FieldDefinitionNode, b: FieldDefinitionNode): number {
  return compareText(a.name.value, b.name.value);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
