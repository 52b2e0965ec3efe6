import type pg from 'pg';
import type {
  Journal,
  JournalEntry,
  JournalFilter,
  JournalOptions,
  JournalPageOptions,
  JournalPlace,
  JournalReadOptions,
  JournalSubscribeOptions,
  NewJournalEntry,
} from './journal.js';
import { filterConditions } from './journal-filter.js';
import { JournalTail } from './journal-tail.js';
import type { Json } from './json.js';
import type { OperationLog } from './log.js';
import type { PostgresListener } from './postgres-listener.js';
import type { Queryable } from './queryable.js';
import { inTransaction } from './transaction.js';

const COLUMNS = 'seq, at, kind, subject_id, operation_id, message, payload';
const CHANNEL = 'ocopea_journal';
const DEFAULT_MAX_ENTRIES = 100_000;
const DEFAULT_MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000;

export interface PostgresJournalOptions extends JournalOptions {
  readonly pool: pg.Pool;
  /** Not opened yet: the journal takes a channel on it. */
  readonly listener: PostgresListener;
  readonly log: OperationLog;
}

/** The journal in the tables `journal_entries` and `journal_state`. */
export class PostgresJournal implements Journal {
  readonly #tail: JournalTail;

  constructor(private readonly options: PostgresJournalOptions) {
    this.#tail = new JournalTail({
      read: (after, limit) => this.read({ after, limit }),
      head: () => this.head(),
      log: options.log,
    });
    options.listener.on(CHANNEL, () => this.#tail.wake());
  }

  async append(entries: readonly NewJournalEntry[], transaction?: Queryable): Promise<void> {
    if (entries.length === 0) return;
    if (transaction === undefined) {
      await inTransaction(this.options.pool, (client) => appendIn(client, entries));
    } else {
      await appendIn(transaction, entries);
    }
  }

  async read(options: JournalReadOptions = {}): Promise<readonly JournalEntry[]> {
    const values: unknown[] = [options.after ?? 0];
    const conditions = ['seq > $1', ...filterConditions(options.filter ?? {}, values)];
    if (options.before !== undefined) {
      values.push(options.before);
      conditions.push(`seq < $${values.length}`);
    }
    values.push(Math.min(options.limit ?? 100, 1000));
    const { rows } = await this.options.pool.query<EntryRow>(
      `SELECT ${COLUMNS} FROM journal_entries WHERE ${conditions.join(' AND ')} ORDER BY seq ${options.direction ?? 'ASC'} LIMIT $${values.length}`,
      values,
    );
    return rows.map(entryOf);
  }

  async page({ order, direction, after, before, filter = {}, limit }: JournalPageOptions): Promise<readonly JournalEntry[]> {
    const values: unknown[] = [];
    const conditions = ['TRUE', ...filterConditions(filter, values)];
    const beyond = (place: JournalPlace | undefined, comparison: '<' | '>'): void => {
      if (place === undefined) return;
      values.push(place.at, place.seq);
      conditions.push(`(at, seq) ${comparison} ($${values.length - 1}, $${values.length})`);
    };
    beyond(after, order === 'ASC' ? '>' : '<');
    beyond(before, order === 'ASC' ? '<' : '>');
    const read = (order === 'ASC') === (direction === 'forward') ? 'ASC' : 'DESC';
    values.push(limit);
    const { rows } = await this.options.pool.query<EntryRow>(
      `SELECT ${COLUMNS} FROM journal_entries WHERE ${conditions.join(' AND ')}
       ORDER BY at ${read}, seq ${read} LIMIT $${values.length}`,
      values,
    );
    return rows.map(entryOf);
  }

  async count(filter: JournalFilter = {}): Promise<number> {
    const values: unknown[] = [];
    const conditions = ['TRUE', ...filterConditions(filter, values)];
    const { rows } = await this.options.pool.query<{ count: string }>(
      `SELECT count(*) FROM journal_entries WHERE ${conditions.join(' AND ')}`,
      values,
    );
    return Number(rows[0]?.count ?? 0);
  }

  subscribe(options: JournalSubscribeOptions = {}): AsyncIterableIterator<JournalEntry> {
    return this.#tail.follow(options);
  }

  async head(): Promise<number> {
    return (await this.#state()).head;
  }

  async oldest(): Promise<number> {
    return (await this.#state()).prunedTo;
  }

  /** Removes what retention no longer keeps. */
  async prune(): Promise<void> {
    const maxEntries = this.options.maxEntries ?? DEFAULT_MAX_ENTRIES;
    const maxAgeMs = this.options.maxAgeMs ?? DEFAULT_MAX_AGE_MS;
    await inTransaction(this.options.pool, async (client) => {
      const { rows } = await client.query<{ limit: string | null }>(
        `SELECT greatest(
           (SELECT head FROM journal_state WHERE id = 1) - $1::bigint,
           (SELECT max(seq) FROM journal_entries WHERE at < now() - $2 * interval '1 millisecond')
         ) AS limit`,
        [maxEntries, maxAgeMs],
      );
      const limit = Number(rows[0]?.limit ?? 0);
      if (limit <= 0) return;
      const { rowCount } = await client.query('DELETE FROM journal_entries WHERE seq <= $1', [limit]);
      if (rowCount === 0) return;
      // Last in the transaction, since this row's lock holds up every append.
      await client.query('UPDATE journal_state SET pruned_to = greatest(pruned_to, $1) WHERE id = 1', [limit]);
    });
  }

  close(): void {
    this.#tail.close();
  }

  async #state(): Promise<{ head: number; prunedTo: number }> {
    const { rows } = await this.options.pool.query<{ head: string; pruned_to: string }>(
      'SELECT head, pruned_to FROM journal_state WHERE id = 1',
    );
    return { head: Number(rows[0]?.head ?? 0), prunedTo: Number(rows[0]?.pruned_to ?? 0) };
  }
}

