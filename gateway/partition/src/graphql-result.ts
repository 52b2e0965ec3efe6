import type { MemberResult } from './partition-member.js';

/**
 * What is wrong with the outermost shape of a GraphQL answer, in words that follow "answered"; `undefined` when it is one.
 * What is inside is checked against the selection later.
 */
export function misfitOfResult(value: unknown): string | undefined {
  if (!isRecord(value)) return 'with something that is not a GraphQL result';
  const { data, errors } = value;
  if (errors !== undefined && !(Array.isArray(errors) && errors.every((error) => isRecord(error) && typeof error['message'] === 'string'))) {
    return 'with errors that are not GraphQL errors';
  }
  if (data !== undefined && data !== null && !isRecord(data)) return 'with data that is not an object';
  if (!data && !(errors as MemberResult['errors'])?.length) return 'without data and without errors';
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
