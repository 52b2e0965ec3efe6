import { afterEach, expect, it } from 'vitest';
import type { MemberCallEnded, PartitionFetchEnded } from './partition-observer.js';
import { LibraryNetwork } from './testing/library-network.js';

let network: LibraryNetwork;
afterEach(() => network.stop());

it('is told of each fetch and of the calls it made, with the context of the request', async () => {
  const calls: MemberCallEnded[] = [];
  const fetches: PartitionFetchEnded[] = [];
  network = await LibraryNetwork.start({
    caller: { observer: { callEnded: (call) => void calls.push(call), fetchEnded: (fetch) => void fetches.push(fetch) } },
  });
  network.library('oslo').addBook(1);
  network.library('tromso').addBook(2);
  await network.query('{ books(first: 5) { nodes { title } } }');
  await network.query('mutation { lend(input: { bookId: "oslo.book.00001", reader: "Ada" }) { loans } }');

  // Keys from all three, bodies from the two that have books.
  expect(fetches).toMatchObject([
    { operation: 'query', members: 3, errors: 0 },
    { operation: 'mutation', members: 1, errors: 0 },
  ]);
  expect(calls.map(({ member }) => member).toSorted()).toEqual(['bergen', 'oslo', 'oslo', 'oslo', 'tromso', 'tromso']);
  for (const { durationMs, fetchMs, mergeMs } of fetches) {
    expect(fetchMs).toBeGreaterThan(0);
    expect(fetchMs + mergeMs).toBeCloseTo(durationMs, 6);
  }
  expect(new Set(calls.map(({ context }) => context))).toEqual(new Set(fetches.map(({ context }) => context)));
});
