import { Kind, parse, type SelectionSetNode } from 'graphql';

/** Reads the fields of a key or a requirement, as directives have them. */
export function parseFieldSet(fields: string): SelectionSetNode {
  const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('invariant: a field set is a selection set');
  return definition.selectionSet;
}
