import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { parse, print, type FieldNode } from 'graphql';
import { EntityDocument, usedVariables, type EntityField } from './entity-document.js';
import { mapFetches } from './map-fetches.js';
import type { SubgraphRequirements } from './subgraph-requirements.js';

interface Part {
  readonly fields: Set<FieldNode>;
  readonly required: Set<string>;
}

/**
 * Divides fetches of entities whose fields require something under different `@skip` and `@include`.
 *
 * What a field requires is fetched under the conditions of that field, and the planner has one representation for all fields of a fetch:
 * with one of them left out an entity would lack something, and would not be asked for at all.
 */
export function separateConditions(plan: QueryPlan, requirements: SubgraphRequirements): QueryPlan {
  return requirements.isEmpty ? plan : mapFetches(plan, (fetch) => divided(fetch, requirements));
}

function divided(fetch: FetchNode, requirements: SubgraphRequirements): PlanNode {
  if (!fetch.requires || !/@(skip|include)\b/.test(fetch.operation)) return fetch;
  const document = new EntityDocument(parse(fetch.operation, { noLocation: true }));
  const parts = partsOf(document.fields, fetch.serviceName, requirements);
  if (parts.length <= 1) return fetch;
  const keys = new Set(document.fields.flatMap(({ type }) => [...requirements.keys(fetch.serviceName, type)]));
  const required = new Set(parts.flatMap((part) => [...part.required]));
  return { kind: 'Parallel', nodes: parts.map((part) => fetchOfPart(fetch, document, part, (path) => !required.has(path) || part.required.has(path) || keys.has(path))) };
}

/** What requires nothing is asked for with what is required in any case. */
function partsOf(fields: readonly EntityField[], subgraph: string, requirements: SubgraphRequirements): readonly Part[] {
  const parts = new Map<string, Part>();
  for (const { type, field, conditions } of fields) {
    const required = requirements.of(subgraph, type, field.name.value);
    const under = required.size > 0 ? conditions : '';
    const part = parts.get(under) ?? { fields: new Set(), required: new Set() };
    parts.set(under, part);
    part.fields.add(field);
    for (const path of required) part.required.add(path);
  }
  return [...parts.values()];
}

function fetchOfPart(fetch: FetchNode, document: EntityDocument, { fields }: Part, isNeeded: (path: string) => boolean): FetchNode {
  const operation = document.only(fields);
  const variables = usedVariables(operation);
  return {
    ...fetch,
    requires: withNeeded(fetch.requires!, [], isNeeded),
    operation: print(operation),
    variableUsages: (fetch.variableUsages ?? []).filter((name) => variables.has(name)),
  };
}

function withNeeded(selections: readonly QueryPlanSelectionNode[], above: readonly string[], isNeeded: (path: string) => boolean): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    const here = selection.kind === 'Field' ? [...above, selection.name] : above;
    if (!selection.selections) return isNeeded(here.join('.')) ? [selection] : [];
    const below = withNeeded(selection.selections, here, isNeeded);
    return isTypenameAlone(below, selection.selections) ? [] : [{ ...selection, selections: below } as QueryPlanSelectionNode];
  });
}

/** A requirement on an object of an abstract type has its `__typename` as well, which alone is no reason to have the object. */
function isTypenameAlone(kept: readonly QueryPlanSelectionNode[], all: readonly QueryPlanSelectionNode[]): boolean {
  return kept.length < all.length && kept.every((selection) => selection.kind === 'Field' && selection.name === '__typename');
}
