import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';

/**
 * A plan with something else in the place of each of its fetches.
 *
 * @param change - of the fetch that a subscription begins with, it has to make one fetch
 */
export function mapFetches(plan: QueryPlan, change: (fetch: FetchNode) => PlanNode): QueryPlan {
  if (plan.node === undefined) return plan;
  if (plan.node.kind !== 'Subscription') return { ...plan, node: mapNode(plan.node, change) };
  const { primary, rest } = plan.node;
  return { ...plan, node: { ...plan.node, primary: change(primary) as FetchNode, ...(rest ? { rest: mapNode(rest, change) } : {}) } };
}

function mapNode(node: PlanNode, change: (fetch: FetchNode) => PlanNode): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((each) => mapNode(each, change)) };
    case 'Flatten':
      return { ...node, node: mapNode(node.node, change) };
    case 'Condition':
    case 'Defer':
      throw new Error('invariant: no plan has conditions or @defer');
    case 'Fetch':
      return change(node);
  }
}
