import { rowsInOrder } from './cut-page.js';
import type { MemberPage } from './member-page.js';
import type { PageArguments } from './page-arguments.js';

/** Rows that one member is to be asked for next. */
export interface PageDemand {
  page: MemberPage;
  count: number;
  /** The member's own furthest row so far, as it encoded it. */
  cursor: string;
}

/**
 * How many keys each of some members is asked for first. A page of 50 over 100 members has half a row of each: asking each for 50 would move
 * 5,000 keys. One standard deviation more than its share suffices for most, and the others are asked again.
 */
export function firstDemand(size: number, members: number): number {
  const share = size / members;
  return Math.min(size, Math.ceil(share + Math.sqrt(share)));
}

/**
 * Whose next rows may belong to the page: members that have more, and whose furthest row lies on the page. Each is asked for as many
 * as it should have by its share so far, and some more.
 */
export function nextDemands(pages: readonly MemberPage[], { first, last }: Pick<PageArguments, 'first' | 'last'>): PageDemand[] {
  const size = first ?? last ?? 0;
  const isForward = first !== undefined;
  const ordered = rowsInOrder(pages);
  if (!isForward) ordered.reverse();
  const placeOf = new Map(ordered.map((row, place) => [row, place]));
  return pages.flatMap((page): PageDemand[] => {
    const furthest = isForward ? page.rows.at(-1) : page.rows[0];
    const hasMore = isForward ? page.hasNextPage : page.hasPreviousPage;
    if (!furthest || !hasMore || page.isCutShort) return [];
    const before = placeOf.get(furthest)! + 1;
    const room = size - before;
    if (room <= 0) return [];
    const expected = (room * page.rows.length) / before;
    return [{ page, cursor: furthest.encodedCursor, count: Math.min(room, Math.ceil(expected * 1.5) + 2) }];
  });
}
