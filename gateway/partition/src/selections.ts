import {
  Kind,
  valueFromASTUntyped,
  visit,
  type ASTNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** A field of a selection with the `@skip` and `@include` that stand between it and the selection's start. */
export interface FlatField {
  node: FieldNode;
  conditions: readonly DirectiveNode[];
  /** Names of the narrowing fragments around it; a field under any may be absent from an answer. */
  typeConditions: readonly string[];
}

export function responseKey(node: FieldNode): string {
  return node.alias?.value ?? node.name.value;
}

/** Replaces fragment spreads by inline fragments, so that each root field can be sent on its own. */
export function inlineFragments(selectionSet: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): SelectionSetNode {
  return visit(selectionSet, {
    FragmentSpread: (spread): SelectionNode | null => {
      const fragment = fragments.get(spread.name.value);
      if (!fragment) return null;
      return {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: fragment.typeCondition,
        ...(spread.directives ? { directives: spread.directives } : {}),
        selectionSet: inlineFragments(fragment.selectionSet, fragments),
      };
    },
  });
}

/** The fields of a selection without spreads, those inside inline fragments included. */
export function flattenSelection(selectionSet: SelectionSetNode | undefined): FlatField[] {
  const fields: FlatField[] = [];
  const walk = (set: SelectionSetNode, conditions: readonly DirectiveNode[], typeConditions: readonly string[]): void => {
    for (const selection of set.selections) {
      const here = [...conditions, ...conditionsOf(selection.directives)];
      if (selection.kind === Kind.FIELD) fields.push({ node: selection, conditions: here, typeConditions });
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const narrowed = selection.typeCondition ? [...typeConditions, selection.typeCondition.name.value] : typeConditions;
        walk(selection.selectionSet, here, narrowed);
      }
    }
  };
  if (selectionSet) walk(selectionSet, [], []);
  return fields;
}

export function conditionsOf(directives: readonly DirectiveNode[] = []): DirectiveNode[] {
  return directives.filter(({ name }) => name.value === 'skip' || name.value === 'include');
}

/** Whether all of the `@skip` and `@include` let the field be. */
export function isIncluded(conditions: readonly DirectiveNode[], variables: Record<string, unknown>): boolean {
  return conditions.every((directive) => {
    const argument = directive.arguments?.find(({ name }) => name.value === 'if');
    const value = argument ? valueFromASTUntyped(argument.value, variables) : undefined;
    return directive.name.value === 'skip' ? value !== true : value === true;
  });
}

export function usedVariables(...nodes: readonly ASTNode[]): Set<string> {
  const names = new Set<string>();
  for (const node of nodes) visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return names;
}

export function fieldNode(name: string, options: { alias?: string; selections?: readonly SelectionNode[] } = {}): FieldNode {
  return {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: name },
    ...(options.alias ? { alias: { kind: Kind.NAME, value: options.alias } } : {}),
    ...(options.selections ? { selectionSet: { kind: Kind.SELECTION_SET, selections: options.selections } } : {}),
  };
}
