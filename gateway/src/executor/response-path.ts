import type { ResponsePath } from '@apollo/query-planner';
import { isJsonObject, ownValue, type JsonObject } from './json.js';

/** The way to one value in an answer. */
export type AnswerPath = readonly (string | number)[];

/** The objects at a plan's path, in order. `@` stands for each element of a list; what is null is passed over. */
export function objectsAt(from: readonly JsonObject[], path: ResponsePath): JsonObject[] {
  const found: JsonObject[] = [];
  for (const object of from) collect(object, path, 0, found);
  return found;
}

function collect(value: unknown, path: ResponsePath, depth: number, found: JsonObject[]): void {
  if (value === undefined || value === null) return;
  if (depth === path.length) {
    if (Array.isArray(value)) for (const element of value) collect(element, path, depth, found);
    else if (typeof value === 'object') found.push(value as JsonObject);
    return;
  }
  if (Array.isArray(value)) {
    const next = path[depth] === '@' ? depth + 1 : depth;
    for (const element of value) collect(element, path, next, found);
  } else if (isJsonObject(value) && path[depth] !== '@') {
    collect(ownValue(value, path[depth] as string), path, depth + 1, found);
  }
}

/** Where each of the objects is that {@link objectsAt} finds from the root of an answer, in the same order. */
export function answerPathsOf(root: JsonObject, path: ResponsePath): AnswerPath[] {
  const found: AnswerPath[] = [];
  trace(root, path, 0, [], found);
  return found;
}

function trace(value: unknown, path: ResponsePath, depth: number, way: AnswerPath, found: AnswerPath[]): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    const next = depth < path.length && path[depth] === '@' ? depth + 1 : depth;
    value.forEach((element, index) => trace(element, path, next, [...way, index], found));
  } else if (depth === path.length) {
    if (typeof value === 'object') found.push(way);
  } else if (isJsonObject(value) && path[depth] !== '@') {
    const key = path[depth] as string;
    trace(ownValue(value, key), path, depth + 1, [...way, key], found);
  }
}
