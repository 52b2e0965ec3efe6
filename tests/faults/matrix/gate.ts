import pg from 'pg';

/** Where an operation can be held: before a step is begun, when its first bytes are told, or when its work is done and not yet recorded. */
export interface Moment {
  readonly kind: string;
  readonly at: 'before' | 'during' | 'after';
  /** As the engine records it: `step send part db`, `$settle`. */
  readonly step: string;
}

const lockKey = 7301;
const pollMs = 20;
const pollsAfterEnd = 150;

/**
 * Holds the operations of one process at a moment, from within its state database: the write that marks the moment waits for a
 * lock that the test has. So the process runs as it always does, and stops exactly there.
 */
export class Gate {
  #client: pg.Client | undefined;

  private constructor(private readonly databaseUrl: string) {}

  static async install(databaseUrl: string): Promise<Gate> {
    const gate = new Gate(databaseUrl);
    await gate.#query(installation);
    return gate;
  }

  /** The durable steps of the operations that were made since `since`, in order; `$begin` is one of them, undoing too. */
  async stepsSince(since: Date): Promise<readonly { readonly kind: string; readonly step: string; readonly movesBytes: boolean }[]> {
    return await this.#query(
      `SELECT o.kind, s.function_name AS step,
         EXISTS (SELECT FROM operation_steps t WHERE t.operation_id = o.id AND 'step ' || t.name = s.function_name AND t.bytes_done > 0) AS "movesBytes"
       FROM dbos.operation_outputs s JOIN operations o ON o.id = s.workflow_uuid
       WHERE o.created_at >= $1 ORDER BY o.created_at, s.function_id`,
      [since],
    );
  }

  async now(): Promise<Date> {
    return (await this.#query<{ now: Date }>('SELECT clock_timestamp() AS now'))[0]!.now;
  }

  /** The next operation that comes to the moment waits there. */
  async close({ kind, at, step }: Moment): Promise<void> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    // The server may be what is killed.
    client.on('error', () => undefined);
    await client.connect();
    this.#client = client;
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    await client.query('DELETE FROM faults.gate');
    await client.query('INSERT INTO faults.gate VALUES ($1, $2, $3)', [kind, at, step]);
  }

  /**
   * Resolves when something waits.
   * @param over the operation is DONE for all who look, after which its last moment is still to come
   * @returns false when nothing came there until shortly after the end
   */
  async reached(over: AbortSignal): Promise<boolean> {
    for (let polls = 0; polls < pollsAfterEnd; polls += over.aborted ? 1 : 0) {
      if ((await this.#waiting()).length > 0) return true;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    return false;
  }

  /**
   * Lets go on whatever waits. Does nothing when the server has lost it all.
   * @param dropping the write of a process that is dead must not happen any more
   */
  async open({ dropping }: { readonly dropping: boolean }): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    try {
      await client.query('DELETE FROM faults.gate');
      if (dropping) for (const pid of await this.#waiting()) await client.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
    } catch (error) {
      if (!isLost(error)) throw error;
      await this.#forget();
    }
    await client.end().catch(() => undefined);
  }

  /** What a killed server comes back with must hold nobody. */
  async #forget(): Promise<void> {
    for (const deadline = Date.now() + 60_000; ; ) {
      try {
        await this.#query('DELETE FROM faults.gate');
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  async #waiting(): Promise<readonly number[]> {
    const rows = await this.#query<{ pid: number }>(
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [lockKey],
    );
    return rows.map(({ pid }) => pid);
  }

  async #query<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text, values.length === 0 ? undefined : [...values])).rows as Row[];
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

function isLost(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code?.startsWith('57P') === true || code === 'ECONNREFUSED' || code === 'ECONNRESET' || /terminated|not queryable|Connection/.test(message ?? '');
}

const installation = `
  CREATE SCHEMA IF NOT EXISTS faults;
  CREATE TABLE IF NOT EXISTS faults.gate (kind text NOT NULL, at text NOT NULL, step text NOT NULL);
  CREATE OR REPLACE FUNCTION faults.hold() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    written jsonb := to_jsonb(NEW);
    held text := TG_ARGV[3] || (written->>TG_ARGV[1]);
  BEGIN
    IF EXISTS (SELECT FROM faults.gate g JOIN public.operations o ON o.kind = g.kind AND o.id = written->>TG_ARGV[2] WHERE g.at = TG_ARGV[0] AND g.step = held) THEN
      PERFORM pg_advisory_xact_lock(${lockKey});
    END IF;
    RETURN NEW;
  END $$;
  CREATE OR REPLACE TRIGGER faults_before BEFORE INSERT ON public.operation_steps
    FOR EACH ROW EXECUTE FUNCTION faults.hold('before', 'name', 'operation_id', 'step ');
  CREATE OR REPLACE TRIGGER faults_during BEFORE UPDATE ON public.operation_steps
    FOR EACH ROW WHEN (NEW.bytes_done > 0) EXECUTE FUNCTION faults.hold('during', 'name', 'operation_id', 'step ');
  CREATE OR REPLACE TRIGGER faults_after BEFORE INSERT ON dbos.operation_outputs
    FOR EACH ROW EXECUTE FUNCTION faults.hold('after', 'function_name', 'workflow_uuid', '');
`;
