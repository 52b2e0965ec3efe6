import { cursorInvalid, type ConnectionCursor, type ConnectionPage } from '@ocopea/graph';

/** A column that a list can be ordered by. */
export interface SortColumn {
  readonly name: string;
  /** True when rows may lack it; those count as the greatest, as PostgreSQL has it. @default false */
  readonly nullable?: boolean;
  readonly type: 'text' | 'time' | 'bigint';
}

/** Arguments of a Prisma `findMany` for one page: up to `limit + 1` rows in the direction of reading. */
export interface PageQuery {
  readonly where: { readonly AND: object[] };
  readonly orderBy: object[];
  readonly take: number;
}

/**
 * Reads a list by (sort key, id), both in the same direction: a place in it stays the same when rows come and go.
 *
 * @throws CURSOR_INVALID a sort key of another type
 */
export function pageQuery(page: ConnectionPage, column: SortColumn, filter: object): PageQuery {
  const listed = page.order.endsWith(':DESC') ? 'desc' : 'asc';
  const read = page.direction === 'forward' ? listed : opposite[listed];
  const conditions: object[] = [filter];
  if (page.after !== undefined) conditions.push(beyond(page.after, listed, column, 'after'));
  if (page.before !== undefined) conditions.push(beyond(page.before, opposite[listed], column, 'before'));
  return {
    where: { AND: conditions },
    orderBy: [{ [column.name]: column.nullable === true ? { sort: read, nulls: read === 'asc' ? 'last' : 'first' } : read }, { id: read }],
    take: page.limit + 1,
  };
}

const opposite = { asc: 'desc', desc: 'asc' } as const;

/** Rows strictly behind a place when going `direction`. */
function beyond(cursor: ConnectionCursor, direction: 'asc' | 'desc', column: SortColumn, argument: string): object {
  const past = direction === 'asc' ? 'gt' : 'lt';
  if (cursor.sortKey === null) {
    if (column.nullable !== true) throw cursorInvalid(argument, cursor.order);
    const alike = { [column.name]: null, id: { [past]: cursor.id } };
    return direction === 'asc' ? alike : { OR: [alike, { [column.name]: { not: null } }] };
  }
  const key = columnValue(cursor, column, argument);
  return {
    OR: [
      { [column.name]: { [past]: key } },
      { [column.name]: key, id: { [past]: cursor.id } },
      ...(column.nullable === true && direction === 'asc' ? [{ [column.name]: null }] : []),
    ],
  };
}

/** The sort key of a cursor as the column's type. Cursors come from clients: anything may be in them. */
export function columnValue({ sortKey, order }: ConnectionCursor, { type }: SortColumn, argument: string): string | Date | bigint {
  if (type === 'text' && typeof sortKey === 'string') return sortKey;
  if (type === 'bigint' && Number.isSafeInteger(sortKey)) return BigInt(sortKey as number);
  if (type === 'time' && typeof sortKey === 'string') {
    const time = new Date(sortKey);
    if (!Number.isNaN(time.getTime())) return time;
  }
  throw cursorInvalid(argument, order);
}

/** The sort key of a row, as cursors hold it. */
export function sortKeyOf(row: object, { name }: SortColumn): string | number | null {
  const value = (row as Record<string, unknown>)[name];
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return Number(value);
  return (value as string | null | undefined) ?? null;
}
