import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Fabric {
  readonly gateway: { readonly url: string };
  readonly libraries: readonly { readonly id: string; stop(): Promise<void> }[];
  stop(): Promise<void>;
}

interface Answer {
  // Answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data: any;
  errors?: { path: string[]; extensions: Record<string, unknown> }[];
  extensions: { sites: { id: string; outcome: string }[] };
}

let fabric: Fabric;

async function ask(query: string): Promise<Answer> {
  const response = await fetch(fabric.gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  return (await response.json()) as Answer;
}

describe('the example of three libraries behind a stock Apollo gateway', () => {
  beforeAll(async () => {
    const example = new URL('../examples/libraries/fabric.js', import.meta.url).pathname;
    const { startFabric } = (await import(/* @vite-ignore */ example)) as { startFabric(): Promise<Fabric> };
    fabric = await startFabric();
  });
  afterAll(() => fabric.stop());

  it('pages through all books, joined with the reviews', async () => {
    const { data, errors, extensions } = await ask('{ books(first: 4) { totalCount edges { node { title stars library { city } } } pageInfo { hasNextPage endCursor } } }');
    expect(errors).toBeUndefined();
    expect(data.books).toMatchObject({
      totalCount: 9,
      edges: [
        { node: { title: 'Atonement', stars: null, library: { city: 'Tromsø' } } },
        { node: { title: 'Beloved', stars: 5, library: { city: 'Oslo' } } },
        { node: { title: 'Dracula', stars: 3, library: { city: 'Bergen' } } },
        { node: { title: 'Emma' } },
      ],
      pageInfo: { hasNextPage: true },
    });
    expect(extensions.sites.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['bergen ANSWERED', 'oslo ANSWERED', 'tromso ANSWERED']);
    const rest = await ask(`{ books(first: 9, after: "${data.books.pageInfo.endCursor}") { edges { node { title } } } }`);
    expect(rest.data.books.edges.map(({ node }: { node: { title: string } }) => node.title)).toEqual(['Frankenstein', 'Hunger', 'Middlemarch', 'Orlando', 'Ulysses']);
  });

  it('finds entities of the other subgraph at their owners', async () => {
    const { data } = await ask('{ topRated { title library { city } } libraries { city } }');
    expect(data.topRated).toEqual([{ title: 'Beloved', library: { city: 'Oslo' } }, { title: 'Hunger', library: { city: 'Tromsø' } }]);
    expect(data.libraries).toHaveLength(3);
  });

  it('lends a book at its owner alone, and passes on what the owner says', async () => {
    expect((await ask('mutation { lend(bookId: "oslo.book.1", reader: "Ada") { title lentTo } }')).data.lend).toEqual({ title: 'Beloved', lentTo: 'Ada' });
    const again = await ask('mutation { lend(bookId: "oslo.book.1", reader: "Bob") { title } }');
    expect(again.errors).toMatchObject([{ path: ['lend'], extensions: { code: 'LENT', site: 'oslo' } }]);
    expect((await ask('{ stock { books lent } }')).data.stock).toEqual({ books: 9, lent: 1 });
  });

  it('answers for the others when one is gone', async () => {
    await fabric.libraries[1]!.stop();
    const { data, errors, extensions } = await ask('{ stock { books } }');
    expect(data.stock.books).toBe(6);
    expect(errors).toMatchObject([{ path: ['stock'], extensions: { code: 'SITE_UNAVAILABLE', site: 'oslo' } }]);
    expect(extensions.sites[1]).toMatchObject({ id: 'oslo', outcome: 'FAILED' });
  });
});
