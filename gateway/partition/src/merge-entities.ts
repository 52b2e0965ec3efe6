import { fitAnswer, MISFIT, type AnswerShape, type MisfitCount } from './answer-shape.js';
import type { EntitySplit } from './entity-split.js';
import { fetchError, passedOnErrors, type FetchError } from './fetch-error.js';
import { rowsLeftOut, type MemberAnswer, type MergedRoot } from './member-answer.js';

/** The members' entities in the order of the fetch; `null` where an owner did not answer. */
export function mergeEntities(key: string, shape: AnswerShape, split: EntitySplit, answers: readonly MemberAnswer[]): MergedRoot {
  const entityShape = entityShapeOf(shape);
  const entities: unknown[] = Array.from({ length: split.count }, () => null);
  const errors: FetchError[] = [];
  for (const { member, value, errors: memberErrors } of answers) {
    const share = split.shares.get(member);
    if (!share) continue;
    const { representations, places } = share;
    const count: MisfitCount = { misfits: 0 };
    if (Array.isArray(value) && value.length === representations.length) {
      for (const [index, entity] of value.entries()) {
        const fitting = fitAnswer(entity, entityShape, count, String(representations[index]?.['__typename']));
        for (const place of places[index] ?? []) entities[place] = fitting === MISFIT ? null : fitting;
      }
    } else if (value !== null && value !== undefined) count.misfits++;
    errors.push(...passedOnErrors(memberErrors, member, ([index, ...rest]) => [key, places[Number(index ?? 0)]?.[0] ?? 0, ...rest]));
    if (count.misfits > 0) errors.push(fetchError(rowsLeftOut(member, count.misfits), [key, places[0]?.[0] ?? 0]));
  }
  return { value: entities, errors };
}

/** `[_Entity]!` */
function entityShapeOf(shape: AnswerShape): AnswerShape {
  const list = shape.kind === 'nonNull' ? shape.of : shape;
  if (list.kind !== 'list') throw new Error('invariant: _entities is a list');
  return list.of;
}
