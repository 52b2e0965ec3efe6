import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LibraryNetwork } from './testing/library-network.js';

interface Edge {
  cursor: string;
  node: { id: string; title: string };
}

// Asked in full at once and keys first: clients must not see the difference.
describe.each([
  { way: 'in full', keysFirstFrom: 99 },
  { way: 'keys first', keysFirstFrom: 1 },
])('one graph over three libraries, connections asked $way', ({ keysFirstFrom }) => {
  let network: LibraryNetwork;
  beforeAll(async () => {
    network = await LibraryNetwork.start({ keysFirstFrom });
    for (const [place, library] of network.libraries.entries()) {
      for (let i = 1; i <= 3; i++) {
        library.addBook(i, { title: `Title ${i} of ${library.id}`, pages: i === 3 ? null : i * 10 + place, genre: i === 1 ? 'POETRY' : 'CRIME' });
      }
    }
  });
  afterAll(() => network.stop());
  beforeEach(() => {
    for (const library of network.libraries) library.requests.length = 0;
  });

  it('lists what all have, in order of member, and joins the member itself as an entity', async () => {
    const { data, errors } = await network.query('{ branches { name library { id city } } }');
    expect(errors).toEqual([]);
    const names = data.branches.map((branch: { name: string }) => branch.name);
    expect(names).toEqual(['Main bergen', 'Station bergen', 'Main oslo', 'Station oslo', 'Main tromso', 'Station tromso']);
    expect(data.branches[2].library).toEqual({ id: 'oslo', city: 'City of oslo' });
  });

  it('pages through all in one order, with entities of another subgraph', async () => {
    const { data, errors } = await network.query('{ books(first: 4) { totalCount edges { cursor node { id title stars } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }');
    expect(errors).toEqual([]);
    expect(data.books.totalCount).toBe(9);
    expect(data.books.edges.map((edge: Edge) => edge.node)).toEqual(
      ['1 of bergen', '1 of oslo', '1 of tromso', '2 of bergen'].map((title) => {
        const id = `${title.split(' ')[2]}.book.0000${title[0]}`;
        return { id, title: `Title ${title}`, stars: id.length };
      }),
    );
    expect(data.books.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: data.books.edges[0].cursor,
      endCursor: data.books.edges[3].cursor,
    });
  });

  it('pages backward to the same rows', async () => {
    const forward = await network.query('{ books(first: 9) { edges { cursor node { title } } pageInfo { hasNextPage } } }');
    const titles = forward.data.books.edges.map((edge: Edge) => edge.node.title);
    const last = await network.query('{ books(last: 4) { edges { cursor node { title } } pageInfo { hasNextPage hasPreviousPage startCursor } } }');
    expect(last.data.books.edges.map((edge: Edge) => edge.node.title)).toEqual(titles.slice(5));
    expect(last.data.books.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const before = await network.query('query($c: String) { books(last: 5, before: $c) { edges { node { title } } pageInfo { hasNextPage hasPreviousPage } } }', {
      c: last.data.books.pageInfo.startCursor,
    });
    expect(before.data.books.edges.map((edge: Edge) => edge.node.title)).toEqual(titles.slice(0, 5));
    expect(before.data.books.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  it('sorts numbers as numbers and nulls as the greatest, downward', async () => {
    const { data } = await network.query('{ books(first: 5, orderBy: PAGES_DESC) { edges { node { id pages } } } }');
    expect(data.books.edges.map((edge: { node: { pages: number } }) => edge.node.pages)).toEqual([null, null, null, 22, 21]);
    expect(data.books.edges[0].node.id).toBe('tromso.book.00003');
  });

  it('keeps aliases, fragments, variables and conditions at every level', async () => {
    const { data, errors } = await network.query(
      `query($n: Int = 2, $genre: Genre, $yes: Boolean!, $no: Boolean!) {
        poems: books(first: $n, genre: $genre) { ...page rows: edges @include(if: $yes) { at: cursor item: node { ...book } } edges @skip(if: $yes) { cursor } }
        crime: books(first: 1, genre: CRIME) { list: nodes { name: title } }
        none: books(first: 1) @include(if: $no) { totalCount }
        ... on Query @skip(if: $no) { stock { books } }
      }
      fragment page on BookConnection { type: __typename count: totalCount @include(if: $yes) pageInfo { more: hasNextPage ... @include(if: $no) { endCursor } } }
      fragment book on Book { ... on Titled { title } shelf { ... on Shelf { room @skip(if: $no) row @include(if: $no) } } }`,
      { genre: 'POETRY', yes: true, no: false },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      poems: {
        type: 'BookConnection',
        count: 3,
        pageInfo: { more: true },
        rows: [
          { at: expect.any(String), item: { title: 'Title 1 of bergen', shelf: { room: 'room of bergen' } } },
          { at: expect.any(String), item: { title: 'Title 1 of oslo', shelf: { room: 'room of oslo' } } },
        ],
      },
      crime: { list: [{ name: 'Title 2 of bergen' }] },
      stock: { books: 9 },
    });
  });

  it('takes connections whose rows nobody asks for', async () => {
    const { data, errors } = await network.query('{ books(first: 0) { totalCount edges { node { title } } pageInfo { hasNextPage endCursor } } other: books { totalCount } }');
    expect(errors).toEqual([]);
    expect(data).toEqual({ books: { totalCount: 9, edges: [], pageInfo: { hasNextPage: true, endCursor: null } }, other: { totalCount: 9 } });
  });

  it('merges nested connections of an entity at its owner alone', async () => {
    const { data, errors } = await network.query('{ branches(sites: ["oslo"]) { library { books(first: 2) { edges { node { id stars } } } } } }');
    expect(errors).toEqual([]);
    expect(data.branches[0].library.books.edges.map((edge: Edge) => edge.node.id)).toEqual(['oslo.book.00001', 'oslo.book.00002']);
  });

  it('adds up numbers, and 64-bit integers in text', async () => {
    const { data, errors } = await network.query('{ stock { __typename books bytes byGenre { crime poetry } } }');
    expect(errors).toEqual([]);
    expect(data.stock).toEqual({ __typename: 'Stock', books: 9, bytes: '27021597764222979', byGenre: { crime: 9, poetry: 0 } });
  });

  it('asks one owner for one id, and two owners in one operation', async () => {
    const { data, errors, sites } = await network.query('query($b: ID!) { a: book(id: "oslo.book.00001") { title } b: book(id: $b) { title stars } c: book(id: "oslo.book.99") { title } }', {
      b: 'tromso.book.00002',
    });
    expect(errors).toEqual([]);
    expect(data).toEqual({ a: { title: 'Title 1 of oslo' }, b: { title: 'Title 2 of tromso', stars: 17 }, c: null });
    expect(network.library('oslo').requests).toHaveLength(1);
    expect(network.library('bergen').requests).toHaveLength(0);
    expect(sites.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['oslo ANSWERED', 'tromso ANSWERED']);
  });

  it('narrows to the sites that are named, or to the owner of an id', async () => {
    const named = await network.query('query($sites: [ID!]) { books(first: 9, sites: $sites) { nodes { id } } }', { sites: ['tromso', 'oslo'] });
    expect(new Set(named.data.books.nodes.map(({ id }: { id: string }) => id.split('.')[0]))).toEqual(new Set(['oslo', 'tromso']));
    expect(named.sites.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['bergen SKIPPED', 'oslo ANSWERED', 'tromso ANSWERED']);
    expect(network.library('oslo').requests[0]!.query).not.toContain('sites');
    const narrowed = await network.query('{ books(first: 9, libraryId: "oslo") { totalCount } }');
    expect(narrowed.data.books.totalCount).toBe(3);
    expect(network.library('tromso').requests.filter(({ query }) => query.includes('libraryId'))).toHaveLength(0);
  });

  it('reports names that are no sites', async () => {
    const { data, errors } = await network.query('{ branches(sites: ["oslo", "atlantis"]) { name } book(id: "atlantis.book.1") { title } }');
    expect(data.branches).toHaveLength(2);
    expect(data.book).toBeNull();
    expect(errors).toMatchObject([
      { path: ['branches'], extensions: { code: 'UNKNOWN_SITE' }, message: expect.stringContaining('"atlantis"') },
      { path: ['book'], extensions: { code: 'UNKNOWN_SITE' } },
    ]);
  });

  it('refuses a page from both ends', async () => {
    const { data, errors } = await network.query('{ books(first: 1, last: 1) { totalCount } }');
    expect(data.books).toBeNull();
    expect(errors).toMatchObject([{ path: ['books'], extensions: { code: 'BAD_PAGE_ARGUMENTS' } }]);
  });

  it('refuses a cursor of another order, and what is no cursor', async () => {
    const { data } = await network.query('{ books(first: 1) { pageInfo { endCursor } } }');
    const page = 'query($c: String) { books(first: 1, after: $c, orderBy: PAGES_DESC) { totalCount } }';
    const other = await network.query(page, { c: data.books.pageInfo.endCursor });
    expect(other.data.books).toBeNull();
    // The members refuse it all alike: that is the client's mistake, and said once.
    expect(other.errors).toMatchObject([{ message: 'the cursor is of another order', path: ['books'], extensions: { code: 'BAD_CURSOR' } }]);
    expect(other.errors[0]!.extensions).not.toHaveProperty('site');
    for (const library of network.libraries) library.requests.length = 0;
    const nonsense = await network.query(page, { c: 'nonsense' });
    expect(nonsense.data.books).toBeNull();
    expect(nonsense.errors).toMatchObject([{ message: expect.stringContaining('after: this is not a cursor of this list'), path: ['books'], extensions: { code: 'BAD_CURSOR' } }]);
    expect(network.libraries.flatMap(({ requests }) => requests)).toEqual([]);
  });

  it('asks for each entity once and puts them where they belong', async () => {
    const { data, errors } = await network.query('{ branches { name library { city } } }');
    expect(errors).toEqual([]);
    expect(data.branches.map((branch: { library: { city: string } }) => branch.library.city)).toEqual(['bergen', 'bergen', 'oslo', 'oslo', 'tromso', 'tromso'].map((id) => `City of ${id}`));
  });

  it('answers while members join and leave', async () => {
    const tromso = network.members[2]!;
    network.directory.remove('tromso');
    expect((await network.query('{ stock { books } }')).data.stock.books).toBe(6);
    network.directory.putUnavailable({ id: 'tromso', code: 'SITE_UNAVAILABLE', message: 'site "tromso" is out of service' });
    const away = await network.query('{ stock { books } }');
    expect(away.data.stock.books).toBe(6);
    expect(away.errors).toMatchObject([{ path: ['stock'], message: 'site "tromso" is out of service', extensions: { code: 'SITE_UNAVAILABLE', site: 'tromso' } }]);
    expect(away.sites.at(-1)).toMatchObject({ id: 'tromso', outcome: 'FAILED', code: 'SITE_UNAVAILABLE' });
    network.directory.put(tromso);
    expect((await network.query('{ stock { books } }')).data.stock.books).toBe(9);
  });
});
