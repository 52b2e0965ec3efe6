import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, parse, print, visit, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type InlineFragmentNode, type SelectionSetNode } from 'graphql';
import type { AbsentTypes } from './admit-absent-members.js';

/** Takes out of each fetch what it asks of types that its subgraph does not know, and the variables that only this used. */
export function leaveOutAbsentTypes(plan: QueryPlan, absent: AbsentTypes): QueryPlan {
  if (absent.size === 0 || plan.node === undefined) return plan;
  if (plan.node.kind !== 'Subscription') return { ...plan, node: ofNode(plan.node, absent) };
  const { primary, rest } = plan.node;
  return { ...plan, node: { ...plan.node, primary: ofFetch(primary, absent), ...(rest ? { rest: ofNode(rest, absent) } : {}) } };
}

function ofNode(node: PlanNode, absent: AbsentTypes): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((each) => ofNode(each, absent)) };
    case 'Flatten':
      return { ...node, node: ofNode(node.node, absent) };
    case 'Condition':
      return { ...node, ...(node.ifClause ? { ifClause: ofNode(node.ifClause, absent) } : {}), ...(node.elseClause ? { elseClause: ofNode(node.elseClause, absent) } : {}) };
    case 'Defer':
      throw new Error('invariant: no plan has @defer');
    case 'Fetch':
      return ofFetch(node, absent);
  }
}

function ofFetch(fetch: FetchNode, absent: AbsentTypes): FetchNode {
  const types = absent.get(fetch.serviceName);
  if (types === undefined || ![...types].some((type) => fetch.operation.includes(type))) return fetch;
  const document = withoutFragmentsOn(parse(fetch.operation, { noLocation: true }), types);
  const variables = variablesOf(document);
  const operation = print(
    visit(document, { VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null) }),
  );
  return { ...fetch, operation, variableUsages: (fetch.variableUsages ?? []).filter((name) => variables.has(name)) };
}

function withoutFragmentsOn(document: DocumentNode, types: ReadonlySet<string>): DocumentNode {
  const isOnOne = ({ typeCondition }: InlineFragmentNode | FragmentDefinitionNode): boolean => typeCondition !== undefined && types.has(typeCondition.name.value);
  return visit(document, {
    InlineFragment: {
      enter: (fragment) => (isOnOne(fragment) ? null : undefined),
      leave: (fragment) => (fragment.selectionSet.selections.length === 0 ? null : undefined),
    },
    // The planner repeats no fragment by name; should it begin to, the corpus says so.
    Field: { leave: (field): FieldNode | undefined => (field.selectionSet?.selections.length === 0 ? { ...field, selectionSet: typenameAlone } : undefined) },
  });
}

const typenameAlone: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }] };

function variablesOf(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable({ name }) {
      names.add(name.value);
    },
  });
  return names;
}
