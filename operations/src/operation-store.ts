import type pg from 'pg';
import type { Journal } from './journal.js';
import { LogLevel, type NewLogLine } from './log-line.js';
import { operationEvent } from './operation-event.js';
import { appendLogLines } from './operation-log-store.js';
import { QUEUE_CHANNEL } from './operation-queue.js';
import { figuresOf, operationOf, type OperationRow, type StepRow } from './operation-row.js';
import {
  OperationPhase,
  type OperationFailure,
  type OperationOutcome,
  type OperationProgress,
  type OperationRecord,
  type PartProgress,
} from './operation-record.js';
import { figureColumns, figureNames, type Figures, type PartFigures } from './progress-figures.js';
import type { KnownProgress } from './progress-meter.js';
import type { Queryable } from './queryable.js';
import { inTransaction } from './transaction.js';

/** Channel on which the replicas hear that an operation should stop; the payload is its id. */
export const CANCEL_CHANNEL = 'ocopea_operation_cancel';

/** What a process needs to take over an operation. */
export interface BegunOperation {
  readonly record: OperationRecord;
  /** As it was given to the insert: sealed, if the process seals. */
  readonly input: string;
  readonly known: KnownProgress;
}

/** An operation with what only the engine may see. */
export interface KeptOperation {
  readonly record: OperationRecord;
  readonly input: string;
  readonly result: string | null;
  readonly claimed: readonly string[];
}

/** A step that need not be done again, with its result as it was given. */
export interface KeptStep {
  readonly name: string;
  readonly result: string;
}

/** A step as it is written. */
export interface StepWrite {
  readonly operationId: string;
  readonly position: number;
  readonly name: string;
}

/** How the body of an operation came out. */
export type Decision =
  | { readonly outcome: 'SUCCEEDED'; readonly result: string | null; readonly progress: OperationProgress; readonly parts: readonly PartProgress[] }
  | { readonly outcome: 'FAILED' | 'CANCELLED'; readonly error: OperationFailure; readonly parts?: readonly PartProgress[] };

/** What is written when figures have moved. */
export interface ProgressWrite {
  readonly progress: OperationProgress;
  readonly parts: readonly PartProgress[];
  /** The steps that moved, by their names. */
  readonly steps: ReadonlyMap<string, { readonly figures: Figures; readonly parts: readonly PartFigures[] }>;
  /** The one that moved last. */
  readonly step: string | undefined;
}

/**
 * The rows of running operations. Each change of phase or step comes with its journal entry in one transaction, so that who
 * reads the journal sees what the rows say.
 */
export class OperationStore {
  constructor(
    private readonly pool: pg.Pool,
    private readonly journal: Journal,
  ) {}

  async find(id: string): Promise<OperationRecord | undefined> {
    const { rows } = await this.pool.query<OperationRow>('SELECT * FROM operations WHERE id = $1', [id]);
    return rows[0] === undefined ? undefined : operationOf(rows[0]);
  }

  /** What a retry needs of an operation; input and result as they were given. */
  async kept(id: string): Promise<KeptOperation | undefined> {
    const { rows } = await this.pool.query<OperationRow & KeptOperation>('SELECT * FROM operations WHERE id = $1', [id]);
    const row = rows[0];
    return row && { record: operationOf(row), input: row.input, result: row.result, claimed: row.claimed };
  }

