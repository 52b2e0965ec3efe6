import { GraphQLError } from 'graphql';
import { isJsonObject, ownValue, type JsonObject } from './json.js';
import type { AnswerPath } from './response-path.js';

/**
 * Subgraphs' errors at places that the answer has.
 *
 * A plan also asks for what was not asked: keys and requirements, and for objects of one type what was asked of another. An error there,
 * or at a value that came all the same, is told at the object, where it may be why a field of it is null, and otherwise is nobody's.
 */
export function placedErrors(errors: readonly unknown[], data: JsonObject | null): unknown[] {
  return errors.flatMap((error) => {
    if (!(error instanceof GraphQLError) || !error.path) return [error];
    const place = placeOf(error.path, data);
    if (place === error.path) return [error];
    return place ? [new GraphQLError(error.message, { path: place, originalError: error.originalError ?? null, extensions: error.extensions })] : [];
  });
}

/** The same path where a null is there, or what has parts; else that of the object above, or none. */
function placeOf(path: AnswerPath, data: JsonObject | null): AnswerPath | undefined {
  let value: unknown = data;
  for (const [depth, step] of path.entries()) {
    if (Array.isArray(value)) value = value[step as number];
    else if (isJsonObject(value)) {
      const below = ownValue(value, String(step));
      if (below !== null && typeof below !== 'object') return Object.values(value).includes(null) ? path.slice(0, depth) : undefined;
      value = below;
    } else return path;
  }
  return path;
}
