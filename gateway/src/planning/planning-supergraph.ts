import { Kind, parse, print, type DocumentNode } from 'graphql';
import { admitAbsentMembers, type AbsentTypes } from './admit-absent-members.js';
import { argument, isFielded, isJoin, type FieldedType } from './join-directives.js';
import { introduceAnnexes } from './introduce-annexes.js';
import { introduceStandIns } from './introduce-stand-ins.js';
import type { StandIns } from './stand-ins.js';

export interface PlanningSupergraph {
  /** For the planner alone. The same object as was given when nothing needs changing. */
  readonly sdl: string;
  readonly standIns: StandIns;
  /** What plans ask of subgraphs that do not know it. */
  readonly absent: AbsentTypes;
  /** The subgraph's name for each annex's, which is in plans. */
  readonly annexes: ReadonlyMap<string, string>;
}

/**
 * Changes a supergraph so that `@apollo/query-planner` makes right plans where it makes wrong ones of the original
 * (2.14.4): what it gets wrong it does not see any more. Types, fields and answers that clients know stay the same.
 *
 * - A way back to a subgraph after a `@requires` takes the first key of the type there, resolvable or not
 *   (`getLocallySatisfiableKey`): keys that cannot be resolved come last.
 * - Members of unions that some subgraphs lack are made known there by {@link admitAbsentMembers}.
 * - Fields in the middle of chains of requirements are kept apart by {@link introduceAnnexes}.
 * - Requirements with arguments are told apart by {@link introduceStandIns}.
 */
export function planningSupergraph(sdl: string): PlanningSupergraph {
  const supergraph = parse(sdl, { noLocation: true });
  const ordered = withResolvableKeysFirst(supergraph);
  const { document: admitted, absent } = admitAbsentMembers(ordered);
  const { document: withAnnexes, annexes } = introduceAnnexes(admitted);
  const { document, standIns } = introduceStandIns(withAnnexes);
  const absentInAnnexes = [...annexes].flatMap(([annex, subgraph]) => (absent.has(subgraph) ? [[annex, absent.get(subgraph)!] as const] : []));
  return { sdl: document === supergraph ? sdl : print(document), standIns, absent: new Map([...absent, ...absentInAnnexes]), annexes };
}

function withResolvableKeysFirst(supergraph: DocumentNode): DocumentNode {
  let isChanged = false;
  const definitions = supergraph.definitions.map((definition) => {
    if (!isFielded(definition) || !hasUnresolvableKeyFirst(definition)) return definition;
    isChanged = true;
    const { directives = [] } = definition;
    return { ...definition, directives: [...directives.filter((each) => !isUnresolvable(each)), ...directives.filter(isUnresolvable)] };
  });
  return isChanged ? { kind: Kind.DOCUMENT, definitions } : supergraph;
}

function hasUnresolvableKeyFirst({ directives = [] }: FieldedType): boolean {
  const first = directives.findIndex(isUnresolvable);
  return first >= 0 && directives.slice(first).some((each) => isJoin(each, 'type') && !isUnresolvable(each));
}

function isUnresolvable(directive: Parameters<typeof isJoin>[0]): boolean {
  return isJoin(directive, 'type') && argument(directive, 'resolvable') === false;
}
