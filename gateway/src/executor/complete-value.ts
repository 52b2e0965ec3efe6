import { isEnumType, isListType, isNonNullType, isScalarType, type GraphQLLeafType, type GraphQLNullableType, type GraphQLOutputType, type GraphQLSchema } from 'graphql';
import type { JsonObject } from './json.js';
import type { Shaping } from './shaping.js';

/** In the place of a null that may not be: the parent is null instead. */
export const absent = Symbol('absent');

/** Checks and shapes a value for its place. `key` is that of the field, or the index in the list. */
export type Complete = (value: unknown, shaping: Shaping, key: string | number) => unknown;

interface CompositeShape {
  complete(value: unknown, shaping: Shaping): JsonObject | null;
}

/**
 * @param coordinate - the field, for messages
 * @param below - the shape of objects, where the type has some
 * @param supergraphSchema - with the values of enums that clients do not see
 */
export function completerOf(type: GraphQLOutputType, coordinate: string, below: CompositeShape | undefined, supergraphSchema: GraphQLSchema): Complete {
  if (!isNonNullType(type)) return nullableCompleter(type, coordinate, below, supergraphSchema);
  const complete = nullableCompleter(type.ofType, coordinate, below, supergraphSchema);
  return (value, shaping, key) => {
    const before = shaping.reports;
    const completed = complete(value, shaping, key);
    if (completed !== null) return completed;
    if (shaping.reports === before) shaping.report(key, `a subgraph answered with null for ${coordinate}, which is never null`);
    return absent;
  };
}

function nullableCompleter(type: GraphQLNullableType & GraphQLOutputType, coordinate: string, below: CompositeShape | undefined, supergraphSchema: GraphQLSchema): Complete {
  if (isListType(type)) return listCompleter(completerOf(type.ofType, coordinate, below, supergraphSchema), coordinate);
  if (!below) return leafCompleter(type as GraphQLLeafType, coordinate, supergraphSchema);
  return (value, shaping, key) => {
    if (value === undefined || value === null) return null;
    shaping.path.push(key);
    const completed = below.complete(value, shaping);
    shaping.path.pop();
    return completed;
  };
}

function listCompleter(completeElement: Complete, coordinate: string): Complete {
  return (value, shaping, key) => {
    if (value === undefined || value === null) return null;
    if (!Array.isArray(value)) {
      shaping.report(key, `a subgraph answered with something else than a list for ${coordinate}`);
      return null;
    }
    shaping.path.push(key);
    const completed: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      const element = completeElement(value[index], shaping, index);
      if (element === absent) {
        shaping.path.pop();
        return null;
      }
      completed.push(element);
    }
    shaping.path.pop();
    return completed;
  };
}

function leafCompleter(type: GraphQLLeafType, coordinate: string, supergraphSchema: GraphQLSchema): Complete {
  const isValid = leafCheck(type);
  if (!isValid) return (value) => value ?? null;
  const isHidden = hiddenValues(type, supergraphSchema);
  return (value, shaping, key) => {
    if (value === undefined || value === null) return null;
    if (isValid(value)) return value;
    // What clients may not see is not there for them, and nobody's mistake.
    if (!isHidden(value)) shaping.report(key, `a subgraph answered with a value for ${coordinate} that is no ${type.name}`);
    return null;
  };
}

/** `undefined` for scalars whose values only their subgraphs know. */
function leafCheck(type: GraphQLLeafType): ((value: unknown) => boolean) | undefined {
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map(({ name }) => name));
    return (value) => typeof value === 'string' && names.has(value);
  }
  switch (type.name) {
    case 'String':
      return (value) => typeof value === 'string';
    case 'ID':
      return (value) => typeof value === 'string' || Number.isInteger(value);
    case 'Int':
      return (value) => Number.isInteger(value);
    case 'Float':
      return (value) => typeof value === 'number' && Number.isFinite(value);
    case 'Boolean':
      return (value) => typeof value === 'boolean';
    default:
      return undefined;
  }
}

function hiddenValues(type: GraphQLLeafType, supergraphSchema: GraphQLSchema): (value: unknown) => boolean {
  if (isScalarType(type)) return () => false;
  const whole = supergraphSchema.getType(type.name);
  const names = new Set(isEnumType(whole) ? whole.getValues().map(({ name }) => name) : []);
  return (value) => names.has(value as string);
}
