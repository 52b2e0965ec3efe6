import pg from 'pg';
import { conflict } from '@ocopea/graph';
import type { OperationLog } from './log.js';
import { STATEMENT_MS } from './statement-deadline.js';

const HEARTBEAT_MS = 2_000;
/**
 * A replica that cannot say that it is alive stops before another may adopt its work: looked at with each heartbeat, so after
 * 9 s at the latest, and adoption waits for 10 s of silence.
 */
const FENCE_AFTER_MS = 7_000;
/** The server may need a moment to notice that a killed process is gone. */
const ACQUIRE_MS = 5_000;

export interface ExecutorLeaseOptions {
  readonly databaseUrl: string;
  readonly executorId: string;
  readonly log: OperationLog;
  /** With each heartbeat while the lease is held. */
  readonly onBeat: () => void;
  /** The lease is lost: another may take the work, so everything must stop now. */
  readonly onLost: () => void;
}

/**
 * A process's right to run the operations of its executor id: an advisory lock on a connection of its own. The lock ends with
 * the connection, so nobody needs to guess whether a process still lives; the heartbeat only tells whom to look at.
 */
export class ExecutorLease {
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #beatAt = 0;
  #isBeating = false;

  constructor(private readonly options: ExecutorLeaseOptions) {}

  get isHeld(): boolean {
    return this.#client !== undefined;
  }

  /** @throws CONFLICT when another process holds it */
  async acquire(): Promise<void> {
    const { databaseUrl, executorId } = this.options;
    const client = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      query_timeout: STATEMENT_MS,
      application_name: 'ocopea lease',
    });
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    await client.connect();
    try {
      await client.query(`SET lock_timeout = ${ACQUIRE_MS}`);
      await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [lockName(executorId)]);
      await beat(client, executorId);
    } catch (error) {
      await client.end().catch(() => undefined);
      if ((error as { code?: string }).code === '55P03') {
        throw conflict(`executor "${executorId}" runs already in another process; stop that one, or give this one another executor id`);
      }
      throw error;
    }
    this.#client = client;
    this.#beatAt = performance.now();
    this.#timer = setInterval(() => void this.#beat(client), HEARTBEAT_MS);
  }

  async release(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    clearInterval(this.#timer);
    await client?.end().catch(() => undefined);
  }

  async #beat(client: pg.Client): Promise<void> {
    // Not the clock of the day: whoever sets that takes no lock away.
    if (performance.now() - this.#beatAt > FENCE_AFTER_MS) return this.#lost(client);
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      await beat(client, this.options.executorId);
      this.#beatAt = performance.now();
      if (this.#client === client) this.options.onBeat();
    } catch (error) {
      this.options.log.warn({ err: error }, 'the heartbeat of the operation engine failed');
    } finally {
      this.#isBeating = false;
    }
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    clearInterval(this.#timer);
    void client.end().catch(() => undefined);
    this.options.onLost();
  }
}

/**
 * Runs `work` for each executor that has been silent for `silentMs` and whose lock is free, that is whose process is dead. Its
 * lock is held meanwhile, so neither another adopter nor the executor itself, come back, does the same.
 */
export async function withDeadExecutors(
  databaseUrl: string,
  silentMs: number,
  work: (executorId: string) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000, query_timeout: STATEMENT_MS, application_name: 'ocopea adopter' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM operation_executors WHERE heartbeat_at < now() - $1 * interval '1 millisecond'`,
      [silentMs],
    );
    for (const { id } of rows) {
      const lock = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [
        lockName(id),
      ]);
      if (lock.rows[0]?.locked !== true) continue;
      await work(id);
      await client.query('DELETE FROM operation_executors WHERE id = $1', [id]);
      await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [lockName(id)]);
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function beat(client: pg.Client, executorId: string): Promise<void> {
  await client.query(
    `INSERT INTO operation_executors (id, heartbeat_at) VALUES ($1, now())
     ON CONFLICT (id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at`,
    [executorId],
  );
}

function lockName(executorId: string): string {
  return `ocopea executor ${executorId}`;
}