/**
 * The row lock on `journal_state` lasts until the commit, so numbers are given out in the order of commits: whoever has read
 * up to a number can never find a smaller one later. A sequence would not do: it gives numbers out before the commit.
 */
async function appendIn(client: Queryable, entries: readonly NewJournalEntry[]): Promise<void> {
  const columns = entries.map((entry) => ({
    kind: entry.kind,
    subject_id: entry.subjectId ?? null,
    operation_id: entry.operationId ?? null,
    message: entry.message,
    payload: entry.payload ?? {},
  }));
  await client.query(
    `WITH moved AS (
       INSERT INTO journal_state (id, head) VALUES (1, $1)
       ON CONFLICT (id) DO UPDATE SET head = journal_state.head + excluded.head
       RETURNING head
     )
     INSERT INTO journal_entries (seq, at, kind, subject_id, operation_id, message, payload)
     SELECT moved.head - $1 + entry.n, clock_timestamp(), entry.kind, entry.subject_id, entry.operation_id, entry.message, entry.payload
     FROM moved, ROWS FROM (jsonb_to_recordset($2::jsonb)
       AS (kind text, subject_id text, operation_id text, message text, payload jsonb)) WITH ORDINALITY
       AS entry (kind, subject_id, operation_id, message, payload, n)`,
    [entries.length, JSON.stringify(columns)],
  );
  // As a table: Prisma cannot read a column of type void.
  await client.query(`SELECT 1 FROM pg_notify('${CHANNEL}', '')`);
}

interface EntryRow {
  seq: string;
  at: Date;
  kind: string;
  subject_id: string | null;
  operation_id: string | null;
  message: string;
  payload: Json;
}

function entryOf(row: EntryRow): JournalEntry {
  return {
    seq: Number(row.seq),
    at: row.at,
    kind: row.kind,
    subjectId: row.subject_id,
    operationId: row.operation_id,
    message: row.message,
    payload: row.payload,
  };
}
