import { compareCursors, type ConnectionCursor } from './cursor.js';
import type { MemberPage, Row } from './member-page.js';
import type { PageArguments } from './page-arguments.js';

export interface CutPage {
  rows: Row[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** Rows of several members in the order that they share. */
export function rowsInOrder(pages: readonly MemberPage[]): Row[] {
  return pages.flatMap((page) => page.rows).sort((a, b) => compareCursors(a.cursor, b.cursor));
}

/**
 * The rows of the page. A member that has more rows than it gave bounds it: past its last row another of its rows could come next.
 */
export function cutPage(pages: readonly MemberPage[], { first, last }: Pick<PageArguments, 'first' | 'last'>): CutPage {
  const rows = rowsInOrder(pages);
  const hasMoreAfter = pages.some((page) => page.hasNextPage);
  const hasMoreBefore = pages.some((page) => page.hasPreviousPage);
  const bounding = pages.filter(({ isCutShort }) => !isCutShort);
  if (last !== undefined) {
    const bound = furthest(bounding.filter((page) => page.hasPreviousPage).map((page) => page.rows[0]), 1);
    const complete = rows.filter(({ cursor }) => !bound || compareCursors(cursor, bound) >= 0);
    const kept = last === 0 ? [] : complete.slice(-last);
    return { rows: kept, hasNextPage: hasMoreAfter, hasPreviousPage: hasMoreBefore || kept.length < rows.length };
  }
  const bound = furthest(bounding.filter((page) => page.hasNextPage).map((page) => page.rows.at(-1)), -1);
  const complete = rows.filter(({ cursor }) => !bound || compareCursors(cursor, bound) <= 0);
  const kept = first === undefined ? complete : complete.slice(0, first);
  return { rows: kept, hasNextPage: hasMoreAfter || kept.length < rows.length, hasPreviousPage: hasMoreBefore };
}

/** The greatest (`sign` 1) or least (`sign` -1) of the rows' places. */
function furthest(rows: readonly (Row | undefined)[], sign: 1 | -1): ConnectionCursor | undefined {
  let found: ConnectionCursor | undefined;
  for (const row of rows) if (row && (!found || compareCursors(row.cursor, found) * sign > 0)) found = row.cursor;
  return found;
}
