import { fitAnswer, MISFIT, type MisfitCount } from './answer-shape.js';
import { fetchError, passedOnErrors, withoutDefects, type FetchError, type UncodedErrors } from './fetch-error.js';
import type { FetchRoot } from './fetch-plan.js';
import { rowsLeftOut } from './member-answer.js';
import type { MemberResult } from './partition-member.js';
import { CURSOR_ALIAS } from './stream-plan.js';

/** One event of a member's stream, checked. All subscribers of a shared upstream get the same object: nobody changes it. */
export interface StreamEvent {
  /** The member's own cursor; `undefined` for a stream without. */
  readonly cursor: string | undefined;
  /** Of the root field. */
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly FetchError[];
  /** `performance.now()` when it came. */
  readonly arrivedAt: number;
  /** What is made of it once for all who are given it. */
  readonly made: MadeOfEvent;
}

/** Kept with the event, and gone with it: a `WeakMap` of so many short lives costs the garbage collector more than all else. */
export interface MadeOfEvent {
  /** The cursor that followed another one by this event. */
  step?: { readonly from: string; readonly to: string };
  /** Of whoever completes events; not looked at here. */
  completed?: unknown;
}

/** What a member sent, as far as it fits the selection. */
export function streamEventOf(
  member: string,
  { key, prepared }: Pick<FetchRoot, 'key' | 'prepared'>,
  { data, errors: given = [] }: MemberResult,
  uncodedErrors: UncodedErrors,
): StreamEvent {
  const memberErrors = uncodedErrors === 'mask' ? withoutDefects(given, member) : given;
  const raw = data?.[key] as Record<string, unknown> | null | undefined;
  const errors = passedOnErrors(memberErrors, member, (path) => [...path]);
  const isObject = typeof raw === 'object' && raw !== null;
  const cursor = isObject && typeof raw[CURSOR_ALIAS] === 'string' ? raw[CURSOR_ALIAS] : undefined;
  if (isObject) delete raw[CURSOR_ALIAS];
  const count: MisfitCount = { misfits: 0 };
  const fitting = raw === null || raw === undefined ? null : fitAnswer(raw, prepared.shape, count);
  if (count.misfits > 0) errors.push(fetchError(rowsLeftOut(member, count.misfits), [key]));
  const value = fitting === MISFIT ? null : (fitting as Record<string, unknown> | null);
  return { cursor, value, errors, arrivedAt: performance.now(), made: {} };
}
