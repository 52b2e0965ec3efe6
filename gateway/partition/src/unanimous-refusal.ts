import { passedOn, type FetchError } from './fetch-error.js';
import type { MemberAnswer } from './member-answer.js';

/**
 * When every member that was asked refuses with the same words, it is the question that is wrong, not the members: one error then,
 * of no site, instead of one for each of a hundred.
 */
export function unanimousRefusal(key: string, answers: readonly MemberAnswer[]): FetchError | undefined {
  const [first, ...others] = answers;
  const [refusal] = first?.errors ?? [];
  if (!refusal || others.length === 0) return undefined;
  const isSame = ({ value, errors }: MemberAnswer): boolean =>
    (value === null || value === undefined) && errors.length > 0 && errors.every(({ message, extensions }) => message === refusal.message && extensions?.['code'] === refusal.extensions?.['code']);
  if (!answers.every(isSame)) return undefined;
  const { message, extensions } = passedOn(refusal, '', []);
  delete extensions['site'];
  return { message, path: [key], extensions };
}
