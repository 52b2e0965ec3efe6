import { fitAnswer, MISFIT, type MisfitCount } from './answer-shape.js';
import type { ConnectionLayout } from './connection-layout.js';
import { PAGE_INFO_ALIAS, ROWS_ALIAS } from './connection-parts.js';
import { decodeCursor, type ConnectionCursor } from './cursor.js';
import { fetchError, type FetchError } from './fetch-error.js';
import { rowsLeftOut, type MemberAnswer } from './member-answer.js';
import { memberIncompatible } from './partition-error.js';

/** One row of one member, with its place in the order that all share. */
export interface Row {
  member: string;
  /** Where the member had it. */
  index: number;
  cursor: ConnectionCursor;
  encodedCursor: string;
  /** What the client asked, by response key of the list; filled later when keys come first. */
  items: Record<string, unknown>;
  /** The node's type, when keys were asked; its id is the cursor's. */
  typename: string | undefined;
}

/** What one member has of the page so far. */
export interface MemberPage {
  member: string;
  /** In the common order. */
  rows: Row[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** It was asked for more and did not answer: what more it has is missing, and does not hold up the others' rows. */
  isCutShort: boolean;
}

/** A page with readable cursors, or `undefined`: a member whose rows have no place in the order cannot take part. */
export function readMemberPage(key: string, layout: ConnectionLayout, { member, value }: MemberAnswer, errors: FetchError[]): MemberPage | undefined {
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
  return { member, rows, hasNextPage: pageInfo['hasNextPage'] === true, hasPreviousPage: pageInfo['hasPreviousPage'] === true, isCutShort: false };
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
  const typename = (edge['node'] as Record<string, unknown> | null | undefined)?.['__typename'] ?? layout.keysFirst?.concreteType;
  return { member, index, cursor, encodedCursor: encodedCursor as string, items, typename: typeof typename === 'string' ? typename : undefined };
}
