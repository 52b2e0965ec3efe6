import { fitAnswer, MISFIT, type AnswerShape, type MisfitCount } from './answer-shape.js';
import { fetchError, passedOnErrors, type FetchError } from './fetch-error.js';
import { rowsLeftOut, type MemberAnswer, type MergedRoot } from './member-answer.js';

/** Numbers, and objects of numbers, added up; `undefined` as the value when no member gave one. */
export function mergeSums(key: string, shape: AnswerShape, answers: readonly MemberAnswer[]): MergedRoot {
  const errors: FetchError[] = [];
  let sum: unknown;
  for (const { member, value, errors: memberErrors } of answers) {
    errors.push(...passedOnErrors(memberErrors, member, (path) => [key, ...path]));
    const count: MisfitCount = { misfits: 0 };
    const fitting = fitAnswer(value, shape, count);
    if (count.misfits > 0) errors.push(fetchError(rowsLeftOut(member, count.misfits), [key]));
    if (fitting === MISFIT || fitting === null) continue;
    const added = addUp(sum, fitting);
    if (added === MISFIT) errors.push(fetchError(rowsLeftOut(member, 1), [key]));
    else sum = added;
  }
  return { value: sum, errors };
}

/**
 * The sum of two numbers, of two integers in text (as 64-bit integers travel), or of the fields of two objects.
 * `null` adds nothing. MISFIT when they cannot be added.
 */
export function addUp(a: unknown, b: unknown): unknown {
  if (a === undefined || a === null) return b;
  if (b === undefined || b === null) return a;
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (isInteger(a) && isInteger(b)) return (BigInt(a) + BigInt(b)).toString();
  if (typeof a !== 'object' || typeof b !== 'object') return MISFIT;
  const sum: Record<string, unknown> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    // Names of types, wherever a client has aliased them to.
    if (typeof value === 'string' && value === sum[name] && !isInteger(value)) continue;
    const added = addUp(sum[name], value);
    if (added === MISFIT) return MISFIT;
    sum[name] = added;
  }
  return sum;
}

function isInteger(value: unknown): value is string | number {
  return Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d{1,40}$/.test(value));
}
