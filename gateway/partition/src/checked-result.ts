import { memberIncompatible } from './partition-error.js';
import type { MemberResult } from './partition-member.js';

/**
 * The outermost shape of a GraphQL answer; what is inside is checked against the selection later.
 *
 * @throws SITE_INCOMPATIBLE
 */
export function checkedResult(member: string, result: unknown): MemberResult {
  if (!isRecord(result)) throw memberIncompatible(member, 'answered with something that is not a GraphQL result');
  const { data, errors } = result;
  if (errors !== undefined && !(Array.isArray(errors) && errors.every((error) => isRecord(error) && typeof error['message'] === 'string'))) {
    throw memberIncompatible(member, 'answered with errors that are not GraphQL errors');
  }
  if (data !== undefined && data !== null && !isRecord(data)) throw memberIncompatible(member, 'answered with data that is not an object');
  if (!data && !errors?.length) throw memberIncompatible(member, 'answered without data and without errors');
  return result as MemberResult;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
