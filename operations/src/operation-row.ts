import type { FigureName, Figures, PartFigures } from './progress-figures.js';
import { figureColumns, figureNames, progressOf } from './progress-figures.js';
import type { QueuePlace } from './queue-admission.js';
import type {
  OperationFailure,
  OperationOutcome,
  OperationPhase,
  OperationRecord,
  PartProgress,
  StepPhase,
  StepRecord,
} from './operation-record.js';

/** Figures as `pg` brings them: 64-bit numbers come as text. */
export type FigureColumns = Record<(typeof figureColumns)[number], string | number | null>;

/** A row of `operations`. */
export interface OperationRow extends FigureColumns {
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
  parts: PartProgress[];
  queue: QueuePlace | null;
  bytes_per_second: number | null;
  eta_seconds: number | null;
  cancel_requested_at: Date | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

/** A row of `operation_steps`. */
export interface StepRow extends FigureColumns {
  operation_id: string;
  position: number;
  name: string;
  phase: StepPhase;
  attempts: number;
  error_code: string | null;
  error_message: string | null;
  parts: PartFigures[];
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
    progress: progressOf(figuresOf(row), { bytesPerSecond: row.bytes_per_second, etaSeconds: row.eta_seconds }),
    parts: row.parts,
    queue: row.queue,
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
  const figures = figuresOf(row);
  return {
    name: row.name,
    phase: row.phase,
    attempts: row.attempts,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    progress: figureNames.some((name) => figures[name] !== null) ? progressOf(figures) : null,
    parts: row.parts.flatMap(({ part, ...share }) => (part === null ? [] : [{ name: part, progress: progressOf(share) }])),
    error: failureOf(row),
  };
}

function failureOf(row: { error_code: string | null; error_message: string | null }): OperationFailure | null {
  return row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' };
}

export function figuresOf(row: FigureColumns): Figures {
  const entries = figureNames.map((name, index): [FigureName, number | null] => {
    const value = row[figureColumns[index]!];
    return [name, value === null ? null : Number(value)];
  });
  return Object.fromEntries(entries) as Figures;
}
