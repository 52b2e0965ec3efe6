import type pg from 'pg';
import { conflict } from '@ocopea/graph';
import type { Journal } from './journal.js';
import type { StartOptions } from './operation-engine.js';
import { operationEvent } from './operation-event.js';
import type { OperationRecord } from './operation-record.js';
import { operationOf, type OperationRow } from './operation-row.js';
import { inTransaction } from './transaction.js';

export interface NewOperation extends Omit<StartOptions, 'id'> {
  readonly id: string;
  readonly kind: string;
  /** As it is kept, sealed or not. */
  readonly input: string;
  readonly retryOf?: string;
  /** Ids of what it takes a place at. */
  readonly places: readonly string[];
}

/**
 * Records that an operation was asked for, with what belongs to it, in one transaction. Answers the first one when the
 * idempotency key or the id was seen before.
 *
 * @throws CONFLICT when a claim is taken
 */
export async function recordOperation(pool: pg.Pool, journal: Journal, operation: NewOperation): Promise<OperationRecord> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<OperationRow>(
      `INSERT INTO operations (id, kind, phase, cause_kind, cause_name, subject_id, input, idempotency_key, retry_of, claimed)
       VALUES ($1, $2, 'QUEUED', $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING *`,
      [
        operation.id,
        operation.kind,
        operation.cause.kind,
        operation.cause.name,
        operation.subjectId ?? null,
        operation.input,
        operation.idempotencyKey ?? null,
        operation.retryOf ?? null,
        operation.claims ?? [],
      ],
    );
    if (rows[0] === undefined) return first(client, operation);
    await claim(client, operation.id, operation.claims ?? []);
    await client.query('INSERT INTO operation_slots (operation_id, key) SELECT $1, unnest($2::text[])', [operation.id, [...new Set(operation.places)]]);
    await operation.within?.(client, operation.id);
    const record = operationOf(rows[0]);
    await journal.append([operationEvent(record)], client);
    return record;
  });
}

async function first(client: pg.PoolClient, operation: NewOperation): Promise<OperationRecord> {
  const { rows } = await client.query<OperationRow>(
    'SELECT * FROM operations WHERE id = $1 OR (kind = $2 AND idempotency_key = $3)',
    [operation.id, operation.kind, operation.idempotencyKey ?? null],
  );
  if (rows[0] === undefined) throw new Error(`invariant: the operation that stands in the way of ${operation.id} is gone`);
  return operationOf(rows[0]);
}

/** In one order for all, so that two operations that claim the same things never wait for each other. */
async function claim(client: pg.PoolClient, operationId: string, keys: readonly string[]): Promise<void> {
  for (const key of [...new Set(keys)].sort()) {
    const { rowCount } = await client.query(
      'INSERT INTO operation_claims (key, operation_id) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING',
      [key, operationId],
    );
    if (rowCount === 1) continue;
    const { rows } = await client.query<{ id: string; kind: string; phase: string }>(
      'SELECT o.id, o.kind, o.phase FROM operation_claims c JOIN operations o ON o.id = c.operation_id WHERE c.key = $1',
      [key],
    );
    const holder = rows[0];
    throw conflict(
      holder === undefined
        ? `"${key}" was in use by an operation a moment ago; ask again`
        : `"${key}" is in use by operation "${holder.id}" (${holder.kind}, ${holder.phase}); wait for it or cancel it`,
      { details: { key, operationId: holder?.id ?? null } },
    );
  }
}
