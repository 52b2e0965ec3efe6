import { Kind, type DirectiveNode, type FieldNode, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { AnswerShape } from './answer-shape.js';
import { fieldNode, isIncluded, responseKey, type FlatField } from './selections.js';

/** Aliases of what the merge itself needs; stripped from the answer. */
export const ROWS_ALIAS = '_partition_edges';
export const PAGE_INFO_ALIAS = '_partition_pageInfo';

/** One response key of the connection; several occurrences in the document are one here. */
export interface ConnectionPart {
  key: string;
  field: string;
  selectionSet: SelectionSetNode | undefined;
  /** One list of conditions for each occurrence: the part is there when any of them holds. */
  conditions: (readonly DirectiveNode[])[];
}

export interface RowList extends ConnectionPart {
  itemShape: AnswerShape;
}

export function isPartIncluded({ conditions }: ConnectionPart, variables: Record<string, unknown>): boolean {
  return conditions.some((conditionsOfOne) => isIncluded(conditionsOfOne, variables));
}

export function partsOf(fields: readonly FlatField[]): ConnectionPart[] {
  const parts = new Map<string, ConnectionPart>();
  for (const { node, conditions } of fields) {
    const key = responseKey(node);
    const known = parts.get(key);
    if (!known) {
      parts.set(key, { key, field: node.name.value, selectionSet: conditional(node.selectionSet, conditions), conditions: [conditions] });
    } else {
      known.conditions.push(conditions);
      const selections = [...(known.selectionSet?.selections ?? []), ...(conditional(node.selectionSet, conditions)?.selections ?? [])];
      if (known.selectionSet) known.selectionSet = { kind: Kind.SELECTION_SET, selections };
    }
  }
  return [...parts.values()];
}

/** One occurrence may be left out while another of the same key is there: what it selects is optional then. */
function conditional(selectionSet: SelectionSetNode | undefined, conditions: readonly DirectiveNode[]): SelectionSetNode | undefined {
  if (!selectionSet || conditions.length === 0) return selectionSet;
  return { kind: Kind.SELECTION_SET, selections: [{ kind: Kind.INLINE_FRAGMENT, directives: conditions.slice(0, 1), selectionSet }] };
}

/** The field with other selections, and what the merge needs of each row. */
export function withMergeFields(node: FieldNode, selections: readonly SelectionNode[], row: readonly FieldNode[]): FieldNode {
  const mergeFields = [
    fieldNode('edges', { alias: ROWS_ALIAS, selections: row }),
    fieldNode('pageInfo', { alias: PAGE_INFO_ALIAS, selections: [fieldNode('hasNextPage'), fieldNode('hasPreviousPage')] }),
  ];
  return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: [...selections, ...mergeFields] } };
}
