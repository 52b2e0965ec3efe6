import { expect, it } from 'vitest';
import { decodeJournalCursor, encodeJournalCursor, snapshotCursors, WITHIN_SNAPSHOT } from './journal-cursor.js';

it('stands for a place in the journal, and nothing else does', () => {
  expect(decodeJournalCursor(encodeJournalCursor(42))).toBe(42);
  for (const text of ['', '42', 'bm9uc2Vuc2U', Buffer.from('[1,"journal",-1]').toString('base64url')]) expect(() => decodeJournalCursor(text)).toThrow(/cursor/);
});

it('is a place behind a snapshot only for who has the last event of it', () => {
  const cursors = snapshotCursors(42, 3);
  expect(cursors.map((cursor) => decodeJournalCursor(cursor))).toEqual([WITHIN_SNAPSHOT, WITHIN_SNAPSHOT, 42]);
  expect(new Set([...cursors, ...snapshotCursors(42, 3)]).size).toBe(5);
  expect(snapshotCursors(42, 0)).toEqual([]);
});
