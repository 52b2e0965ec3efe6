import { cursorInvalid, type ConnectionCursor, type ConnectionPage } from '@ocopea/graph';
import type { JournalFilter, JournalPageOptions, JournalPlace } from '../journal.js';
import { seqOfEventId } from './event-id.js';

/** What to ask the journal for, to get one page (and one entry more) of a list in the order `at:ASC` or `at:DESC`. */
export function eventPage(page: ConnectionPage, ownerId: string, filter: JournalFilter): JournalPageOptions {
  return {
    order: page.order.endsWith(':ASC') ? 'ASC' : 'DESC',
    direction: page.direction,
    limit: page.limit + 1,
    filter,
    ...(page.after !== undefined && { after: placeOf(page.after, ownerId, 'after') }),
    ...(page.before !== undefined && { before: placeOf(page.before, ownerId, 'before') }),
  };
}

/**
 * The place of a cursor among the entries of this owner. In a list merged over many owners the cursor may be of another's
 * entry: of the entries of the same millisecond, all or none are then before it, as the owners' names are ordered.
 */
function placeOf({ sortKey, id, order }: ConnectionCursor, ownerId: string, argument: string): JournalPlace {
  const at = new Date(typeof sortKey === 'string' ? sortKey : Number.NaN);
  if (Number.isNaN(at.getTime())) throw cursorInvalid(argument, order);
  const prefix = `${ownerId}.event.`;
  if (id.startsWith(prefix)) {
    try {
      return { at, seq: seqOfEventId(id) };
    } catch (error) {
      throw cursorInvalid(argument, order, { cause: error });
    }
  }
  return { at, seq: prefix > id ? 0 : Number.MAX_SAFE_INTEGER };
}
