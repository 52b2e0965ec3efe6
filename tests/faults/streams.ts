import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { EndedOperation } from '@ocopea/test-support';
import { parse } from 'graphql';

/** What every event of a stream has. */
export interface StreamEvent {
  readonly cursor: string;
}

/** One root field under the alias `event`, with the variable `$after`. */
export type StreamDocument<Event extends StreamEvent> = TypedDocumentNode<{ readonly event: Event }, { readonly after?: string }>;

interface Figures {
  readonly bytesDone: number;
  readonly bytesTotal: number | null;
}

export interface OperationProgressEvent extends StreamEvent {
  readonly at: string;
  readonly phase: string;
  readonly outcome: string | null;
  readonly step: string | null;
  readonly snapshot: boolean;
  readonly progress: Figures;
  readonly operation: { readonly id: string; readonly kind: string };
}

export interface CopyProgressEvent extends StreamEvent {
  readonly at: string;
  readonly phase: string;
  readonly outcome: string | null;
  readonly verified: boolean;
  readonly snapshot: boolean;
  readonly progress: Figures;
  readonly operation: { readonly id: string } | null;
}

export interface JournalEvent extends StreamEvent {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly subjectId: string | null;
  readonly message: string;
}

/** A subscription that is followed, and how its events are told apart. */
export interface Stream<Event extends StreamEvent> {
  readonly document: StreamDocument<Event>;
  /** The Site or Hub that an event comes from. */
  readonly ownerOf: (event: Event) => string;
  /** Whether an event tells the end of an operation. */
  readonly isEndOf: (event: Event, operation: EndedOperation) => boolean;
}

// The documents select only what belongs to the event: what it refers to goes on changing, and may be deleted.

export const operationProgress: Stream<OperationProgressEvent> = {
  document: parse(`
    subscription($after: String) {
      event: operationProgress(after: $after) { cursor at phase outcome step snapshot progress { bytesDone bytesTotal } operation { id kind } }
    }`) as StreamDocument<OperationProgressEvent>,
  ownerOf: ({ operation }) => ownerOfId(operation.id),
  isEndOf: ({ phase, operation }, { id }) => phase === 'DONE' && operation.id === id,
};

export const copyProgress: Stream<CopyProgressEvent> = {
  document: parse(`
    subscription($after: String) {
      event: copyProgress(after: $after) { cursor at phase outcome verified snapshot progress { bytesDone bytesTotal } operation { id } }
    }`) as StreamDocument<CopyProgressEvent>,
  // Only a copy that arrived has no operation, and copies arrive only there.
  ownerOf: ({ operation }) => (operation === null ? 'us-west' : ownerOfId(operation.id)),
  isEndOf: ({ phase, operation }, { id }) => phase === 'DONE' && operation?.id === id,
};

export const journal: Stream<JournalEvent> = {
  document: parse(`
    subscription($after: String) {
      event: events(after: $after) { cursor id at kind subjectId message }
    }`) as StreamDocument<JournalEvent>,
  ownerOf: ({ id }) => ownerOfId(id),
  isEndOf: ({ kind, subjectId, message }, operation) =>
    kind === 'operation.changed' && subjectId === operation.subjectId && message.startsWith(`${operation.kind} ${operation.outcome!.toLowerCase()}`),
};

function ownerOfId(id: string): string {
  return id.split('.', 1)[0]!;
}
