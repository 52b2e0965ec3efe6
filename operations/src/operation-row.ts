import type {
  OperationFailure,
  OperationOutcome,
  OperationPhase,
  OperationRecord,
  StepPhase,
  StepRecord,
} from './operation-record.js';

/** A row of `operations` as `pg` brings it: 64-bit numbers come as text. */
export interface OperationRow {
  id: string;
  kind: string;
  phase: OperationPhase;
  outcome: OperationOutcome | null;
  cause_kind: string;
  cause_name: string;
  subject_id: string | null;
  retry_of: string | null;
  error_code: string | null;
  error_message: string | null;
  warnings: string[];
  bytes_done: string;
  bytes_total: string | null;
  items_done: number;
  items_total: number | null;
  bytes_per_second: number | null;
  eta_seconds: number | null;
  cancel_requested_at: Date | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

/** A row of `operation_steps`. */
export interface StepRow {
  operation_id: string;
  position: number;
  name: string;
  phase: StepPhase;
  attempts: number;
  error_code: string | null;
  error_message: string | null;
  bytes_done: string | null;
  bytes_total: string | null;
  items_done: number | null;
  items_total: number | null;
  started_at: Date | null;
  finished_at: Date | null;
}

export function operationOf(row: OperationRow): OperationRecord {
  return {
    id: row.id,
    kind: row.kind,
    phase: row.phase,
    outcome: row.outcome,
    cause: { kind: row.cause_kind, name: row.cause_name },
    subjectId: row.subject_id,
    progress: {
      bytesDone: Number(row.bytes_done),
      bytesTotal: numberOf(row.bytes_total),
      itemsDone: row.items_done,
      itemsTotal: row.items_total,
      bytesPerSecond: row.bytes_per_second,
      etaSeconds: row.eta_seconds,
    },
    error: failureOf(row),
    warnings: row.warnings,
    retryOf: row.retry_of,
    cancelRequestedAt: row.cancel_requested_at,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

export function stepOf(row: StepRow): StepRecord {
  const reports = row.bytes_done !== null || row.items_done !== null || row.bytes_total !== null || row.items_total !== null;
  return {
    name: row.name,
    phase: row.phase,
    attempts: row.attempts,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    progress: reports
      ? {
          bytesDone: Number(row.bytes_done ?? 0),
          bytesTotal: numberOf(row.bytes_total),
          itemsDone: row.items_done ?? 0,
          itemsTotal: row.items_total,
          bytesPerSecond: null,
          etaSeconds: null,
        }
      : null,
    error: failureOf(row),
  };
}

function failureOf(row: { error_code: string | null; error_message: string | null }): OperationFailure | null {
  return row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' };
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
