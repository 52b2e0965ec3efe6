import { splitEntities, type EntitySplit } from './entity-split.js';
import { argumentValue, type FetchRoot } from './fetch-plan.js';
import { errorOfUnavailable, findMember, type FetchSession } from './fetch-session.js';
import { checkPageArguments, type PageArguments } from './page-arguments.js';
import { firstDemand } from './page-rounds.js';
import { PartitionError, unknownMember } from './partition-error.js';
import type { PartitionMember } from './partition-member.js';
import type { FetchPhase } from './prepared-root.js';

/** Which members one root field goes to. */
export interface FetchRoute {
  root: FetchRoot;
  members: readonly PartitionMember[];
  /** Members that should be asked and cannot be, and names that are no members. */
  failures: readonly PartitionError[];
  phase: FetchPhase;
  /** Beside the client's. */
  variables?: Record<string, unknown>;
  /** For a connection. */
  page?: PageArguments;
  /** For `_entities`. */
  entities?: EntitySplit;
}

type RouteSession = Pick<FetchSession, 'plan' | 'members' | 'unavailable' | 'variables' | 'ownerOf' | 'keysFirstFrom' | 'sharesUpTo'>;

export function routeOf(root: FetchRoot, session: RouteSession): FetchRoute {
  switch (root.rule.kind) {
    case 'entities':
      return routeOfEntities(root, session);
    case 'oneSite':
      return { root, phase: 'full', ...ownerTarget(root, root.rule.by, session) };
    case 'everySite': {
      const targets = everyTarget(root, root.rule.narrowedBy, session);
      return root.prepared.connection ? routeOfConnection(root, targets, session) : { root, phase: 'full', ...targets };
    }
  }
}

/** A page that cannot be is asked of nobody; from some members on, each is asked for the keys of its share of the page first. */
function routeOfConnection(root: FetchRoot, targets: Pick<FetchRoute, 'members' | 'failures'>, { variables, keysFirstFrom, sharesUpTo }: RouteSession): FetchRoute {
  const valueOf = (name: string): unknown => argumentValue(root, [name], variables);
  let page: PageArguments;
  try {
    page = checkPageArguments(root.key, { first: valueOf('first'), last: valueOf('last'), after: valueOf('after'), before: valueOf('before') });
  } catch (error) {
    if (!(error instanceof PartitionError)) throw error;
    return { root, phase: 'full', members: [], failures: [error] };
  }
  const route = { root, page, ...targets };
  const keysFirst = root.prepared.connection?.keysFirst;
  if (!keysFirst || targets.members.length < keysFirstFrom) return { ...route, phase: 'full' };
  const size = page.first ?? page.last;
  const pages = page.first === undefined ? keysFirst.backward : keysFirst.forward;
  if (size === undefined || size === 0 || size > sharesUpTo || !pages) return { ...route, phase: 'keys' };
  const cursor = page.first === undefined ? page.before : page.after;
  return {
    ...route,
    phase: page.first === undefined ? 'lastKeys' : 'firstKeys',
    variables: { [pages.sizeVariable]: firstDemand(size, targets.members.length), [pages.cursorVariable]: cursor ?? null },
  };
}

/** The one owner that the argument names. */
export function ownerTarget(
  root: Pick<FetchRoot, 'key' | 'node' | 'field'>,
  by: readonly string[],
  session: Pick<RouteSession, 'members' | 'unavailable' | 'variables' | 'ownerOf'>,
): Pick<FetchRoute, 'members' | 'failures'> {
  const ids = idsAt(root, by, session.variables);
  const owners = new Set(ids.map((id) => session.ownerOf(id)));
  if (owners.size !== 1) {
    const why = owners.size === 0 ? `"${by.join('.')}" is not given` : `"${by.join('.')}" holds ids of ${owners.size} sites`;
    return { members: [], failures: [new PartitionError('AMBIGUOUS_SITE', `"${root.key}" runs at one site, and ${why}; give ids of one site`)] };
  }
  const found = findMember(session, [...owners][0], ids[0] as string);
  return found instanceof PartitionError ? { members: [], failures: [found] } : { members: [found], failures: [] };
}

/** All members, those that `sites` names, or the owner of the id that narrows the field. */
export function everyTarget(
  root: Pick<FetchRoot, 'node' | 'field'>,
  narrowedBy: readonly string[] | undefined,
  session: Pick<RouteSession, 'members' | 'unavailable' | 'variables' | 'ownerOf'>,
): Pick<FetchRoute, 'members' | 'failures'> {
  const named = argumentValue(root, ['sites'], session.variables);
  const scope = named === undefined || named === null ? undefined : [...new Set([named].flat().map(String))];
  const ids = narrowedBy ? idsAt(root, narrowedBy, session.variables) : [];
  if (ids.length > 0) {
    const failures = ids.filter((id) => session.ownerOf(id) === undefined).map(unknownMember);
    const owners = [...new Set(ids.flatMap((id) => session.ownerOf(id) ?? []))].filter((owner) => !scope || scope.includes(owner));
    return resolved(owners, (owner) => ids.find((id) => session.ownerOf(id) === owner) ?? owner, failures, session);
  }
  if (scope) return resolved(scope, (id) => id, [], session);
  return { members: [...session.members.values()], failures: [...session.unavailable.values()].map(errorOfUnavailable) };
}

function resolved(
  ids: readonly string[],
  originOf: (id: string) => string,
  failures: readonly PartitionError[],
  session: Pick<RouteSession, 'members' | 'unavailable'>,
): Pick<FetchRoute, 'members' | 'failures'> {
  const found = [...ids].sort().map((id) => findMember(session, id, originOf(id)));
  return {
    members: found.filter((target): target is PartitionMember => !(target instanceof PartitionError)),
    failures: [...failures, ...found.filter((target): target is PartitionError => target instanceof PartitionError)],
  };
}

function routeOfEntities(root: FetchRoot, session: RouteSession): FetchRoute {
  const representations = argumentValue(root, ['representations'], session.variables);
  const entities = splitEntities(Array.isArray(representations) ? representations : [], session.plan.keys, session.ownerOf);
  const members: PartitionMember[] = [];
  const failures: PartitionError[] = [];
  for (const [owner, share] of entities.shares) {
    const found = findMember(session, owner, share.origin);
    if (found instanceof PartitionError) {
      failures.push(found);
      entities.failedAt.set(found, share.places[0]?.[0] ?? 0);
    } else members.push(found);
  }
  return { root, members, failures, phase: 'full', entities };
}

/** The ids that an argument holds, as texts. */
export function idsAt(root: Pick<FetchRoot, 'node' | 'field'>, path: readonly string[], variables: Record<string, unknown>): string[] {
  const value = argumentValue(root, path, variables);
  return [value].flat().filter((id) => id !== undefined && id !== null).map(String);
}
