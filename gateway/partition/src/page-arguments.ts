import { decodeCursor } from './cursor.js';
import { PartitionError } from './partition-error.js';

/** What a client asks of a connection. */
export interface PageArguments {
  first: number | undefined;
  last: number | undefined;
  after: string | undefined;
  before: string | undefined;
  /** The order that the cursor of `after` or `before` is a place in. */
  order: string | undefined;
}

/** Of a page that was refused: nobody was asked for it. */
export const NO_PAGE: PageArguments = { first: undefined, last: undefined, after: undefined, before: undefined, order: undefined };

/** @throws BAD_PAGE_ARGUMENTS BAD_CURSOR */
export function checkPageArguments(key: string, { first, last, after, before }: Record<'first' | 'last' | 'after' | 'before', unknown>): PageArguments {
  for (const value of [first, last]) {
    if (typeof value === 'number' && value < 0) throw new PartitionError('BAD_PAGE_ARGUMENTS', `"${key}" was asked for ${value} rows; give 0 or more`);
  }
  if (typeof first === 'number' && typeof last === 'number') {
    throw new PartitionError('BAD_PAGE_ARGUMENTS', `"${key}" was given both "first" and "last"; give one of them`);
  }
  const orders = Object.entries({ after, before }).flatMap(([argument, encoded]) => {
    if (encoded === undefined || encoded === null) return [];
    const cursor = decodeCursor(encoded);
    if (!cursor) throw new PartitionError('BAD_CURSOR', `${argument}: this is not a cursor of this list; use one from pageInfo or edges of the same list and order`);
    return [cursor.order];
  });
  if (new Set(orders).size > 1) throw new PartitionError('BAD_CURSOR', `"${key}" was given cursors of different orders, ${orders.join(' and ')}; give those of rows of one list`);
  return {
    first: typeof first === 'number' ? first : undefined,
    last: typeof last === 'number' ? last : undefined,
    after: typeof after === 'string' ? after : undefined,
    before: typeof before === 'string' ? before : undefined,
    order: orders[0],
  };
}
