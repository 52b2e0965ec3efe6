import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, parse, print, visit, type DocumentNode, type FieldNode } from 'graphql';
import { mapFetches } from './map-fetches.js';
import { standInPaths } from './requirement-paths.js';
import { separateRequirements, type EntityFetch } from './separate-requirements.js';
import type { StandIn, StandIns } from './stand-ins.js';

/**
 * Puts the fields back for which stand-ins are in a plan: subgraphs are asked for `price__required1: price(currency: "EUR")`,
 * and are given it in representations as the `price` that they require. A fetch of entities whose fields require
 * different things under one name becomes several, side by side.
 */
export function restoreStandIns(plan: QueryPlan, standIns: StandIns): QueryPlan {
  return standIns.byName.size === 0 ? plan : mapFetches(plan, (fetch) => restoreFetch(fetch, standIns));
}

function restoreFetch(fetch: FetchNode, standIns: StandIns): PlanNode {
  if (!fetch.requires || standInPaths(fetch.requires, standIns.byName).length === 0) return restoreFields(fetch, standIns);
  const document = parse(fetch.operation, { noLocation: true });
  const parts = separateRequirements(fetch.serviceName, document, standIns);
  const fetches = parts.map((part) => fetchOfPart(fetch, part, parts.length > 1, standIns));
  return fetches.length === 1 ? fetches[0]! : { kind: 'Parallel', nodes: fetches };
}

function fetchOfPart(fetch: FetchNode, part: EntityFetch, isOneOfSeveral: boolean, standIns: StandIns): FetchNode {
  const requires = isOneOfSeveral ? withoutOthers(fetch.requires!, part.places, standIns.byName) : fetch.requires!;
  const renames = standInPaths(requires, standIns.byName).map(({ path, standIn }) => ({ kind: 'KeyRenamer' as const, path: [...path], renameKeyTo: standIn.field }));
  const document = withFields(part.document, standIns.byName);
  return {
    ...fetch,
    requires,
    operation: print(document),
    variableUsages: (fetch.variableUsages ?? []).filter((name) => part.variables.has(name)),
    inputRewrites: [...(fetch.inputRewrites ?? []), ...renames],
  };
}

function restoreFields(fetch: FetchNode, { byName }: StandIns): FetchNode {
  if (![...byName.keys()].some((name) => fetch.operation.includes(name))) return fetch;
  return { ...fetch, operation: print(withFields(parse(fetch.operation, { noLocation: true }), byName)) };
}

function withFields(document: DocumentNode, standIns: ReadonlyMap<string, StandIn>): DocumentNode {
  return visit(document, {
    Field(field): FieldNode | undefined {
      const standIn = standIns.get(field.name.value);
      if (!standIn) return undefined;
      return { ...field, alias: field.alias ?? field.name, name: { kind: Kind.NAME, value: standIn.field }, arguments: standIn.arguments };
    },
  });
}

/** What a representation consists of for some of the fields of a fetch: no stand-ins but theirs. */
function withoutOthers(selections: readonly QueryPlanSelectionNode[], places: ReadonlySet<string>, standIns: ReadonlyMap<string, StandIn>): QueryPlanSelectionNode[] {
  const keep = (all: readonly QueryPlanSelectionNode[], path: readonly string[]): QueryPlanSelectionNode[] =>
    all.flatMap((selection): QueryPlanSelectionNode[] => {
      const here = selection.kind === 'Field' ? [...path, selection.name] : path;
      if (selection.kind === 'Field' && standIns.has(selection.name) && !places.has(here.join('.'))) return [];
      if (!selection.selections) return [selection];
      const below = keep(selection.selections, here);
      return below.length === 0 ? [] : [{ ...selection, selections: below } as QueryPlanSelectionNode];
    });
  return keep(selections, []);
}