  /** Ids of operations whose start was recorded and that nobody may have begun. Those with a place in the queue were. */
  async queuedIds(olderThanMs: number): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT id FROM operations WHERE phase = 'QUEUED' AND queue IS NULL AND created_at < now() - $1 * interval '1 millisecond' ORDER BY created_at`,
      [olderThanMs],
    );
    return rows.map((row) => row.id);
  }

  async load(id: string): Promise<BegunOperation | undefined> {
    const { rows } = await this.pool.query<OperationRow & { input: string }>('SELECT * FROM operations WHERE id = $1', [id]);
    const row = rows[0];
    if (row === undefined) return undefined;
    const record = operationOf(row);
    const steps = await this.pool.query<StepRow>('SELECT * FROM operation_steps WHERE operation_id = $1 ORDER BY position', [id]);
    const figures = new Map<string, readonly PartFigures[]>();
    for (const step of steps.rows) {
      const own = figuresOf(step);
      if (step.parts.length > 0) figures.set(step.name, step.parts);
      else if (figureNames.some((name) => own[name] !== null)) figures.set(step.name, [{ part: null, ...own }]);
    }
    const { bytesDone, itemsDone } = record.progress;
    return { record, input: row.input, known: { bytesDone, itemsDone, steps: figures } };
  }

  /** QUEUED to RUNNING, unless a cancel came first. Again is no change. */
  async begin(id: string): Promise<void> {
    await this.#change(id, {
      sql: `UPDATE operations SET phase = 'RUNNING', started_at = coalesce(started_at, now())
            WHERE id = $1 AND phase = 'QUEUED' AND cancel_requested_at IS NULL RETURNING *`,
    });
  }

  /** Counts one more begin of a step; false, and nothing written, when a cancel was asked for. */
  async beginStep(step: StepWrite): Promise<{ readonly isCancelled: boolean; readonly attempt: number }> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<OperationRow>('SELECT * FROM operations WHERE id = $1 FOR SHARE', [step.operationId]);
      const row = rows[0];
      if (row === undefined || row.cancel_requested_at !== null) return { isCancelled: true, attempt: 0 };
      const begun = await client.query<{ attempts: number }>(
        `INSERT INTO operation_steps (operation_id, position, name, phase, attempts, started_at)
         VALUES ($1, $2, $3, 'RUNNING', 1, now())
         ON CONFLICT (operation_id, name) DO UPDATE
           SET phase = 'RUNNING', attempts = operation_steps.attempts + 1, error_code = NULL, error_message = NULL
         RETURNING attempts`,
        [step.operationId, step.position, step.name],
      );
      await this.journal.append([operationEvent(operationOf(row), { step: step.name })], client);
      return { isCancelled: false, attempt: begun.rows[0]?.attempts ?? 1 };
    });
  }

  /** One more try of a step within this process. */
  async countAttempt(step: StepWrite): Promise<number> {
    const { rows } = await this.pool.query<{ attempts: number }>(
      'UPDATE operation_steps SET attempts = attempts + 1 WHERE operation_id = $1 AND name = $2 RETURNING attempts',
      [step.operationId, step.name],
    );
    return rows[0]?.attempts ?? 1;
  }

  /** @param result sealed like the input; kept for a retry that need not do the step again */
  async finishStep(step: StepWrite, { error, result }: { readonly error?: OperationFailure; readonly result?: string }): Promise<void> {
    await this.pool.query(
      `UPDATE operation_steps SET phase = $3, error_code = $4, error_message = $5, result = $6, finished_at = now()
       WHERE operation_id = $1 AND name = $2`,
      [step.operationId, step.name, error === undefined ? 'DONE' : 'FAILED', error?.code ?? null, error?.message ?? null, result ?? null],
    );
  }

  /** Steps whose results were kept, and not longer ago than that. */
  async stepsDone(operationId: string, withinMs: number): Promise<readonly KeptStep[]> {
    const { rows } = await this.pool.query<KeptStep>(
      `SELECT name, result FROM operation_steps WHERE operation_id = $1 AND phase IN ('DONE', 'KEPT') AND result IS NOT NULL
       AND finished_at > now() - $2 * interval '1 millisecond' ORDER BY position`,
      [operationId, withinMs],
    );
    return rows;
  }

  /** Gives an operation that was just recorded the steps of another one, with their figures, as KEPT. */
  async takeOverSteps(transaction: Queryable, { from, to, steps }: { readonly from: string; readonly to: string; readonly steps: readonly KeptStep[] }): Promise<void> {
    if (steps.length === 0) return;
    const columns = ['position', 'attempts', 'parts', 'started_at', 'finished_at', ...figureColumns].join(', ');
    await transaction.query(
      `INSERT INTO operation_steps (operation_id, name, phase, result, ${columns})
       SELECT $2, s.name, 'KEPT', taken.result, ${columns} FROM operation_steps s JOIN unnest($3::text[], $4::text[]) AS taken (name, result) ON taken.name = s.name
       WHERE s.operation_id = $1`,
      [from, to, steps.map(({ name }) => name), steps.map(({ result }) => result)],
    );
  }

  /** The result of a step that is KEPT, as it was given; undefined when the step has to be done. */
  async keptResult({ operationId, name }: StepWrite): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ result: string }>(`SELECT result FROM operation_steps WHERE operation_id = $1 AND name = $2 AND phase = 'KEPT'`, [operationId, name]);
    return rows[0]?.result;
  }

  /** True for a step that was begun at least once and is not undone. */
  async wasBegun(operationId: string, name: string): Promise<boolean> {
    const { rows } = await this.pool.query(
      `SELECT 1 FROM operation_steps WHERE operation_id = $1 AND name = $2 AND phase <> 'UNDONE'`,
      [operationId, name],
    );
    return rows.length > 0;
  }

  async markUndone(operationId: string, name: string): Promise<void> {
    await this.pool.query(`UPDATE operation_steps SET phase = 'UNDONE' WHERE operation_id = $1 AND name = $2`, [
      operationId,
      name,
    ]);
  }

  /** Again is no change. */
  async warn(id: string, message: string): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query('UPDATE operations SET warnings = array_append(warnings, $2) WHERE id = $1 AND NOT ($2 = ANY(warnings))', [id, message]);
      if (rowCount === 1) await appendLogLines(client, id, [line(LogLevel.Warning, message)]);
    });
  }

  async writeLog(id: string, lines: readonly NewLogLine[]): Promise<void> {
    await inTransaction(this.pool, (client) => appendLogLines(client, id, lines));
  }

  async setSubject(id: string, subjectId: string): Promise<void> {
    await this.#change(id, {
      sql: 'UPDATE operations SET subject_id = $2 WHERE id = $1 AND subject_id IS DISTINCT FROM $2 RETURNING *',
      values: [subjectId],
    });
  }

  /** Writes the figures of the operation and of the steps that moved, with one event. */
  async writeProgress(id: string, { progress, parts, steps, step }: ProgressWrite): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<OperationRow>(
        `UPDATE operations SET bytes_per_second = $2, eta_seconds = $3, parts = $4, ${setFigures(5)}
         WHERE id = $1 AND phase = 'RUNNING' RETURNING *`,
        [id, progress.bytesPerSecond, progress.etaSeconds, JSON.stringify(parts), ...figureValues(progress)],
      );
      if (rows[0] === undefined) return;
      for (const [name, moved] of steps) {
        await client.query(`UPDATE operation_steps SET parts = $3, ${setFigures(4)} WHERE operation_id = $1 AND name = $2`, [
          id,
          name,
          JSON.stringify(moved.parts),
          ...figureValues(moved.figures),
        ]);
      }
      await this.journal.append([operationEvent(operationOf(rows[0]), { step: step ?? null, isProgress: true })], client);
    });
  }

  /**
   * Decides how the operation ends. A success is refused (false) when a cancel was asked for before: then the caller decides
   * CANCELLED. Again answers as the first time.
   */
  async decide(id: string, decision: Decision): Promise<boolean> {
    if (decision.outcome === 'SUCCEEDED') {
      const { progress, parts, result } = decision;
      await this.#change(id, {
        sql: `UPDATE operations SET phase = 'FINISHING', result = $2, parts = $3, bytes_per_second = NULL, eta_seconds = NULL, ${setFigures(4)}
              WHERE id = $1 AND phase = 'RUNNING' AND cancel_requested_at IS NULL RETURNING *`,
        values: [result, JSON.stringify(parts), ...figureValues(progress)],
      });
    } else {
      await this.#change(id, {
        sql: `UPDATE operations SET phase = 'FINISHING', error_code = $2, error_message = $3, parts = coalesce($4, parts), queue = NULL,
                bytes_per_second = NULL, eta_seconds = NULL
              WHERE id = $1 AND phase IN ('QUEUED', 'RUNNING') RETURNING *`,
        values: [decision.error.code, decision.error.message, decision.parts === undefined ? null : JSON.stringify(decision.parts)],
      });
    }
    const record = await this.find(id);
    const isDecided = record?.phase === OperationPhase.Finishing || record?.phase === OperationPhase.Done;
    return isDecided && (record.error === null) === (decision.outcome === 'SUCCEEDED');
  }

  /** FINISHING to DONE; what it had claimed, and its places, are free again. Again is no change. */
  async finish(id: string, outcome: OperationOutcome): Promise<void> {
    await this.#change(id, {
      sql: `UPDATE operations SET phase = 'DONE', finished_at = now(),
              outcome = CASE WHEN $2 = 'SUCCEEDED' AND cardinality(warnings) > 0 THEN 'SUCCEEDED_WITH_WARNINGS' ELSE $2 END
            WHERE id = $1 AND phase <> 'DONE' RETURNING *`,
      values: [outcome],
      also: async (client) => {
        await client.query('DELETE FROM operation_claims WHERE operation_id = $1', [id]);
        const { rowCount } = await client.query('DELETE FROM operation_slots WHERE operation_id = $1', [id]);
        if (rowCount !== 0) await client.query('SELECT pg_notify($1, $2)', [QUEUE_CHANNEL, '']);
        await appendLogLines(client, id, [line(outcome === 'SUCCEEDED' ? LogLevel.Info : LogLevel.Error, `ended: ${outcome.toLowerCase()}`)]);
      },
    });
  }

  /** False while another operation has it. */
  async claim(id: string, key: string): Promise<boolean> {
    const { rows } = await this.pool.query<{ operation_id: string }>(
      `INSERT INTO operation_claims (key, operation_id) VALUES ($1, $2)
       ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING operation_id`,
      [key, id],
    );
    return rows[0]?.operation_id === id;
  }

  async release(id: string, key: string): Promise<void> {
    await this.pool.query('DELETE FROM operation_claims WHERE key = $1 AND operation_id = $2', [key, id]);
  }

  /** Asks for a cancel; undefined when there is nothing to cancel any more. Again is no change. */
  async requestCancel(id: string): Promise<OperationRecord | undefined> {
    await this.#change(id, {
      sql: `UPDATE operations SET cancel_requested_at = now()
            WHERE id = $1 AND phase IN ('QUEUED', 'RUNNING') AND cancel_requested_at IS NULL RETURNING *`,
      also: async (client) => {
        await client.query('SELECT pg_notify($1, $2)', [CANCEL_CHANNEL, id]);
        await appendLogLines(client, id, [line(LogLevel.Warning, 'was asked to stop')]);
      },
    });
    const record = await this.find(id);
    return record?.cancelRequestedAt === null || record?.phase === OperationPhase.Done ? undefined : record;
  }

  /** Which of these operations somebody wants cancelled. */
  async cancelRequestedOf(ids: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      'SELECT id FROM operations WHERE id = ANY($1) AND cancel_requested_at IS NOT NULL',
      [ids],
    );
    return rows.map((row) => row.id);
  }

  /** One change of an operation's row with its event; nothing when the row does not match. */
  async #change(
    id: string,
    change: { sql: string; values?: unknown[]; also?: (client: pg.PoolClient) => Promise<unknown> },
  ): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<OperationRow>(change.sql, [id, ...(change.values ?? [])]);
      if (rows[0] === undefined) return;
      await change.also?.(client);
      await this.journal.append([operationEvent(operationOf(rows[0]))], client);
    });
  }
}

function line(level: LogLevel, message: string): NewLogLine {
  return { at: new Date(), level, step: null, message };
}

/** Assignments of all figures to parameters from `first` on. What was done never falls. */
function setFigures(first: number): string {
  return figureColumns
    .map((column, index) => `${column} = ${column.endsWith('_total') ? `$${first + index}` : `greatest(${column}, $${first + index})`}`)
    .join(', ');
}

function figureValues(figures: Figures): unknown[] {
  return figureNames.map((name) => whole(figures[name]));
}

function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
