import { badInput } from '@ocopea/graph';
import { labelTerm } from '../../store/copy-search.js';

/** Labels of a copy: what people call it by, and what policies choose by. */
export type CopyLabels = Readonly<Record<string, string>>;

/** A copy may have so many. */
export const mostLabels = 32;
const longestKey = 100;
const longestValue = 200;
export const longestNotes = 4_000;

/** Letters, digits and `. _ / -` between them; no `=`, which parts key and value where the two are written as one. */
const keyForm = /^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$/;

export interface LabelChange {
  readonly set: readonly { readonly key: string; readonly value: string }[];
  readonly remove?: readonly string[];
}

/**
 * Labels after a change.
 *
 * @param where - path of the argument, for messages
 * @throws BAD_INPUT naming the label
 */
export function changedLabels(labels: CopyLabels, { set, remove = [] }: LabelChange, where: string): CopyLabels {
  const changed = new Map(Object.entries(labels));
  for (const key of remove) changed.delete(key);
  for (const { key, value } of set) {
    requireKey(key, where);
    if (value.length > longestValue) throw badInput(where, `the value of label "${key}" has ${value.length} characters, ${longestValue} are allowed`);
    if (hasControls(value)) throw badInput(where, `the value of label "${key}" has control characters`);
    changed.set(key, value);
  }
  if (changed.size > mostLabels) throw badInput(where, `a copy may have ${mostLabels} labels, these would be ${changed.size}`);
  return Object.fromEntries([...changed].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @throws BAD_INPUT */
export function requireKey(key: string, where: string): void {
  if (key.length <= longestKey && keyForm.test(key)) return;
  throw badInput(where, `"${key.slice(0, longestKey)}" is no key of a label: up to ${longestKey} letters and digits, with . _ / - between them`);
}

/** @throws BAD_INPUT */
export function checkedNotes(notes: string | null, where: string): string | null {
  if (notes === null || notes.trim() === '') return null;
  if (notes.length > longestNotes) throw badInput(where, `the notes have ${notes.length} characters, ${longestNotes} are allowed`);
  if (notes.includes('\u0000')) throw badInput(where, 'the notes have a NUL character, which cannot be kept');
  return notes;
}

/** A time in the past is a slip of the hand: who wants a copy gone deletes it. @throws BAD_INPUT */
export function checkedExpiry(expiresAt: Date | null, where: string): Date | null {
  if (expiresAt === null || expiresAt.getTime() > Date.now()) return expiresAt;
  throw badInput(where, `${expiresAt.toISOString()} is over already; give a time to come, or delete the copy`);
}

/** What a copy with these labels is found by. */
export function labelTerms(labels: CopyLabels): string[] {
  return Object.entries(labels).flatMap(([key, value]) => [key, labelTerm(key, value)]);
}

function hasControls(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\u007f');
}
