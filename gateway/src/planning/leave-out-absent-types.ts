import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import { Kind, parse, print, visit, type DocumentNode, type FieldNode, type InlineFragmentNode, type SelectionSetNode } from 'graphql';
import type { AbsentTypes } from './admit-absent-members.js';
import { usedVariables } from './entity-document.js';
import { mapFetches } from './map-fetches.js';

/** Takes out of each fetch what it asks of types that its subgraph does not know, and the variables that only this used. */
export function leaveOutAbsentTypes(plan: QueryPlan, absent: AbsentTypes): QueryPlan {
  return absent.size === 0 ? plan : mapFetches(plan, (fetch) => ofFetch(fetch, absent));
}

function ofFetch(fetch: FetchNode, absent: AbsentTypes): FetchNode {
  const types = absent.get(fetch.serviceName);
  if (types === undefined || ![...types].some((type) => fetch.operation.includes(type))) return fetch;
  const document = withoutFragmentsOn(parse(fetch.operation, { noLocation: true }), types);
  const variables = usedVariables(document);
  const operation = print(
    visit(document, { VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null) }),
  );
  return { ...fetch, operation, variableUsages: (fetch.variableUsages ?? []).filter((name) => variables.has(name)) };
}

function withoutFragmentsOn(document: DocumentNode, types: ReadonlySet<string>): DocumentNode {
  const isOnOne = ({ typeCondition }: InlineFragmentNode): boolean => typeCondition !== undefined && types.has(typeCondition.name.value);
  return visit(document, {
    InlineFragment: {
      enter: (fragment) => (isOnOne(fragment) ? null : undefined),
      leave: (fragment) => (fragment.selectionSet.selections.length === 0 ? null : undefined),
    },
    Field: { leave: (field): FieldNode | undefined => (field.selectionSet?.selections.length === 0 ? { ...field, selectionSet: typenameAlone } : undefined) },
  });
}

const typenameAlone: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }] };
