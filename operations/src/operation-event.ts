import type { JournalEntry, NewJournalEntry } from './journal.js';
import type { Json } from './json.js';
import type { QueuePlace } from './queue-admission.js';
import type { OperationFailure, OperationOutcome, OperationPhase, OperationProgress, OperationRecord, PartProgress } from './operation-record.js';

/** Journal kind of a change of phase, step or subject. */
export const OPERATION_CHANGED = 'operation.changed';
/** Journal kind of new figures and nothing else; see `progress-writer.ts` for how many there may be. */
export const OPERATION_PROGRESS = 'operation.progress';

/** The payload of both kinds: the operation as it was at the event. */
export interface OperationEventPayload {
  readonly operationId: string;
  readonly kind: string;
  readonly phase: OperationPhase;
  readonly outcome: OperationOutcome | null;
  readonly step: string | null;
  readonly progress: OperationProgress;
  /** Absent in entries of releases that knew no parts. */
  readonly parts?: readonly PartProgress[];
  /** Absent in entries of releases that had no queue. */
  readonly queue?: QueuePlace | null;
  readonly subjectId: string | null;
  readonly error: OperationFailure | null;
}

export function operationEvent(
  record: OperationRecord,
  at: { readonly step?: string | null; readonly isProgress?: boolean } = {},
): NewJournalEntry {
  const payload: OperationEventPayload = {
    operationId: record.id,
    kind: record.kind,
    phase: record.phase,
    outcome: record.outcome,
    step: at.step ?? null,
    progress: record.progress,
    parts: record.parts,
    queue: record.queue,
    subjectId: record.subjectId,
    error: record.error,
  };
  return {
    kind: at.isProgress === true ? OPERATION_PROGRESS : OPERATION_CHANGED,
    subjectId: record.subjectId ?? undefined,
    operationId: record.id,
    message: sentence(record, at.step ?? null),
    payload: payload as unknown as Json,
  };
}

/** The payload of an entry of kind {@link OPERATION_CHANGED} or {@link OPERATION_PROGRESS}; undefined for any other. */
export function operationEventPayload(entry: JournalEntry): OperationEventPayload | undefined {
  if (entry.kind !== OPERATION_CHANGED && entry.kind !== OPERATION_PROGRESS) return undefined;
  return entry.payload as unknown as OperationEventPayload;
}

function sentence(record: OperationRecord, step: string | null): string {
  const { kind, outcome, error, phase } = record;
  if (phase === 'DONE') {
    const ended = (outcome ?? 'DONE').toLowerCase().replaceAll('_', ' ');
    return outcome === 'FAILED' && error !== null ? `${kind} ${ended}: ${error.message}` : `${kind} ${ended}`;
  }
  if (phase === 'FINISHING') return `${kind} is finishing`;
  if (record.cancelRequestedAt !== null) return `${kind} was asked to stop`;
  if (phase === 'QUEUED') return `${kind} waits for its turn${record.queue === null ? '' : `: ${queueSentence(record.queue)}`}`;
  return step === null ? `${kind} is running` : `${kind} is at step "${step}"`;
}

/** `place 3, for "eu-central", which takes 8 at once` */
function queueSentence({ position, waitsFor }: QueuePlace): string {
  return `place ${position}, for ${waitsFor.map(({ subjectId, limit }) => `"${subjectId}", which takes ${limit} at once`).join(', and for ')}`;
}
