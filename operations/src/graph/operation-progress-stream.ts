import { encodeJournalCursor, snapshotCursors } from '../journal-cursor.js';
import type { JournalEntry } from '../journal.js';
import type { OperationEngine } from '../operation-engine.js';
import { OPERATION_CHANGED, OPERATION_PROGRESS, operationEventPayload } from '../operation-event.js';
import type { OperationRecord } from '../operation-record.js';
import type { OperationProgressEvent } from './operation-progress-event.js';

export interface OperationProgressStreamOptions {
  /** One operation. @default all */
  readonly operationId?: string | undefined;
  /** Entries behind this place in the journal. @default the present state, and what comes after it */
  readonly after?: number | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Events of operations, each once: behind `after`, or behind a snapshot that comes first when there is no `after` or it is
 * older than the journal. Snapshot and place in the journal are of one moment, so bytes do not fall from one to the other.
 */
export function operationProgressStream(
  engine: OperationEngine,
  options: OperationProgressStreamOptions,
): AsyncIterableIterator<OperationProgressEvent> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  if (options.signal?.aborted === true) stop.abort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const events = progressEvents(engine, options, stop.signal);
  return {
    next: () => events.next(),
    // A generator that waits for an entry would hear of it only with the next one.
    return: async () => {
      options.signal?.removeEventListener('abort', onAbort);
      stop.abort();
      return events.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* progressEvents(
  engine: OperationEngine,
  { operationId, after }: OperationProgressStreamOptions,
  signal: AbortSignal,
): AsyncGenerator<OperationProgressEvent, void, void> {
  let seen = after;
  if (seen === undefined || seen < (await engine.journal.oldest())) {
    const snapshot = await engine.snapshot(operationId === undefined ? { isUnfinished: true } : { operationId });
    seen = snapshot.seq;
    const cursors = snapshotCursors(seen, snapshot.operations.length);
    for (const [index, record] of snapshot.operations.entries()) yield snapshotEvent(record, cursors[index]!);
  }
  const filter = { kinds: [OPERATION_CHANGED, OPERATION_PROGRESS], ...(operationId === undefined ? {} : { operationId }) };
  for await (const entry of engine.journal.subscribe({ after: seen, filter, signal })) {
    const event = progressEvent(entry);
    if (event !== undefined) yield event;
  }
}

/** The event of a journal entry; undefined for an entry of another kind. */
export function progressEvent(entry: JournalEntry): OperationProgressEvent | undefined {
  const payload = operationEventPayload(entry);
  if (payload === undefined) return undefined;
  const { operationId, phase, outcome, step, progress, parts = [], queue = null, error } = payload;
  return { cursor: encodeJournalCursor(entry.seq), operationId, phase, outcome, step, progress, parts, queue, error, at: entry.at, snapshot: false };
}

function snapshotEvent(record: OperationRecord, cursor: string): OperationProgressEvent {
  const { id, phase, outcome, progress, parts, queue, error } = record;
  return { cursor, operationId: id, phase, outcome, step: null, progress, parts, queue, error, at: new Date(), snapshot: true };
}
