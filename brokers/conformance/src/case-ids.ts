import { randomBytes } from 'node:crypto';

const run = randomBytes(4).toString('hex');
let last = 0;

/** A fresh id that fits every id rule of the contracts and, sorted as text, comes after those made before it. */
export function newCaseId(): string {
  return `check-${run}-${String(++last).padStart(5, '0')}`;
}
