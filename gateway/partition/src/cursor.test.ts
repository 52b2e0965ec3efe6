import { expect, it } from 'vitest';
import { compareCursors, decodeCursor, encodeCursor, type ConnectionCursor } from './cursor.js';

const at = (sortKey: ConnectionCursor['sortKey'], id = 'a.x.1', order = 'k:ASC'): ConnectionCursor => ({ order, sortKey, id });

it('survives the way to the client and back', () => {
  for (const sortKey of ['2026-11-22T10:00:00.000Z', 42, -1.5, null, 'é "quoted" 😀']) {
    expect(decodeCursor(encodeCursor(at(sortKey)))).toEqual(at(sortKey));
  }
});

it.each(['', 'x', 'bm9wZQ', Buffer.from('[2,"k:ASC",1,"a"]').toString('base64url'), Buffer.from('[1,"k",1,"a"]').toString('base64url'), Buffer.from('[1,"k:ASC",{},"a"]').toString('base64url'), 'A'.repeat(5_000), 7, null])(
  'takes %j for no cursor',
  (encoded) => expect(decodeCursor(encoded)).toBeUndefined(),
);

it('orders by key, then id, nulls last, and downward all the other way round', () => {
  const upward = [at(-1), at(2), at(10), at(10, 'b.x.1'), at(null), at(null, 'b')];
  expect(upward.toReversed().sort(compareCursors)).toEqual(upward);
  const downward = upward.map((cursor) => ({ ...cursor, order: 'k:DESC' })).toReversed();
  expect(downward.toReversed().sort(compareCursors)).toEqual(downward);
});

it('orders text by code point, as collation "C" does', () => {
  const texts = ['', 'A', 'Z', 'a', 'aa', 'b', 'é', '\uffee', '😀'];
  expect(texts.toReversed().map((text) => at(text)).sort(compareCursors).map(({ sortKey }) => sortKey)).toEqual(texts);
  const byBytes = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(byBytes).toEqual(texts);
});
