import { fitAnswer, MISFIT, type MisfitCount } from './answer-shape.js';
import { isPartIncluded, PAGE_INFO_ALIAS, ROWS_ALIAS, type ConnectionLayout } from './connection-layout.js';
import { compareCursors, decodeCursor, type ConnectionCursor } from './cursor.js';
import { fetchError, passedOnErrors, type FetchError } from './fetch-error.js';
import { rowsLeftOut, type MemberAnswer } from './member-answer.js';
import { addUp } from './merge-sum.js';
import { memberIncompatible, PartitionError, quoteForMessage } from './partition-error.js';
import { flattenSelection, isIncluded, responseKey } from './selections.js';

export interface PageArguments {
  first: number | undefined;
  last: number | undefined;
  /** The order that the cursor of `after` or `before` is a place in. */
  order: string | undefined;
}

/** One row of one member, with its place in the order that all share. */
export interface Row {
  member: string;
  /** Where the member had it. */
  index: number;
  cursor: ConnectionCursor;
  encodedCursor: string;
  /** What the client asked, by response key of the list; filled later when keys come first. */
  items: Record<string, unknown>;
  /** The node's key, when keys were asked. */
  key: { typename: string; id: string } | undefined;
}

/** A page of all members' rows, before it is written in the client's words. */
export interface RankedPage {
  rows: Row[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** Of the members that answered, by response key. */
  totals: Record<string, unknown>;
  /** Whether any member gave a connection. */
  isAnswered: boolean;
  errors: FetchError[];
}

interface MemberPage {
  member: string;
  rows: Row[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** @throws BAD_PAGE_ARGUMENTS BAD_CURSOR */
export function checkPageArguments(key: string, { first, last, after, before }: Record<'first' | 'last' | 'after' | 'before', unknown>): PageArguments {
  for (const value of [first, last]) {
    if (typeof value === 'number' && value < 0) throw new PartitionError('BAD_PAGE_ARGUMENTS', `"${key}" was asked for ${value} rows; give 0 or more`);
  }
  if (typeof first === 'number' && typeof last === 'number') {
    throw new PartitionError('BAD_PAGE_ARGUMENTS', `"${key}" was given both "first" and "last"; give one of them`);
  }
  const orders = [after, before].flatMap((encoded) => {
    if (encoded === undefined || encoded === null) return [];
    const cursor = decodeCursor(encoded);
    if (!cursor) throw new PartitionError('BAD_CURSOR', `"${key}" was given ${quoteForMessage(String(encoded))}, which is no cursor of this graph; give the cursor of a row of the same list`);
    return [cursor.order];
  });
  if (new Set(orders).size > 1) throw new PartitionError('BAD_CURSOR', `"${key}" was given cursors of different orders, ${orders.join(' and ')}; give those of rows of one list`);
  return { first: typeof first === 'number' ? first : undefined, last: typeof last === 'number' ? last : undefined, order: orders[0] };
}

/**
 * Puts the members' rows in one order and cuts the page. A member that has more rows than it gave bounds the page: past
 * its last row another of its rows could come next.
 */
export function rankRows(key: string, layout: ConnectionLayout, answers: readonly MemberAnswer[], page: PageArguments): RankedPage {
  const errors: FetchError[] = [];
  const pages: MemberPage[] = [];
  const totals: Record<string, unknown> = {};
  for (const answer of answers) {
    const read = readPage(key, layout, answer, errors);
    if (!read) continue;
    pages.push(read);
    for (const total of layout.totals) {
      const sum = addUp(totals[total.key], (answer.value as Record<string, unknown>)[total.key]);
      if (sum !== MISFIT) totals[total.key] = sum;
    }
  }
  const comparable = sameOrder(key, pages, errors);
  const order = comparable.find(({ rows }) => rows.length > 0)?.rows[0]?.cursor.order;
  if (page.order !== undefined && order !== undefined && page.order !== order) {
    const message = `"${key}" is in the order ${order}, and the cursor is one of ${page.order}; begin without a cursor when the order changes`;
    return { ...cutPage([], page), totals: {}, isAnswered: false, errors: [fetchError(new PartitionError('BAD_CURSOR', message), [key])] };
  }
  const ranked = cutPage(comparable, page);
  const places = new Map(ranked.rows.map((row, place) => [`${row.member} ${row.index}`, place]));
  for (const { member, errors: memberErrors } of answers) {
    errors.push(...passedOnErrors(memberErrors, member, (path) => placeInPage(key, layout, path, (index) => places.get(`${member} ${index}`))));
  }
  return { ...ranked, totals, isAnswered: comparable.length > 0, errors };
}

/** The merged connection as the client selected it. */
export function writeConnection(layout: ConnectionLayout, page: RankedPage, rows: readonly Row[], variables: Record<string, unknown>): Record<string, unknown> {
  const connection: Record<string, unknown> = {};
  for (const part of layout.typenames) if (isPartIncluded(part, variables)) connection[part.key] = layout.typename;
  for (const list of layout.rowLists) if (isPartIncluded(list, variables)) connection[list.key] = rows.map(({ items }) => items[list.key]);
  for (const total of layout.totals) if (isPartIncluded(total, variables)) connection[total.key] = page.totals[total.key] ?? (page.isAnswered ? null : 0);
  for (const part of layout.pageInfos) {
    if (!isPartIncluded(part, variables)) continue;
    const pageInfo: Record<string, unknown> = {};
    for (const { node, conditions } of flattenSelection(part.selectionSet)) {
      if (isIncluded(conditions, variables)) pageInfo[responseKey(node)] = pageInfoValue(layout, node.name.value, page);
    }
    connection[part.key] = pageInfo;
  }
  return connection;
}

function pageInfoValue(layout: ConnectionLayout, field: string, page: RankedPage): unknown {
  switch (field) {
    case 'hasNextPage':
      return page.hasNextPage;
    case 'hasPreviousPage':
      return page.hasPreviousPage;
    case 'startCursor':
      return page.rows[0]?.encodedCursor ?? null;
    case 'endCursor':
      return page.rows.at(-1)?.encodedCursor ?? null;
    default:
      return layout.pageInfoTypename;
  }
}

/** A page with readable cursors, or `undefined`: a member whose rows have no place in the order cannot take part. */
function readPage(key: string, layout: ConnectionLayout, { member, value }: MemberAnswer, errors: FetchError[]): MemberPage | undefined {
  if (value === null || value === undefined) return undefined;
  const connection = value as Record<string, unknown>;
  const edges = connection[ROWS_ALIAS] ?? [];
  const pageInfo = connection[PAGE_INFO_ALIAS] as Record<string, unknown> | null | undefined;
  if (typeof value !== 'object' || !Array.isArray(edges) || typeof pageInfo !== 'object' || pageInfo === null) {
    errors.push(fetchError(memberIncompatible(member, 'answered with something that is not a connection'), [key]));
    return undefined;
  }
  const count: MisfitCount = { misfits: 0 };
  const rows: Row[] = [];
  for (const [index, edge] of edges.entries()) {
    if (edge === null) continue;
    const row = readRow(layout, member, connection, index, edge as Record<string, unknown>, count);
    if (row === 'unplaced') {
      errors.push(fetchError(memberIncompatible(member, 'answered with a cursor that has no place in the common order'), [key]));
      return undefined;
    }
    if (row) rows.push(row);
  }
  if (count.misfits > 0) errors.push(fetchError(rowsLeftOut(member, count.misfits), [key]));
  return { member, rows, hasNextPage: pageInfo['hasNextPage'] === true, hasPreviousPage: pageInfo['hasPreviousPage'] === true };
}

function readRow(
  layout: ConnectionLayout,
  member: string,
  connection: Record<string, unknown>,
  index: number,
  edge: Record<string, unknown>,
  count: MisfitCount,
): Row | 'unplaced' | undefined {
  const encodedCursor = edge['cursor'];
  const cursor = decodeCursor(encodedCursor);
  if (!cursor) return 'unplaced';
  const items: Record<string, unknown> = {};
  for (const list of layout.rowLists) {
    if (!(list.key in connection)) continue;
    const values = connection[list.key];
    const item = fitAnswer(Array.isArray(values) ? values[index] : undefined, list.itemShape, count);
    if (item === MISFIT) return undefined;
    items[list.key] = item;
  }
  const node = edge['node'] as Record<string, unknown> | null | undefined;
  const { __typename: typename, id } = node ?? {};
  const key = typeof typename === 'string' && typeof id === 'string' ? { typename, id } : undefined;
  return { member, index, cursor, encodedCursor: encodedCursor as string, items, key };
}

/** Rows of different orders cannot be merged: the order that most members have wins, the others are left out. */
function sameOrder(key: string, pages: readonly MemberPage[], errors: FetchError[]): MemberPage[] {
  const votes = new Map<string, number>();
  for (const { rows } of pages) for (const order of new Set(rows.map(({ cursor }) => cursor.order))) votes.set(order, (votes.get(order) ?? 0) + 1);
  const [order] = [...votes].sort((a, b) => b[1] - a[1])[0] ?? [];
  return pages.filter(({ member, rows }) => {
    const fits = rows.every(({ cursor }) => cursor.order === order);
    if (!fits) errors.push(fetchError(memberIncompatible(member, `answered in another order than ${order}`), [key]));
    return fits;
  });
}

function cutPage(pages: readonly MemberPage[], { first, last }: PageArguments): Pick<RankedPage, 'rows' | 'hasNextPage' | 'hasPreviousPage'> {
  const rows = pages.flatMap((page) => page.rows).sort((a, b) => compareCursors(a.cursor, b.cursor));
  const hasMoreAfter = pages.some((page) => page.hasNextPage);
  const hasMoreBefore = pages.some((page) => page.hasPreviousPage);
  if (last !== undefined) {
    const bound = furthest(pages.filter((page) => page.hasPreviousPage).map((page) => page.rows[0]), 1);
    const complete = rows.filter(({ cursor }) => !bound || compareCursors(cursor, bound) >= 0);
    const kept = last === 0 ? [] : complete.slice(-last);
    return { rows: kept, hasNextPage: hasMoreAfter, hasPreviousPage: hasMoreBefore || kept.length < rows.length };
  }
  const bound = furthest(pages.filter((page) => page.hasNextPage).map((page) => page.rows.at(-1)), -1);
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

/** Errors of rows that are not on the page are nobody's concern; those of the merge's own aliases are the root's. */
function placeInPage(
  key: string,
  layout: ConnectionLayout,
  path: readonly (string | number)[],
  placeOf: (index: number) => number | undefined,
): (string | number)[] | undefined {
  const [list, index, ...rest] = path;
  if (typeof list !== 'string' || list === ROWS_ALIAS || list === PAGE_INFO_ALIAS) return [key];
  if (!layout.rowLists.some((candidate) => candidate.key === list) || typeof index !== 'number') return [key, ...path];
  const place = placeOf(index);
  return place === undefined ? undefined : [key, list, place, ...rest];
}
