import type { FetchError } from './fetch-error.js';
import { memberIncompatible, type PartitionError } from './partition-error.js';
import type { MemberGraphQLError } from './partition-member.js';

/** What one member answered to one root field. */
export interface MemberAnswer {
  member: string;
  value: unknown;
  /** The member's errors for this root field; paths start after the root's response key. */
  errors: readonly MemberGraphQLError[];
}

/** A root field of the merged answer. */
export interface MergedRoot {
  value: unknown;
  errors: FetchError[];
}

export function rowsLeftOut(member: string, count: number): PartitionError {
  return memberIncompatible(member, `answered with ${count} ${count === 1 ? 'value' : 'values'} that do not fit the schema; what needs them is left out`);
}
