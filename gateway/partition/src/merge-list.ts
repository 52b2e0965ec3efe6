import { fitAnswer, MISFIT, type AnswerShape, type MisfitCount } from './answer-shape.js';
import { fetchError, passedOnErrors, type FetchError } from './fetch-error.js';
import { rowsLeftOut, type MemberAnswer, type MergedRoot } from './member-answer.js';

/** The members' lists one after the other; `undefined` as the value when no member gave a list. */
export function mergeLists(key: string, shape: AnswerShape, answers: readonly MemberAnswer[]): MergedRoot {
  const itemShape = itemShapeOf(shape);
  const errors: FetchError[] = [];
  let rows: unknown[] | undefined;
  for (const { member, value, errors: memberErrors } of answers) {
    const count: MisfitCount = { misfits: 0 };
    const places = new Map<number, number>();
    if (Array.isArray(value)) {
      rows ??= [];
      for (const [index, item] of value.entries()) {
        const fitting = fitAnswer(item, itemShape, count);
        if (fitting === MISFIT) continue;
        places.set(index, rows.length);
        rows.push(fitting);
      }
    } else if (value !== null && value !== undefined) count.misfits++;
    errors.push(...passedOnErrors(memberErrors, member, ([index, ...rest]) => {
      const place = typeof index === 'number' ? places.get(index) : undefined;
      return place === undefined ? [key] : [key, place, ...rest];
    }));
    if (count.misfits > 0) errors.push(fetchError(rowsLeftOut(member, count.misfits), [key]));
  }
  return { value: rows, errors };
}

function itemShapeOf(shape: AnswerShape): AnswerShape {
  const list = shape.kind === 'nonNull' ? shape.of : shape;
  if (list.kind !== 'list') throw new Error('invariant: composition lets LIST on lists only');
  return list.of;
}
