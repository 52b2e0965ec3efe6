import type { ConnectionCursor, ConnectionPage } from '@ocopea/graph';
import { columnValue, type SortColumn } from './page-query.js';
import { Prisma } from './generated/client.js';
import type { Consistency, CopyOutcome, CopyPhase } from './generated/enums.js';
import type { Database } from './open-database.js';

/** Which copies; all conditions must hold. */
export interface CopySearch {
  readonly appInstanceId?: string | undefined;
  readonly appInstanceName?: string | undefined;
  readonly phase?: CopyPhase | undefined;
  readonly outcome?: CopyOutcome | undefined;
  readonly consistency?: Consistency | undefined;
  readonly hooksFailed?: boolean | undefined;
  readonly usable?: boolean | undefined;
  /** Every byte was read back, at some time. */
  readonly verified?: boolean | undefined;
  readonly expired?: boolean | undefined;
  readonly takenFrom?: Date | undefined;
  readonly takenBefore?: Date | undefined;
  readonly largerThan?: bigint | undefined;
  readonly labels?: readonly LabelSelector[] | undefined;
  /** Beginnings of words, in lower case, letters and digits only. */
  readonly words?: readonly string[] | undefined;
}

/** Copies whose label `key` has one of `values`, or is there at all; with `not`, the others. */
export interface LabelSelector {
  readonly key: string;
  readonly values?: readonly string[] | undefined;
  readonly not: boolean;
}

/** What copies can be ordered by. A key that may be missing counts as the greatest. */
export const copyOrders = {
  CREATED_AT: { name: 'createdAt', type: 'time' },
  TAKEN_AT: { name: 'takenAt', type: 'time', nullable: true },
  VERIFIED_AT: { name: 'verifiedAt', type: 'time', nullable: true },
  EXPIRES_AT: { name: 'expiresAt', type: 'time', nullable: true },
  BYTES: { name: 'bytes', type: 'bigint' },
  STORED_BYTES: { name: 'storedBytes', type: 'bigint' },
  APPLICATION: { name: 'appInstanceName', type: 'text' },
} as const satisfies Record<string, SortColumn>;
export type CopyOrderColumn = (typeof copyOrders)[keyof typeof copyOrders];

/** Each exactly as the migration's index has it, since only then PostgreSQL takes the index. */
const keys: Readonly<Record<CopyOrderColumn['name'], Prisma.Sql>> = {
  createdAt: Prisma.sql`created_at`,
  takenAt: Prisma.sql`coalesce(taken_at, 'infinity'::timestamptz)`,
  verifiedAt: Prisma.sql`coalesce(verified_at, 'infinity'::timestamptz)`,
  expiresAt: Prisma.sql`coalesce(expires_at, 'infinity'::timestamptz)`,
  bytes: Prisma.sql`bytes`,
  storedBytes: Prisma.sql`stored_bytes`,
  appInstanceName: Prisma.sql`app_instance_name`,
};
const text = Prisma.sql`to_tsvector('simple', translate(app_instance_name || ' ' || coalesce(notes, ''), '._-/:@=,', '        '))`;

/**
 * Ids of one page, up to `limit + 1` in the direction of reading. Keys only: the bodies of the few that are shown come after.
 *
 * @throws CURSOR_INVALID
 */
export async function searchCopies(database: Database, page: ConnectionPage, column: CopyOrderColumn, search: CopySearch): Promise<string[]> {
  const isAscending = page.order.endsWith(':ASC');
  const conditions = conditionsOf(search);
  if (page.after !== undefined) conditions.push(beyond(page.after, column, isAscending ? 'after' : 'before', 'after'));
  if (page.before !== undefined) conditions.push(beyond(page.before, column, isAscending ? 'before' : 'after', 'before'));
  const read = isAscending === (page.direction === 'forward') ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const rows = await database.$queryRaw<{ id: string }[]>`
    SELECT id FROM copies WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY ${keys[column.name]} ${read}, id ${read} LIMIT ${page.limit + 1}`;
  return rows.map(({ id }) => id);
}

export async function countCopies(database: Database, search: CopySearch): Promise<number> {
  const [row] = await database.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM copies WHERE ${Prisma.join(conditionsOf(search), ' AND ')}`;
  return row?.count ?? 0;
}

/** As one comparison of rows, which is one range of the index. */
function beyond(cursor: ConnectionCursor, column: CopyOrderColumn, side: 'after' | 'before', argument: string): Prisma.Sql {
  const isMissing = cursor.sortKey === null && 'nullable' in column;
  const value = isMissing ? 'infinity' : columnValue(cursor, column, argument);
  const type = { time: Prisma.sql`timestamptz`, bigint: Prisma.sql`bigint`, text: Prisma.sql`text` }[column.type];
  const comparison = side === 'after' ? Prisma.sql`>` : Prisma.sql`<`;
  return Prisma.sql`(${keys[column.name]}, id) ${comparison} (${String(value instanceof Date ? value.toISOString() : value)}::text::${type}, ${cursor.id}::text)`;
}

function conditionsOf(search: CopySearch): Prisma.Sql[] {
  const conditions = [Prisma.sql`TRUE`];
  const when = <Value>(value: Value | undefined, condition: (value: Value) => Prisma.Sql): void => {
    if (value !== undefined) conditions.push(condition(value));
  };
  when(search.appInstanceId, (id) => Prisma.sql`app_instance_id = ${id}`);
  when(search.appInstanceName, (name) => Prisma.sql`app_instance_name = ${name}`);
  when(search.phase, (phase) => Prisma.sql`phase = ${phase}::text::copy_phase`);
  when(search.outcome, (outcome) => Prisma.sql`outcome = ${outcome}::text::copy_outcome`);
  when(search.consistency, (consistency) => Prisma.sql`consistency = ${consistency}::text::consistency`);
  when(search.hooksFailed, (failed) => (failed ? Prisma.sql`hooks_failed > 0` : Prisma.sql`hooks_failed = 0`));
  // Written out, not as a parameter: the index of the unusable ones has it in the same words.
  when(search.usable, (usable) => (usable ? Prisma.sql`usable = TRUE` : Prisma.sql`usable = FALSE`));
  when(search.verified, (verified) => (verified ? Prisma.sql`${keys.verifiedAt} < 'infinity'` : Prisma.sql`${keys.verifiedAt} = 'infinity'`));
  when(search.expired, (expired) => (expired ? Prisma.sql`${keys.expiresAt} <= now()` : Prisma.sql`${keys.expiresAt} > now()`));
  when(search.takenFrom, (from) => Prisma.sql`${keys.takenAt} >= ${from}::timestamptz AND ${keys.takenAt} < 'infinity'`);
  when(search.takenBefore, (before) => Prisma.sql`${keys.takenAt} < ${before}::timestamptz`);
  when(search.largerThan, (bytes) => Prisma.sql`bytes > ${bytes}::bigint`);
  for (const { key, values, not } of search.labels ?? []) {
    const terms = values === undefined ? [key] : values.map((value) => labelTerm(key, value));
    const matches = Prisma.sql`label_terms && ${terms}::text[]`;
    conditions.push(not ? Prisma.sql`NOT (${matches})` : matches);
  }
  const words = search.words ?? [];
  if (words.length > 0) conditions.push(Prisma.sql`${text} @@ to_tsquery('simple', ${words.map((word) => `${word}:*`).join(' & ')})`);
  return conditions;
}

/** A key holds no `=`, so that a term is of one label only. */
export function labelTerm(key: string, value: string): string {
  return `${key}=${value}`;
}
