import type pg from 'pg';
import type { Journal } from './journal.js';
import type { OperationLog } from './log.js';
import type { OperationControl } from './operation-control.js';
import { operationEvent } from './operation-event.js';
import { operationOf, type OperationRow } from './operation-row.js';
import { admit, type QueuedSlot, type QueuePlace } from './queue-admission.js';
import { inTransaction } from './transaction.js';

/** Channel on which the replicas hear that places have become free. */
export const QUEUE_CHANNEL = 'ocopea_operation_queue';

/** One replica looks through the queue at a time. */
const QUEUE_LOCK = 7_206_122_402;
/** How many of those that moved up are told in the journal each time: a long queue must not fill it. */
const MOST_EVENTS = 20;
const LONGEST_TIMER_MS = 2_147_483_647;

export interface OperationQueueOptions {
  readonly pool: pg.Pool;
  readonly journal: Journal;
  readonly limitOf: (key: string) => number;
  /** How long an operation may wait, from when it was asked for. */
  readonly deadlineMs: number;
  readonly log: OperationLog;
}

/** How a wait for places ended. `stopped`: the operation was cancelled or interrupted before. */
export type QueueOutcome = 'admitted' | 'late' | 'stopped';

interface Row extends QueuedSlot {
  readonly queue: QueuePlace | null;
}

/**
 * Lets operations wait until there is a place for them at everything they need. Who holds what is in the table
 * `operation_slots`, so a place is kept over crashes until the operation is DONE, and the limits hold for all replicas together.
 */
export class OperationQueue {
  readonly #waiting = new Map<string, (outcome: QueueOutcome) => void>();
  #looking: Promise<void> | undefined;
  #isDue = false;

  constructor(private readonly options: OperationQueueOptions) {}

  /** Resolves at once for an operation that needs no place, or has its places from before a crash. */
  async enter(id: string, control: OperationControl): Promise<QueueOutcome> {
    const { rows } = await this.options.pool.query<{ held: boolean | null; waits_ms: string }>(
      `SELECT bool_and(s.is_held) AS held, extract(epoch FROM now() - o.created_at) * 1000 AS waits_ms
       FROM operations o LEFT JOIN operation_slots s ON s.operation_id = o.id WHERE o.id = $1 GROUP BY o.id`,
      [id],
    );
    if (rows[0]?.held !== false) return 'admitted';
    const stop = new AbortController();
    const unbind = control.bind(stop);
    const leftMs = Math.max(0, this.options.deadlineMs - Number(rows[0].waits_ms));
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<QueueOutcome>((resolve) => {
        this.#waiting.set(id, resolve);
        timer = setTimeout(() => resolve('late'), Math.min(leftMs, LONGEST_TIMER_MS));
        stop.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
        if (stop.signal.aborted) resolve('stopped');
        this.wake();
      });
    } finally {
      clearTimeout(timer);
      unbind();
      this.#waiting.delete(id);
    }
  }

  /** Places may have become free, or somebody has come. Does nothing where nobody waits. */
  wake(): void {
    if (this.#waiting.size === 0) return;
    this.#isDue = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  async #look(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false;
      try {
        for (const id of await this.#admit()) this.#waiting.get(id)?.('admitted');
      } catch (error) {
        // Asked again with the next heartbeat.
        this.options.log.warn({ err: error }, 'the queue of operations could not be looked through');
      }
    }
  }

  /** @returns all that have their places, of whatever replica */
  async #admit(): Promise<readonly string[]> {
    const { pool, limitOf } = this.options;
    return inTransaction(pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [QUEUE_LOCK]);
      const { rows } = await client.query<Row>(
        `SELECT s.operation_id AS "operationId", s.key, s.is_held AS "isHeld", o.queue FROM operation_slots s JOIN operations o ON o.id = s.operation_id
         WHERE s.is_held OR (o.phase = 'QUEUED' AND o.cancel_requested_at IS NULL) ORDER BY o.created_at, o.id COLLATE "C", s.key`,
      );
      const { admitted, waiting } = admit(rows, limitOf);
      if (admitted.length > 0) {
        await client.query('UPDATE operation_slots SET is_held = TRUE WHERE operation_id = ANY($1)', [admitted]);
        await client.query('UPDATE operations SET queue = NULL WHERE id = ANY($1) AND queue IS NOT NULL', [admitted]);
        // Others may run them.
        if (admitted.some((id) => !this.#waiting.has(id))) await client.query('SELECT pg_notify($1, $2)', [QUEUE_CHANNEL, '']);
      }
      await this.#tellPlaces(client, rows, waiting);
      return [...admitted, ...rows.flatMap(({ operationId, isHeld }) => (isHeld ? [operationId] : []))];
    });
  }

  async #tellPlaces(client: pg.PoolClient, rows: readonly Row[], waiting: ReadonlyMap<string, QueuePlace>): Promise<void> {
    const known = new Map(rows.map(({ operationId, queue }) => [operationId, queue]));
    const moved = [...waiting].filter(([id, place]) => !isSamePlace(known.get(id) ?? null, place));
    if (moved.length === 0) return;
    const { rows: written } = await client.query<OperationRow>(
      `UPDATE operations o SET queue = moved.place FROM unnest($1::text[], $2::jsonb[]) AS moved (id, place) WHERE o.id = moved.id RETURNING o.*`,
      [moved.map(([id]) => id), moved.map(([, place]) => JSON.stringify(place))],
    );
    const byId = new Map(written.map((row) => [row.id, operationOf(row)]));
    const told = moved.slice(0, MOST_EVENTS).flatMap(([id]) => byId.get(id) ?? []);
    await this.options.journal.append(told.map((record) => operationEvent(record)), client);
  }
}

function isSamePlace(one: QueuePlace | null, other: QueuePlace): boolean {
  return (
    one !== null &&
    one.position === other.position &&
    one.waitsFor.length === other.waitsFor.length &&
    one.waitsFor.every(({ subjectId, limit }, index) => subjectId === other.waitsFor[index]?.subjectId && limit === other.waitsFor[index]?.limit)
  );
}
