import type pg from 'pg';
import { LogLevel, MOST_LOG_CHARACTERS, MOST_LOG_LINES, type LogLine, type NewLogLine } from './log-line.js';
import type { Queryable } from './queryable.js';
import { withoutSecrets } from './without-secrets.js';

/** Channel on which the replicas hear of new lines; the payload is the operation's id. */
export const LOG_CHANNEL = 'ocopea_operation_log';

/** How many lines one read brings. */
const PAGE = 500;
/** A notification may be lost together with the connection; this often a follower looks anyway. */
const POLL_MS = 5_000;

interface LineRow {
  readonly seq: number;
  readonly at: Date;
  readonly level: LogLevel;
  readonly step: string | null;
  readonly message: string;
  readonly isLast: boolean;
}

export interface LogRange {
  /** Lines after this one. */
  readonly after?: number | undefined;
  /** Lines before this one. */
  readonly before?: number | undefined;
  /** @default 'ASC' */
  readonly direction?: 'ASC' | 'DESC';
  readonly limit: number;
}

/** Appends to the log of an operation, in a transaction of the caller. The oldest lines go when there are too many. */
export async function appendLogLines(client: Queryable, operationId: string, lines: readonly NewLogLine[]): Promise<void> {
  if (lines.length === 0) return;
  const cut = (text: string): string => (text.length > MOST_LOG_CHARACTERS ? `${text.slice(0, MOST_LOG_CHARACTERS - 1)}…` : text);
  // The row's lock puts appends in order of commit, so that who has read up to a line has all before it.
  const { rows } = await client.query(
    `WITH head AS (UPDATE operations SET log_head = log_head + cardinality($2::text[]) WHERE id = $1 RETURNING log_head)
     INSERT INTO operation_logs (operation_id, seq, at, level, step, message)
     SELECT $1, head.log_head - cardinality($2::text[]) + line.place, line.at, line.level, line.step, line.message
     FROM head, unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[]) WITH ORDINALITY AS line (message, at, level, step, place)
     RETURNING seq`,
    [operationId, lines.map(({ message }) => cut(withoutSecrets(message))), lines.map(({ at }) => at), lines.map(({ level }) => level), lines.map(({ step }) => step)],
  );
  const head = Math.max(0, ...(rows as { seq: number }[]).map(({ seq }) => seq));
  if (head > MOST_LOG_LINES) await client.query('DELETE FROM operation_logs WHERE operation_id = $1 AND seq <= $2', [operationId, head - MOST_LOG_LINES]);
  await client.query('SELECT pg_notify($1, $2)', [LOG_CHANNEL, operationId]);
}

/** The logs of operations for those who read them. */
export class OperationLogStore {
  readonly #followers = new Map<string, Set<() => void>>();
  #isClosed = false;

  constructor(private readonly pool: pg.Pool) {}

  /** Something was appended; for an operation, or for any of them when it is not known. */
  wake(operationId?: string): void {
    const woken = operationId === undefined ? [...this.#followers.values()] : [this.#followers.get(operationId) ?? new Set<() => void>()];
    for (const wakes of woken) for (const wake of [...wakes]) wake();
  }

  close(): void {
    this.#isClosed = true;
    this.wake();
  }

  async read(operationId: string, { after, before, direction = 'ASC', limit }: LogRange): Promise<readonly LogLine[]> {
    const { rows } = await this.pool.query<LineRow>(
      `SELECT l.seq, l.at, l.level, l.step, l.message, (o.phase = 'DONE' AND l.seq = o.log_head) AS "isLast"
       FROM operation_logs l JOIN operations o ON o.id = l.operation_id
       WHERE l.operation_id = $1 AND ($2::int IS NULL OR l.seq > $2) AND ($3::int IS NULL OR l.seq < $3) ORDER BY l.seq ${direction} LIMIT $4`,
      [operationId, after ?? null, before ?? null, limit],
    );
    return rows;
  }

  async count(operationId: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>('SELECT count(*) FROM operation_logs WHERE operation_id = $1', [operationId]);
    return Number(rows[0]?.count ?? 0);
  }

  /**
   * Lines after `after` as they come, each once and in order, up to the last of an operation that is DONE, or until `signal`
   * aborts or the consumer returns. Where lines are not kept any more, one says so in their place.
   */
  follow(operationId: string, after: number, signal?: AbortSignal): AsyncIterableIterator<LogLine> {
    const left = new AbortController();
    const leave = (): void => left.abort();
    if (signal?.aborted === true) leave();
    signal?.addEventListener('abort', leave, { once: true });
    const lines = this.#lines(operationId, after, left.signal);
    return {
      next: () => lines.next(),
      // A generator that waits for a line would hear of it only with the next one.
      return: async () => {
        signal?.removeEventListener('abort', leave);
        leave();
        return lines.return();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#lines(operationId: string, after: number, signal: AbortSignal): AsyncGenerator<LogLine, void, void> {
    let seen = after;
    const isOver = (): boolean => signal.aborted || this.#isClosed;
    while (!isOver()) {
      // Listening begins before the look: what comes between is heard.
      const news = this.#news(operationId, signal);
      try {
        const lines = await this.read(operationId, { after: seen, limit: PAGE });
        const [first] = lines;
        if (first !== undefined && first.seq > seen + 1) yield lostLines(first, first.seq - seen - 1);
        for (const line of lines) {
          if (isOver()) return;
          seen = line.seq;
          yield line;
          if (line.isLast) return;
        }
        if (lines.length === 0 && (await this.#isOver(operationId, seen))) return;
        if (lines.length < PAGE) await news.heard;
      } finally {
        news.end();
      }
    }
  }

  /** True when nothing more can come. */
  async #isOver(operationId: string, seen: number): Promise<boolean> {
    const { rows } = await this.pool.query<{ is_over: boolean }>(`SELECT phase = 'DONE' AND log_head <= $2 AS is_over FROM operations WHERE id = $1`, [operationId, seen]);
    return rows[0]?.is_over ?? true;
  }

  #news(operationId: string, signal: AbortSignal): { readonly heard: Promise<void>; end(): void } {
    let wake = (): void => undefined;
    const heard = new Promise<void>((resolve) => (wake = resolve));
    const wakes = this.#followers.get(operationId) ?? new Set();
    this.#followers.set(operationId, wakes.add(wake));
    signal.addEventListener('abort', wake, { once: true });
    if (signal.aborted || this.#isClosed) wake();
    const timer = setTimeout(wake, POLL_MS);
    return {
      heard,
      end: () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        wakes.delete(wake);
        if (wakes.size === 0) this.#followers.delete(operationId);
      },
    };
  }
}

function lostLines(next: LogLine, count: number): LogLine {
  return { seq: next.seq - 1, at: next.at, level: LogLevel.Warning, step: null, message: `${count} earlier lines are not kept any more`, isLast: false };
}
