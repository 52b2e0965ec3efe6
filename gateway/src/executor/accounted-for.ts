import type { AnswerPath } from './response-path.js';
import type { ShapingError } from './shaping.js';

/**
 * Errors of shaping that nothing explains yet. A null for a non-null field is usually what became of a field that its
 * subgraph reported, or of a fetch that failed: one error is enough then.
 */
export function unexplained(errors: readonly ShapingError[], reported: readonly unknown[]): readonly ShapingError[] {
  if (errors.length === 0 || reported.length === 0) return errors;
  const at = new Set<string>();
  const atOrBelow = new Set<string>();
  for (const error of reported) {
    const path = (error as { readonly path?: AnswerPath } | undefined)?.path;
    // It has no place: any null may come from it.
    if (!path) return [];
    at.add(key(path));
    for (let length = path.length; length > 0; length--) atOrBelow.add(key(path.slice(0, length)));
  }
  return errors.filter(({ path }) => !atOrBelow.has(key(path)) && !path.some((_, index) => at.has(key(path.slice(0, index + 1)))));
}

function key(path: AnswerPath): string {
  return JSON.stringify(path);
}
