import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookRow } from './testing/library.js';
import { LibraryNetwork } from './testing/library-network.js';

const PAGE = `query($first: Int, $after: String, $last: Int, $before: String, $order: BookOrder, $genre: Genre) {
  books(first: $first, after: $after, last: $last, before: $before, orderBy: $order, genre: $genre) {
    totalCount nodes { id pages title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const ORDERS = {
  TITLE_ASC: (a: BookRow, b: BookRow) => byText(a.title, b.title) || byText(a.id, b.id),
  // Nulls are the greatest, so downward they come first.
  PAGES_DESC: (a: BookRow, b: BookRow) => (b.pages ?? 1_000) - (a.pages ?? 1_000) || byText(b.id, a.id),
};

describe.each([{ way: 'in full', keysFirstFrom: 99 }, { way: 'keys first', keysFirstFrom: 1 }])('books of seven libraries, asked $way', ({ keysFirstFrom }) => {
  let network: LibraryNetwork;
  const all = (): BookRow[] => network.libraries.flatMap(({ books }) => books);
  beforeAll(async () => {
    network = await LibraryNetwork.start({ ids: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], keysFirstFrom });
    // One library has most of them, and few values are many books'.
    for (let i = 0; i < 140; i++) {
      const place = i % 3 ? 0 : (i * 5) % 7;
      network.libraries[place]!.addBook(i, { title: `Title ${(i * 37) % 23}`, pages: i % 9 ? (i * 11) % 31 : null, genre: i % 4 ? 'CRIME' : 'POETRY' });
    }
  });
  afterAll(() => network.stop());

  it.each(
    (['TITLE_ASC', 'PAGES_DESC'] as const).flatMap((order) => [null, 'POETRY'].flatMap((genre) => [true, false].map((isForward) => ({ order, genre, isForward })))),
  )('come in the order $order, with the filter $genre, page by page (forward: $isForward)', async ({ order, genre, isForward }) => {
    const wanted = all()
      .filter((book) => genre === null || book.genre === genre)
      .sort(ORDERS[order])
      .map(({ id }) => id);
    const seen: string[] = [];
    let cursor: string | null = null;
    for (;;) {
      const { data, errors } = await network.query(PAGE, { order, genre, ...(isForward ? { first: 11, after: cursor } : { last: 11, before: cursor }) });
      expect(errors).toEqual([]);
      expect(data.books.totalCount).toBe(wanted.length);
      const ids = data.books.nodes.map(({ id }: { id: string }) => id);
      if (isForward) seen.push(...ids);
      else seen.unshift(...ids);
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = data.books.pageInfo;
      if (!(isForward ? hasNextPage : hasPreviousPage)) break;
      expect(ids).toHaveLength(11);
      cursor = isForward ? endCursor : startCursor;
    }
    expect(seen).toEqual(wanted);
  });

  it('without one of the libraries: its rows are missing from nodes and totalCount, and it is said once', async () => {
    const [gone] = network.libraries;
    await gone!.stop();
    try {
      const { data, errors } = await network.query(PAGE, { first: 5, order: 'TITLE_ASC' });
      const rest = all().filter(({ id }) => !id.startsWith('a.'));
      expect(data.books.totalCount).toBe(rest.length);
      expect(data.books.nodes.map(({ id }: { id: string }) => id)).toEqual(rest.sort(ORDERS.TITLE_ASC).slice(0, 5).map(({ id }) => id));
      expect(errors).toMatchObject([{ path: ['books'], extensions: { code: 'SITE_UNAVAILABLE', site: 'a' } }]);
    } finally {
      await gone!.start();
    }
  });
});
