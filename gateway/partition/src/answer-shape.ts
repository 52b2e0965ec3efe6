import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type GraphQLCompositeType,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { conditionsOf, responseKey } from './selections.js';

/** What an answer to a selection must look like, compiled from the schema. */
export type AnswerShape =
  | { kind: 'nonNull'; of: AnswerShape }
  | { kind: 'list'; of: AnswerShape }
  | { kind: 'leaf'; accepts: (value: unknown) => boolean }
  | { kind: 'object'; fields: readonly ShapeField[]; typeNames: ReadonlySet<string> };

interface ShapeField {
  key: string;
  shape: AnswerShape;
  /** Conditions or fragments may leave it out. */
  isOptional: boolean;
  /** The object types it is selected on; `undefined` for all. */
  on: ReadonlySet<string> | undefined;
}

/** Stands for "nothing can be shown here": the value, or something non-null inside it, does not fit. */
export const MISFIT = Symbol('misfit');

/** Counts what had to be left out of a member's answer. */
export interface MisfitCount {
  misfits: number;
}

export function shapeOf(schema: GraphQLSchema, type: GraphQLOutputType, selectionSet: SelectionSetNode | undefined): AnswerShape {
  if (isNonNullType(type)) return { kind: 'nonNull', of: shapeOf(schema, type.ofType, selectionSet) };
  if (isListType(type)) return { kind: 'list', of: shapeOf(schema, type.ofType, selectionSet) };
  if (isLeafType(type)) return { kind: 'leaf', accepts: leafCheck(type) };
  const fields: ShapeField[] = [];
  collectFields(schema, type, selectionSet, { isOptional: false, on: undefined }, fields);
  return { kind: 'object', fields, typeNames: possibleTypeNames(schema, type) };
}

/**
 * The value as far as it fits, changed in place; misfits become `null`, and MISFIT where `null` may not be, as GraphQL
 * propagates nulls. A row that comes out as MISFIT can be dropped without harm to the rows beside it.
 */
export function fitAnswer(value: unknown, shape: AnswerShape, count: MisfitCount, typename?: string): unknown {
  if (shape.kind === 'nonNull') {
    const fitting = fitAnswer(value, shape.of, count, typename);
    if (fitting === null && value === null) count.misfits++;
    return fitting === null || fitting === undefined ? MISFIT : fitting;
  }
  if (value === null || value === undefined) return null;
  switch (shape.kind) {
    case 'leaf':
      return shape.accepts(value) ? value : misfit(count);
    case 'list': {
      if (!Array.isArray(value)) return misfit(count);
      for (let index = 0; index < value.length; index++) {
        const item = fitAnswer(value[index], shape.of, count);
        if (item === MISFIT) return null;
        value[index] = item;
      }
      return value;
    }
    case 'object':
      if (typeof value !== 'object' || Array.isArray(value)) return misfit(count);
      return fitObject(value as Record<string, unknown>, shape, count, typename);
  }
}

function fitObject(value: Record<string, unknown>, shape: Extract<AnswerShape, { kind: 'object' }>, count: MisfitCount, hint: string | undefined): unknown {
  const typename = typeof value['__typename'] === 'string' ? value['__typename'] : hint;
  if (typename !== undefined && !shape.typeNames.has(typename)) return misfit(count);
  for (const field of shape.fields) {
    if (field.on && typename !== undefined && !field.on.has(typename)) continue;
    const before = Object.hasOwn(value, field.key) ? value[field.key] : undefined;
    if (before === undefined && (field.isOptional || (field.on && typename === undefined))) continue;
    const fitting = fitAnswer(before, field.shape, count);
    if (fitting === MISFIT) {
      if (before === undefined) count.misfits++;
      return null;
    }
    value[field.key] = fitting;
  }
  return value;
}

function misfit(count: MisfitCount): null {
  count.misfits++;
  return null;
}

function collectFields(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  selectionSet: SelectionSetNode | undefined,
  scope: Pick<ShapeField, 'isOptional' | 'on'>,
  fields: ShapeField[],
): void {
  for (const selection of selectionSet?.selections ?? []) {
    const isOptional = scope.isOptional || conditionsOf(selection.directives).length > 0;
    if (selection.kind === Kind.FIELD) {
      const key = responseKey(selection);
      if (selection.name.value === '__typename') {
        fields.push({ key, shape: { kind: 'leaf', accepts: (value) => typeof value === 'string' }, isOptional: true, on: scope.on });
        continue;
      }
      const field = 'getFields' in type ? type.getFields()[selection.name.value] : undefined;
      if (field) fields.push({ key, shape: shapeOf(schema, field.type, selection.selectionSet), isOptional, on: scope.on });
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : type;
      if (!condition || !('astNode' in condition) || !(isObjectType(condition) || isAbstractType(condition))) continue;
      const on = condition === type ? scope.on : intersection(scope.on, possibleTypeNames(schema, condition));
      collectFields(schema, condition, selection.selectionSet, { isOptional, on }, fields);
    }
  }
}

function intersection(a: ReadonlySet<string> | undefined, b: ReadonlySet<string>): ReadonlySet<string> {
  return a ? new Set([...a].filter((name) => b.has(name))) : b;
}

function possibleTypeNames(schema: GraphQLSchema, type: GraphQLCompositeType): ReadonlySet<string> {
  return new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]);
}

function leafCheck(type: GraphQLLeafType): (value: unknown) => boolean {
  if (isEnumType(type)) return (value) => typeof value === 'string' && type.getValue(value) !== undefined;
  switch (getNamedType(type).name) {
    case 'Int':
      return (value) => Number.isInteger(value);
    case 'Float':
      return (value) => typeof value === 'number';
    case 'Boolean':
      return (value) => typeof value === 'boolean';
    case 'String':
      return (value) => typeof value === 'string';
    case 'ID':
      return (value) => typeof value === 'string' || Number.isInteger(value);
    default:
      return () => true;
  }
}
