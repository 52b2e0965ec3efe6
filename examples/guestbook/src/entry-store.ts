import { createHash } from 'node:crypto';
import pg from 'pg';

/** One line in the book. */
export interface Entry {
  /** Grows by insertion; a decimal string, since it may pass 2^53. */
  readonly id: string;
  readonly author: string;
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface Digest {
  readonly rows: number;
  /** Hex SHA-256 over `id TAB author TAB message TAB created_at LF` of every row in order of id. */
  readonly sha256: string;
}

const rowsPerBatch = 10_000;
const columns = `id::text AS id, author, message, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "createdAt"`;

/** The guestbook's table. */
export class EntryStore {
  readonly #pool: pg.Pool;

  constructor(databaseUrl: string) {
    this.#pool = new pg.Pool({ connectionString: databaseUrl, max: 8, connectionTimeoutMillis: 5_000 });
    // A lost idle connection is replaced at the next query; unheard, this event would end the process.
    this.#pool.on('error', () => {});
  }

  async prepare(): Promise<void> {
    await this.#pool.query(`
      CREATE TABLE IF NOT EXISTS entry (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        author text NOT NULL,
        message text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async isReachable(): Promise<boolean> {
    return this.#pool.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  /** Entries with an id greater than `after`, in order of id. */
  async list(after: string, limit: number): Promise<Entry[]> {
    const result = await this.#pool.query<Entry>(`SELECT ${columns} FROM entry WHERE entry.id > $1 ORDER BY entry.id LIMIT $2`, [after, limit]);
    return result.rows;
  }

  /** The newest entries, newest first. */
  async newest(limit: number): Promise<Entry[]> {
    const result = await this.#pool.query<Entry>(`SELECT ${columns} FROM entry ORDER BY entry.id DESC LIMIT $1`, [limit]);
    return result.rows;
  }

  async add(author: string, message: string): Promise<Entry> {
    const result = await this.#pool.query<Entry>(`INSERT INTO entry (author, message) VALUES ($1, $2) RETURNING ${columns}`, [author, message]);
    return result.rows[0]!;
  }

  /** Adds generated rows of about 400 bytes each, a transaction per batch so that readers never wait. */
  async fill(rows: number): Promise<void> {
    for (let left = rows; left > 0; left -= rowsPerBatch) {
      await this.#pool.query(
        `INSERT INTO entry (author, message)
         SELECT 'visitor ' || (random() * 10000)::int,
                (SELECT string_agg(md5(random()::text || n || piece), '') FROM generate_series(1, 11) AS piece)
         FROM generate_series(1, $1::int) AS n`,
        [Math.min(left, rowsPerBatch)],
      );
    }
  }

  /** Over one snapshot, in pages, so that a table of any size passes in constant memory. */
  async digest(through?: string): Promise<Digest> {
    const client = await this.#pool.connect();
    const hash = createHash('sha256');
    let rows = 0;
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      for (let after = '0', more = true; more; ) {
        const page = await client.query<Entry>(
          `SELECT ${columns} FROM entry WHERE entry.id > $1 AND ($2::bigint IS NULL OR entry.id <= $2) ORDER BY entry.id LIMIT $3`,
          [after, through ?? null, rowsPerBatch],
        );
        for (const row of page.rows) hash.update(`${row.id}\t${row.author}\t${row.message}\t${row.createdAt}\n`);
        rows += page.rows.length;
        after = page.rows.at(-1)?.id ?? after;
        more = page.rows.length === rowsPerBatch;
      }
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {});
      throw error;
    } finally {
      client.release();
    }
    return { rows, sha256: hash.digest('hex') };
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
