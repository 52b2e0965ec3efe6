import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LibraryNetwork } from './testing/library-network.js';

describe('one graph over three libraries', () => {
  let network: LibraryNetwork;
  beforeAll(async () => {
    network = await LibraryNetwork.start();
    for (const library of network.libraries) for (let i = 1; i <= 3; i++) library.addBook(i, { title: `Title ${i} of ${library.id}` });
  });
  afterAll(() => network.stop());

  it('lists what all have, in order of member', async () => {
    const { data, errors } = await network.query('{ branches { name library { id city } } }');
    expect(errors).toEqual([]);
    expect(data.branches.map((branch: { name: string }) => branch.name)).toEqual(['Main bergen', 'Station bergen', 'Main oslo', 'Station oslo', 'Main tromso', 'Station tromso']);
    expect(data.branches[2].library).toEqual({ id: 'oslo', city: 'City of oslo' });
  });

  it('pages through all in one order, with entities of another subgraph', async () => {
    const { data, errors } = await network.query('{ books(first: 4) { totalCount edges { cursor node { id title stars } } pageInfo { hasNextPage hasPreviousPage endCursor } } }');
    expect(errors).toEqual([]);
    expect(data.books.totalCount).toBe(9);
    expect(data.books.edges.map((edge: any) => edge.node)).toEqual(
      ['1 of bergen', '1 of oslo', '1 of tromso', '2 of bergen'].map((title) => {
        const id = `${title.split(' ')[2]}.book.0000${title[0]}`;
        return { id, title: `Title ${title}`, stars: id.length };
      }),
    );
    expect(data.books.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false, endCursor: data.books.edges[3].cursor });
  });
});
