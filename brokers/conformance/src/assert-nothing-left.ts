import { AssertionError } from 'node:assert';

/** Fails naming what is left behind. */
export function assertNothingLeft(leftovers: readonly string[]): void {
  if (leftovers.length === 0) return;
  throw new AssertionError({
    message: `left behind: ${leftovers.slice(0, 20).join(', ')}${leftovers.length > 20 ? ` and ${leftovers.length - 20} more` : ''}`,
  });
}
