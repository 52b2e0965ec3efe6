import { decodeJournalCursor, type Journal, type JournalEntry, type JournalFilter } from '@ocopea/operations';

export interface JournalStreamOptions<Event> {
  readonly journal: Journal;
  /** Cursor of the last event that the subscriber has. */
  readonly after?: string | null | undefined;
  readonly filter: JournalFilter;
  readonly signal: AbortSignal;
  /** The present state, with the place in the journal that it is of. Sent first to who is new, or was away for too long. */
  readonly snapshot: () => Promise<{ readonly seq: number; readonly events: readonly Event[] }>;
  /** `undefined` for an entry that is not for this stream. */
  readonly toEvent: (entry: JournalEntry) => Event | undefined;
}

/**
 * Events of the journal: right after the cursor that the subscriber has, or else the present state and everything after it.
 * Nothing is lost and nothing comes twice, for as long as the journal reaches back.
 *
 * @throws CURSOR_INVALID
 */
export async function* journalStream<Event>(options: JournalStreamOptions<Event>): AsyncGenerator<Event, void, undefined> {
  const { journal, filter, signal, snapshot, toEvent } = options;
  let seq = await resumableSeq(journal, options.after);
  if (seq === undefined) {
    const state = await snapshot();
    seq = state.seq;
    yield* state.events;
  }
  for await (const entry of journal.subscribe({ after: seq, filter, signal })) {
    const event = toEvent(entry);
    if (event !== undefined) yield event;
  }
}

async function resumableSeq(journal: Journal, after: string | null | undefined): Promise<number | undefined> {
  if (after === null || after === undefined) return undefined;
  const seq = decodeJournalCursor(after);
  const [oldest, head] = await Promise.all([journal.oldest(), journal.head()]);
  // A cursor from beyond the head is of another life of this database.
  return seq >= oldest && seq <= head ? seq : undefined;
}
