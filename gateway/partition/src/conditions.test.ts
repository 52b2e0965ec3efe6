import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LibraryNetwork } from './testing/library-network.js';

/** Everything that a client may leave out, under a variable of its own. */
const DOCUMENT = `query($roots: Boolean!, $parts: Boolean!, $rows: Boolean!, $fields: Boolean!, $below: Boolean!) {
  stock @include(if: $roots) { books bytes @include(if: $fields) byGenre @skip(if: $below) { crime } }
  branches @skip(if: $roots) { name @skip(if: $fields) library { id city @include(if: $below) } }
  book(id: "oslo.book.00001") { id ... @include(if: $fields) { title } shelf @skip(if: $below) { room } }
  books(first: 2) {
    totalCount @include(if: $parts)
    pageInfo @skip(if: $parts) { hasNextPage ... on PageInfo @include(if: $fields) { hasPreviousPage } }
    edges @include(if: $rows) { cursor @include(if: $fields) node { id stars @skip(if: $fields) ...more @include(if: $below) } }
    nodes @skip(if: $rows) { id title @include(if: $fields) }
  }
}
fragment more on Book { shelf { room @include(if: $fields) row } }`;

type Switches = Record<'roots' | 'parts' | 'rows' | 'fields' | 'below', boolean>;

const only = (condition: boolean, value: object): object => (condition ? value : {});

/** What the answer must be, said by hand. */
function expected({ roots, parts, rows, fields, below }: Switches): object {
  const first = { id: 'bergen.book.00001', title: 'Title 1' };
  const second = { id: 'oslo.book.00001', title: 'Title 1' };
  return {
    ...only(roots, { stock: { books: 3, ...only(fields, { bytes: '27021597764222979' }), ...only(!below, { byGenre: { crime: 3 } }) } }),
    ...only(!roots, {
      branches: ['Main bergen', 'Station bergen', 'Main oslo', 'Station oslo', 'Main tromso', 'Station tromso'].map((name) => {
        const id = name.split(' ')[1];
        return { ...only(!fields, { name }), library: { id, ...only(below, { city: `City of ${id}` }) } };
      }),
    }),
    book: { id: second.id, ...only(fields, { title: 'Title 1' }), ...only(!below, { shelf: { room: 'room of oslo' } }) },
    books: {
      ...only(parts, { totalCount: 3 }),
      ...only(!parts, { pageInfo: { hasNextPage: true, ...only(fields, { hasPreviousPage: false }) } }),
      ...only(rows, {
        edges: [first, second].map(({ id }) => ({
          ...only(fields, { cursor: expect.any(String) }),
          node: { id, ...only(!fields, { stars: id.length }), ...only(below, { shelf: { ...only(fields, { room: `room of ${id.split('.')[0]}` }), row: 1 } }) },
        })),
      }),
      ...only(!rows, { nodes: [first, second].map(({ id, title }) => ({ id, ...only(fields, { title }) })) }),
    },
  };
}

describe.each([{ way: 'in full', keysFirstFrom: 99 }, { way: 'keys first', keysFirstFrom: 1 }])('@skip and @include with variables, connections asked $way', ({ keysFirstFrom }) => {
  let network: LibraryNetwork;
  beforeAll(async () => {
    network = await LibraryNetwork.start({ keysFirstFrom });
    for (const library of network.libraries) library.addBook(1);
  });
  afterAll(() => network.stop());

  it.each(
    Array.from({ length: 32 }, (_, bits): Switches => ({ roots: Boolean(bits & 1), parts: Boolean(bits & 2), rows: Boolean(bits & 4), fields: Boolean(bits & 8), below: Boolean(bits & 16) })),
  )('leave out what they say and nothing else: %o', async (switches) => {
    const { data, errors } = await network.query(DOCUMENT, switches);
    expect(errors).toEqual([]);
    expect(data).toEqual(expected(switches));
  });

  it('of mutations keep the order of those that stay', async () => {
    const { data, errors } = await network.query(
      `mutation($yes: Boolean!) {
        a: lend(input: { bookId: "oslo.book.00001", reader: "1" }) { loans }
        b: lend(input: { bookId: "oslo.book.00001", reader: "2" }) @skip(if: $yes) { loans }
        c: lend(input: { bookId: "oslo.book.00001", reader: "3" }) @include(if: $yes) { loans book { title @skip(if: $yes) id } }
      }`,
      { yes: true },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ a: { loans: 1 }, c: { loans: 2, book: { id: 'oslo.book.00001' } } });
    expect(network.library('oslo').loans.map(({ reader }) => reader)).toEqual(['1', '3']);
  });
});
