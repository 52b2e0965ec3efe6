import { badInput } from '@ocopea/graph';
import { Prisma } from './generated/client.js';
import type { Database } from './open-database.js';

export interface CopyHistoryQuery {
  readonly interval: 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly appInstanceName?: string | undefined;
  readonly byApplication: boolean;
}

/** Figures of one interval. */
export interface CopyHistoryFigures {
  readonly start: Date;
  readonly appInstanceName: string | null;
  readonly copies: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly bytes: bigint;
  readonly storedBytes: bigint;
}

/** About how long an interval is, for bounds. */
const lengthMs = { HOUR: 3_600_000, DAY: 24 * 3_600_000, WEEK: 7 * 24 * 3_600_000, MONTH: 31 * 24 * 3_600_000 };
const defaultIntervals = 30;
const mostIntervals = 1_000;
const mostRows = 10_000;

/**
 * Counts in the database, interval by interval in UTC, so that the same interval begins at the same moment at every Site.
 *
 * @throws BAD_INPUT a range that is empty or has too many intervals, or too many rows
 */
export async function readCopyHistory(database: Database, query: CopyHistoryQuery): Promise<CopyHistoryFigures[]> {
  const { interval, appInstanceName, byApplication, to = new Date() } = query;
  const from = query.from ?? new Date(to.getTime() - defaultIntervals * lengthMs[interval]);
  if (from >= to) throw badInput('from', `${from.toISOString()} is not before ${to.toISOString()}`);
  const intervals = Math.ceil((to.getTime() - from.getTime()) / lengthMs[interval]);
  if (intervals > mostIntervals) throw badInput('from', `these would be ${intervals} intervals, ${mostIntervals} are allowed; take a longer interval`);
  const start = Prisma.sql`date_trunc(${interval.toLowerCase()}::text, at, 'UTC')`;
  const application = byApplication ? Prisma.sql`app_instance_name` : Prisma.sql`NULL::text`;
  const ofOne = appInstanceName === undefined ? Prisma.empty : Prisma.sql`AND app_instance_name = ${appInstanceName}`;
  const rows = await database.$queryRaw<CopyHistoryFigures[]>`
    SELECT start, "appInstanceName", count(*) FILTER (WHERE taken)::int AS copies, count(*) FILTER (WHERE outcome = 'FAILED')::int AS failed,
      count(*) FILTER (WHERE outcome = 'CANCELLED')::int AS cancelled, coalesce(sum(bytes) FILTER (WHERE taken), 0)::bigint AS bytes,
      coalesce(sum(stored_bytes) FILTER (WHERE taken), 0)::bigint AS "storedBytes"
    FROM (SELECT ${start} AS start, ${application} AS "appInstanceName", outcome, outcome IN ('SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS') AS taken, bytes, stored_bytes
          FROM copy_history WHERE at >= ${from}::timestamptz AND at < ${to}::timestamptz ${ofOne}) AS one
    GROUP BY start, "appInstanceName" ORDER BY start, "appInstanceName" LIMIT ${mostRows + 1}`;
  if (rows.length > mostRows) throw badInput('byApplication', `these would be more than ${mostRows} rows; narrow the range`);
  return rows;
}
