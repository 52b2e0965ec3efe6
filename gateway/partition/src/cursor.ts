/** A place in an order: after the row with this sort key and id. */
export interface ConnectionCursor {
  /** The order as `<field>:ASC` or `<field>:DESC`; the same text for every row of a connection. */
  order: string;
  /** The row's value of the sort field. `null` sorts as the greatest value, as PostgreSQL has it by default. */
  sortKey: number | string | null;
  /** The row's id: the tie-breaker, **in the same direction as the sort key**. */
  id: string;
}

const VERSION = 1;
const MAX_ENCODED_LENGTH = 4_096;

/**
 * The one encoding of a row's place that members of a partition share: base64url of `JSON [1, order, sortKey, id]`.
 * Every member orders by exactly (sortKey, id), so a cursor made by one means the same place in the others' order.
 * Strings compare by code point, which is the order of PostgreSQL's collation "C" on UTF-8.
 *
 * @example
 * encodeCursor({ order: 'takenAt:DESC', sortKey: '2026-11-22T10:00:00.000Z', id: 'oslo.book.0192…' })
 */
export function encodeCursor(cursor: ConnectionCursor): string {
  return Buffer.from(JSON.stringify([VERSION, cursor.order, cursor.sortKey, cursor.id])).toString('base64url');
}

/** The cursor in `encoded`, or `undefined` when it is not one: callers decide whose mistake that is. */
export function decodeCursor(encoded: unknown): ConnectionCursor | undefined {
  if (typeof encoded !== 'string' || encoded.length > MAX_ENCODED_LENGTH) return undefined;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 4 || parts[0] !== VERSION) return undefined;
  const [, order, sortKey, id] = parts as unknown[];
  if (typeof order !== 'string' || typeof id !== 'string' || !/:(ASC|DESC)$/.test(order)) return undefined;
  if (sortKey !== null && typeof sortKey !== 'number' && typeof sortKey !== 'string') return undefined;
  return { order, sortKey, id };
}

/** Negative when `a` comes before `b` in their common order. Cursors of different orders have no answer: they throw. */
export function compareCursors(a: ConnectionCursor, b: ConnectionCursor): number {
  if (a.order !== b.order) throw new Error(`invariant: cursors of the orders ${a.order} and ${b.order} were compared`);
  const ascending = compareSortKeys(a.sortKey, b.sortKey) || compareText(a.id, b.id);
  return a.order.endsWith(':DESC') ? -ascending : ascending;
}

function compareSortKeys(a: ConnectionCursor['sortKey'], b: ConnectionCursor['sortKey']): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareText(String(a), String(b));
}

/** By code point: UTF-16 order differs for characters beyond the basic plane. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
