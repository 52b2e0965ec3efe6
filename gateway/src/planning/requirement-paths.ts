import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { InlineFragmentNode, SelectionNode, SelectionSetNode } from 'graphql';
import type { StandIn } from './stand-ins.js';

type QueryPlanInlineFragmentNode = Extract<QueryPlanSelectionNode, { readonly kind: 'InlineFragment' }>;
type Selection = SelectionNode | QueryPlanSelectionNode;

/** The way to a stand-in in a requirement. */
export interface StandInPath {
  /** As the subgraph names the fields that it is given, joined by dots: two requirements conflict when they differ here. */
  readonly place: string;
  /** As fetched, with type conditions written like `... on Parcel`, the stand-in's name last. */
  readonly path: readonly string[];
  readonly standIn: StandIn;
}

/** Every stand-in of a selection, the deepest first. */
export function standInPaths(
  selections: readonly Selection[],
  standIns: ReadonlyMap<string, StandIn>,
  place: readonly string[] = [],
  path: readonly string[] = [],
): StandInPath[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'FragmentSpread') return [];
    const below = subselections(selection);
    if (selection.kind === 'InlineFragment') {
      const condition = typeCondition(selection);
      return standInPaths(below, standIns, place, condition === undefined ? path : [...path, `... on ${condition}`]);
    }
    const name = typeof selection.name === 'string' ? selection.name : selection.name.value;
    const standIn = standIns.get(name);
    const here = [...place, standIn?.field ?? name];
    const fetchedAs = [...path, name];
    return [...standInPaths(below, standIns, here, fetchedAs), ...(standIn ? [{ place: here.join('.'), path: fetchedAs, standIn }] : [])];
  });
}

function subselections(selection: Exclude<Selection, { readonly kind: 'FragmentSpread' }>): readonly Selection[] {
  if ('selections' in selection && selection.selections) return selection.selections;
  return (selection as { selectionSet?: SelectionSetNode }).selectionSet?.selections ?? [];
}

function typeCondition(selection: InlineFragmentNode | QueryPlanInlineFragmentNode): string | undefined {
  const condition = selection.typeCondition;
  return typeof condition === 'object' ? condition.name.value : condition;
}
