import type { FlattenNode, PlanNode, QueryPlan, ResponsePath } from '@apollo/query-planner';
import { visit, type DocumentNode } from 'graphql';

/** A part of a plan that may be for objects below certain types alone. An executor that does not know of it fetches more than was asked. */
export interface NarrowedFlattenNode extends FlattenNode {
  /** For the value at each element of the path: the object types that it may be of. Absent where all are meant. */
  readonly onTypes?: readonly (readonly string[] | undefined)[];
}

/** Whether {@link narrowedPlan} may help: entities are fetched below a field, and some fields are asked of certain types alone. */
export function mayBeNarrowed(plan: QueryPlan, document: DocumentNode): boolean {
  if (!flattens(plan.node).some(({ path }) => path.filter((element) => element !== '@').length > 1)) return false;
  let hasTypeConditions = false;
  visit(document, {
    InlineFragment({ typeCondition }) {
      if (typeCondition) hasTypeConditions = true;
    },
    FragmentDefinition: () => {
      hasTypeConditions = true;
    },
  });
  return hasTypeConditions;
}

/**
 * Takes the plan that was made with `typeConditionedFetching` when it asks for less: not of objects below a type
 * what only those below another type need. Where it fetches in more requests than the plain plan, because fields that several types
 * need are asked for once for each, the plain one stays.
 *
 * That planner writes types into paths, `review|[UserReview]`; here they stand beside the path, which stays one of names.
 */
export function narrowedPlan(plain: QueryPlan, conditioned: QueryPlan): QueryPlan {
  const node = conditioned.node;
  if (node === undefined || node.kind === 'Subscription') return plain;
  const isNarrower = flattens(node).some(({ path }) => path.some((element) => isConditioned(element)));
  if (!isNarrower || fetches(node) > fetches(plain.node)) return plain;
  return { ...conditioned, node: withPlainPaths(node) };
}

function withPlainPaths(node: PlanNode): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map(withPlainPaths) };
    case 'Flatten':
      return { ...node, ...plainPath(node.path), node: withPlainPaths(node.node) } satisfies NarrowedFlattenNode;
    case 'Condition':
    case 'Defer':
      throw new Error('invariant: no plan has conditions or @defer');
    case 'Fetch':
      return node;
  }
}

/** Its first element is the root, an empty name. */
function plainPath([root = '', ...below]: ResponsePath): Pick<NarrowedFlattenNode, 'path' | 'onTypes'> {
  const elements = String(root).startsWith('|[') || root === '' ? below : [root, ...below];
  const parts = elements.map((element) => /^(.*?)(?:\|\[(.*)\])?$/.exec(String(element))!);
  const path = parts.map(([, name]) => name!);
  const onTypes = parts.map(([, , types]) => types?.split(','));
  return onTypes.some((types) => types !== undefined) ? { path, onTypes } : { path };
}

function isConditioned(element: string | number): boolean {
  return String(element).includes('|[');
}

function flattens(node: QueryPlan['node']): FlattenNode[] {
  switch (node?.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(flattens);
    case 'Flatten':
      return [node, ...flattens(node.node)];
    default:
      return [];
  }
}

function fetches(node: QueryPlan['node']): number {
  switch (node?.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.reduce((sum, each) => sum + fetches(each), 0);
    case 'Flatten':
      return fetches(node.node);
    case 'Fetch':
      return 1;
    default:
      return 0;
  }
}
