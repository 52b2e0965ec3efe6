import { misfitOfResult } from './graphql-result.js';
import { memberIncompatible } from './partition-error.js';
import type { MemberResult } from './partition-member.js';

/** @throws SITE_INCOMPATIBLE for what does not even look like a GraphQL answer from outside */
export function checkedResult(member: string, result: unknown): MemberResult {
  const misfit = misfitOfResult(result);
  if (misfit !== undefined) throw memberIncompatible(member, `answered ${misfit}`);
  return result as MemberResult;
}
