import type { ActiveFetch } from './fetch-plan.js';
import type { UncodedErrors } from './fetch-error.js';
import type { FetchClock } from './fetch-clock.js';
import type { MemberCaller } from './member-caller.js';
import type { OwnerOf } from './owner-of.js';
import type { PartitionDirectory, UnavailableMember } from './partition-directory.js';
import { PartitionError, unknownMember } from './partition-error.js';
import type { PartitionMember } from './partition-member.js';
import type { PartitionPlan } from './partition-plan.js';
import type { SiteReport } from './site-report.js';

/** One fetch on its way through the partition. Members are those of its beginning, whatever the directory does meanwhile. */
export interface FetchSession {
  plan: PartitionPlan;
  fetch: ActiveFetch;
  variables: Record<string, unknown>;
  members: ReadonlyMap<string, PartitionMember>;
  unavailable: ReadonlyMap<string, UnavailableMember>;
  caller: MemberCaller;
  ownerOf: OwnerOf;
  context: unknown;
  signal: AbortSignal | undefined;
  /** When the client's request must be answered, as `performance.now()` counts; `undefined` for a mutation. */
  deadlineAt: number | undefined;
  clock: FetchClock;
  report: SiteReport | undefined;
  uncodedErrors: UncodedErrors;
  /** From this many members on, connections are asked for keys first. */
  keysFirstFrom: number;
  /** Larger pages are asked as they are. */
  sharesUpTo: number;
}

export function snapshotOf(directory: PartitionDirectory): Pick<FetchSession, 'members' | 'unavailable'> {
  return {
    members: new Map(directory.members().map((member) => [member.id, member])),
    unavailable: new Map(directory.unavailable().map((member) => [member.id, member])),
  };
}

/** The member of this id, or why it cannot be asked. `origin` is the text that names it, for the message. */
export function findMember(
  { members, unavailable }: Pick<FetchSession, 'members' | 'unavailable'>,
  id: string | undefined,
  origin: string,
): PartitionMember | PartitionError {
  const member = id === undefined ? undefined : members.get(id);
  if (member) return member;
  const known = id === undefined ? undefined : unavailable.get(id);
  return known ? errorOfUnavailable(known) : unknownMember(origin);
}

export function errorOfUnavailable({ id, code, message }: UnavailableMember): PartitionError {
  return new PartitionError(code, message, { member: id });
}
