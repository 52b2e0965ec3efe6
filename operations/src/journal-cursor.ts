import { cursorInvalid } from '@ocopea/graph';

/** Opaque text for a place in the journal, as subscriptions take it in `after`. */
export function encodeJournalCursor(seq: number): string {
  return Buffer.from(JSON.stringify([1, 'journal', seq])).toString('base64url');
}

/**
 * Cursors for the events of one snapshot, in their order. Only who has the last one has the whole state of `seq`; behind any
 * other the snapshot has to come again, since nothing says what was in the rest of it.
 */
export function snapshotCursors(seq: number, count: number): readonly string[] {
  // No two snapshots have a cursor in common, so that nobody goes on in the middle of another one.
  const snapshot = Math.random().toString(36).slice(2);
  return Array.from({ length: count }, (_, place) =>
    place === count - 1 ? encodeJournalCursor(seq) : Buffer.from(JSON.stringify([1, 'snapshot', snapshot, place])).toString('base64url'),
  );
}

/** What {@link decodeJournalCursor} answers for a cursor within a snapshot: before all that any journal keeps. */
export const WITHIN_SNAPSHOT = -1;

/** @throws CURSOR_INVALID */
export function decodeJournalCursor(text: string, argument = 'after'): number {
  const seq = parse(text);
  if (seq === undefined) throw cursorInvalid(argument, 'journal');
  return seq;
}

function parse(text: string): number | undefined {
  if (text.length > 200) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(value) && value.length === 4 && value[0] === 1 && value[1] === 'snapshot') return WITHIN_SNAPSHOT;
    if (!Array.isArray(value) || value.length !== 3 || value[0] !== 1 || value[1] !== 'journal') return undefined;
    const seq: unknown = value[2];
    return typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0 ? seq : undefined;
  } catch {
    return undefined;
  }
}
