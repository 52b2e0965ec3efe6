import { afterEach, describe, expect, it } from 'vitest';
import type { MemberRequest, PartitionMember } from './partition-member.js';
import { LibraryNetwork } from './testing/library-network.js';
import { LIBRARY_SDL } from './testing/library-schema.js';

const NEWER_SDL = LIBRARY_SDL.replace('genre: Genre library', 'genre: Genre isbn(form: String): String! library')
  .replace('CRIME POETRY', 'CRIME POETRY DRAMA')
  .replace('libraryId: ID', 'libraryId: ID minPages: Int')
  .replace('type Query {', 'type Query { rooms(sites: [ID!]): [String!] @everySite(merge: LIST)')
  .replace('reader: String! idempotencyKey', 'reader: String! days: Int idempotencyKey');

describe('libraries of two versions', () => {
  let network: LibraryNetwork;
  afterEach(() => network.stop());

  async function start(): Promise<void> {
    network = await LibraryNetwork.start({ sdlOf: (id) => (id === 'oslo' ? LIBRARY_SDL : NEWER_SDL) });
    for (const library of network.libraries) library.addBook(1, { isbn: '978' } as never);
  }

  it('a field that one does not know is not sent to it, and is null there', async () => {
    await start();
    const { data, errors, sites } = await network.query('{ books(first: 9) { edges { node { id isbn(form: "long") } } } }');
    expect(data.books.edges.map((edge: { node: { isbn: string | null } }) => edge.node.isbn)).toEqual(['978', null, '978']);
    expect(errors).toMatchObject([{ path: ['books'], message: expect.stringContaining('Book.isbn'), extensions: { code: 'SITE_INCOMPATIBLE', site: 'oslo' } }]);
    expect(network.library('oslo').requests.every(({ query }) => !query.includes('isbn'))).toBe(true);
    expect(sites[1]).toMatchObject({ id: 'oslo', outcome: 'ANSWERED' });
  });

  it('a root field that one does not know costs its share', async () => {
    await start();
    const { data, errors } = await network.query('{ rooms stock { books } }');
    expect(data.stock.books).toBe(3);
    expect(errors.map(({ extensions: { code, site } }) => [code, site])).toContainEqual(['SITE_INCOMPATIBLE', 'oslo']);
    expect(network.library('oslo').requests.every(({ query }) => !query.includes('rooms'))).toBe(true);
  });

  it('an argument or value that one does not know is asked of the others, and without a value of all', async () => {
    await start();
    const query = 'query($genre: Genre, $min: Int) { books(first: 9, genre: $genre, minPages: $min) { totalCount } }';
    const plain = await network.query(query, {});
    expect(plain.errors).toEqual([]);
    expect(plain.data.books.totalCount).toBe(3);
    const withArgument = await network.query(query, { min: 1 });
    expect(withArgument.data.books.totalCount).toBe(2);
    expect(withArgument.errors).toMatchObject([{ message: expect.stringContaining('Query.books(minPages:)'), extensions: { site: 'oslo' } }]);
    const withValue = await network.query(query, { genre: 'DRAMA' });
    expect(withValue.errors).toMatchObject([{ message: expect.stringContaining('Query.books(genre:)'), extensions: { code: 'SITE_INCOMPATIBLE', site: 'oslo' } }]);
    const literal = await network.query('{ books(first: 9, genre: DRAMA) { totalCount } }');
    expect(literal.errors).toMatchObject([{ extensions: { code: 'SITE_INCOMPATIBLE', site: 'oslo' } }]);
  });

  it('an input field that the owner does not know refuses the mutation', async () => {
    await start();
    const lend = 'mutation($input: LendInput!) { lend(input: $input) { loans } }';
    const refused = await network.query(lend, { input: { bookId: 'oslo.book.00001', reader: 'Ada', days: 3 } });
    expect(refused.data.lend).toBeNull();
    expect(refused.errors).toMatchObject([{ extensions: { code: 'SITE_INCOMPATIBLE', site: 'oslo' } }]);
    expect(network.library('oslo').loans).toEqual([]);
    expect((await network.query(lend, { input: { bookId: 'oslo.book.00001', reader: 'Ada' } })).data.lend.loans).toBe(1);
  });

  it('a member whose schema cannot be read is reported, when a directory brings one', async () => {
    await start();
    network.directory.put({ ...stubMember('zombie'), sdl: 'type {' });
    const { data, errors } = await network.query('{ stock { books } }');
    expect(data.stock.books).toBe(3);
    expect(errors).toMatchObject([{ extensions: { code: 'SITE_INCOMPATIBLE', site: 'zombie' } }]);
  });

  it('a member that covers a part is asked for its part only, without a word about the rest', async () => {
    await start();
    const asked: MemberRequest[] = [];
    network.directory.put({
      ...stubMember('hub'),
      covers: 'part',
      sdl: 'type Query { branches(sites: [ID!]): [Branch!]! @everySite(merge: LIST) } type Branch { name: String! }',
      execute: async (request) => {
        asked.push(request);
        return { data: { branches: [{ name: 'Main hub' }] } };
      },
    });
    const { data, errors, sites } = await network.query('{ branches { name } stock { books } }');
    expect(errors).toEqual([]);
    expect(data.branches.map(({ name }: { name: string }) => name)).toContain('Main hub');
    expect(asked).toHaveLength(1);
    expect(asked[0]!.query).not.toContain('stock');
    expect(sites.map(({ id }) => id)).toEqual(['bergen', 'oslo', 'tromso']);
    const entity = await network.query('{ book(id: "hub.book.1") { title } }');
    expect(entity.data.book).toBeNull();
    expect(entity.errors).toMatchObject([{ path: ['book'], extensions: { code: 'UNKNOWN_SITE' } }]);
  });
});

function stubMember(id: string): PartitionMember {
  return {
    id,
    sdl: LIBRARY_SDL,
    covers: 'whole',
    execute: () => Promise.reject(new Error('not to be asked')),
    subscribe: () => {
      throw new Error('not to be asked');
    },
  };
}
