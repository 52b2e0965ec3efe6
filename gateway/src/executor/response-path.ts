import type { ResponsePath } from '@apollo/query-planner';
import { isJsonObject, ownValue, type JsonObject } from './json.js';

/** The way to one value in an answer. */
export type AnswerPath = readonly (string | number)[];

/** A plan's path to objects in an answer. */
export interface ObjectPath {
  /** Response names; `@` stands for each element of a list. */
  readonly names: ResponsePath;
  /** For the value at each element: the object types that it must not be of. Absent where every type is meant. */
  readonly notOf: readonly (ReadonlySet<string> | undefined)[];
}

export const rootPath: ObjectPath = { names: [], notOf: [] };

/** The objects at a plan's path, in order. What is null is passed over. */
export function objectsAt(from: readonly JsonObject[], path: ObjectPath): JsonObject[] {
  const found: JsonObject[] = [];
  for (const object of from) collect(object, path, 0, found);
  return found;
}

function collect(value: unknown, path: ObjectPath, depth: number, found: JsonObject[]): void {
  if (value === undefined || value === null) return;
  const { names } = path;
  if (Array.isArray(value)) {
    const next = names[depth] === '@' ? depth + 1 : depth;
    for (const element of value) collect(element, path, next, found);
  } else if (isJsonObject(value) && isMeant(value, path, depth)) {
    if (depth === names.length) found.push(value);
    else if (names[depth] !== '@') collect(ownValue(value, names[depth] as string), path, depth + 1, found);
  }
}

/** Where each of the objects is that {@link objectsAt} finds from the root of an answer, in the same order. */
export function answerPathsOf(root: JsonObject, path: ObjectPath): AnswerPath[] {
  const found: AnswerPath[] = [];
  trace(root, path, 0, [], found);
  return found;
}

function trace(value: unknown, path: ObjectPath, depth: number, way: AnswerPath, found: AnswerPath[]): void {
  if (value === undefined || value === null) return;
  const { names } = path;
  if (Array.isArray(value)) {
    const next = names[depth] === '@' ? depth + 1 : depth;
    value.forEach((element, index) => trace(element, path, next, [...way, index], found));
  } else if (isJsonObject(value) && isMeant(value, path, depth)) {
    if (depth === names.length) found.push(way);
    else if (names[depth] !== '@') {
      const name = names[depth] as string;
      trace(ownValue(value, name), path, depth + 1, [...way, name], found);
    }
  }
}

function isMeant(value: JsonObject, { notOf }: ObjectPath, depth: number): boolean {
  const others = depth === 0 ? undefined : notOf[depth - 1];
  return others === undefined || !others.has(value['__typename'] as string);
}
