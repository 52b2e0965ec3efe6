import { Kind, visit, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql';

/**
 * Asks for the `__typename` of objects of which everything is under conditions.
 *
 * The planner takes a condition that all of a fetch is under for one of the fetch: with `{ item { name @skip(if: $x) } }` nothing is
 * fetched when the name is left out, and the item, of which the client is to see that it is there, would be null.
 *
 * @returns the same object when there are none
 */
export function keepObjects(document: DocumentNode): DocumentNode {
  if (!hasConditions(document)) return document;
  const fragments = new Map(document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])));
  return visit(document, {
    Field: ({ selectionSet, ...field }: FieldNode) => {
      if (!selectionSet || hasCertain(selectionSet, fragments)) return undefined;
      return { ...field, selectionSet: { ...selectionSet, selections: [typename, ...selectionSet.selections] } };
    },
  });
}

const typename: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive: ({ name }) => {
      found ||= isCondition(name.value);
    },
  });
  return found;
}

function isCondition(name: string): boolean {
  return name === 'skip' || name === 'include';
}

function hasCertain({ selections }: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): boolean {
  return selections.some((selection) => {
    if (selection.directives?.some(({ name }) => isCondition(name.value))) return false;
    if (selection.kind === Kind.FIELD) return true;
    const below = selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value)?.selectionSet;
    return below !== undefined && hasCertain(below, fragments);
  });
}
