import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from './testing/library.js';
import { LibraryNetwork, type NetworkAnswer } from './testing/library-network.js';

/** Long enough for a healthy member on a busy machine. */
const DEADLINE_MS = 2_500;
const BOOKS = '{ books(first: 9) { totalCount edges { node { id title shelf { room } } } } branches { name } stock { books } }';

const json = (value: unknown): Fault => (_request, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
  return true;
};

/** What a broken member may answer, and the code that its rows are reported with. */
const FAULTS: { what: string; code: string; fault: Fault }[] = [
  { what: 'a page of HTML', code: 'SITE_UNAVAILABLE', fault: (_, response) => Boolean(response.setHeader('content-type', 'text/html').end('<h1>It works</h1>')) },
  { what: 'status 503 without a body', code: 'SITE_UNAVAILABLE', fault: (_, response) => Boolean(response.writeHead(503).end()) },
  {
    what: 'half a body',
    code: 'SITE_UNAVAILABLE',
    fault: (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"data": {"books": ', () => response.destroy());
      return true;
    },
  },
  { what: 'a closed connection', code: 'SITE_UNAVAILABLE', fault: (_, response) => Boolean(response.destroy()) },
  { what: 'nothing for ever', code: 'SITE_TIMEOUT', fault: () => true },
  {
    what: 'a slow drip',
    code: 'SITE_TIMEOUT',
    fault: (_, response) => {
      const drip = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(drip));
      return true;
    },
  },
  { what: 'an empty object', code: 'SITE_INCOMPATIBLE', fault: json({}) },
  { what: 'a list', code: 'SITE_INCOMPATIBLE', fault: json([1, 2]) },
  { what: 'data that is text', code: 'SITE_INCOMPATIBLE', fault: json({ data: 'x' }) },
  { what: 'errors that are none', code: 'SITE_INCOMPATIBLE', fault: json({ errors: [null] }) },
  { what: 'roots of the wrong types', code: 'SITE_INCOMPATIBLE', fault: json({ data: { books: 7, branches: 'x', stock: [] } }) },
  {
    what: 'cursors of its own making',
    code: 'SITE_INCOMPATIBLE',
    fault: json({
      data: {
        branches: [{ name: 1 }],
        stock: { books: 'many' },
        books: { totalCount: 1, edges: [{ node: {} }], _partition_edges: [{ cursor: 'MQ' }], _partition_pageInfo: { hasNextPage: false, hasPreviousPage: false } },
      },
    }),
  },
];

describe('a library that misbehaves costs its own rows only', () => {
  let network: LibraryNetwork;
  beforeEach(async () => {
    network = await LibraryNetwork.start({ caller: { deadlineMs: DEADLINE_MS } });
    for (const library of network.libraries) library.addBook(1);
  });
  afterEach(() => network.stop());

  function expectOthersOnly({ data, errors, sites }: NetworkAnswer, code: string): void {
    expect(data.books.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(['bergen.book.00001', 'tromso.book.00001']);
    expect(data.books.totalCount).toBe(2);
    expect(data.branches).toHaveLength(4);
    expect(data.stock.books).toBe(2);
    expect(new Set(errors.map(({ path }) => path?.join('.')))).toEqual(new Set(['books', 'branches', 'stock']));
    for (const error of errors) {
      expect(error.extensions).toMatchObject({ code, site: 'oslo' });
      expect(JSON.stringify(error)).not.toMatch(/127\.0\.0\.1|localhost|http:|ECONN|\.ts:|\.js:/);
    }
    expect(sites.map(({ id }) => id)).toEqual(['bergen', 'oslo', 'tromso']);
  }

  it.each(FAULTS)('$what', async ({ fault, code }) => {
    network.library('oslo').fault = fault;
    const started = performance.now();
    expectOthersOnly(await network.query(BOOKS), code);
    expect(performance.now() - started).toBeLessThan(2 * DEADLINE_MS);
  });

  it('a stopped process', async () => {
    await network.query(BOOKS);
    await network.library('oslo').stop();
    const answer = await network.query(BOOKS);
    expectOthersOnly(answer, 'SITE_UNAVAILABLE');
    expect(answer.errors).toHaveLength(3);
    expect(answer.sites[1]).toMatchObject({ outcome: 'FAILED', code: 'SITE_UNAVAILABLE', observedAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) });
    expect(answer.sites[0]).toMatchObject({ outcome: 'ANSWERED' });
  });

  it('10,000 errors: some pass on, the rest is counted', async () => {
    network.library('oslo').fault = json({
      errors: Array.from({ length: 10_000 }, (_, i) => ({ message: `m${i}`, path: ['books'], extensions: { code: 'ODD', stacktrace: ['at secret.js:1'] } })),
      data: { books: null, branches: [], stock: null },
    });
    const { data, errors } = await network.query(BOOKS);
    expect(data.books.edges).toHaveLength(2);
    expect(errors.length).toBeLessThan(30);
    expect(errors.at(-1)!.message).toContain('9980 more errors');
    expect(JSON.stringify(errors)).not.toContain('secret');
    expect(errors[0]).toMatchObject({ message: 'm0', path: ['books'], extensions: { code: 'ODD', site: 'oslo' } });
  });

  it('one bad row among good ones: the good ones stay', async () => {
    const oslo = network.library('oslo');
    for (let i = 2; i <= 3; i++) oslo.addBook(i);
    oslo.books[1]!.title = null as never;
    const { data, errors } = await network.query('{ books(first: 9) { edges { node { id title } } } }');
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.every(({ extensions }) => extensions['site'] === 'oslo')).toBe(true);
    expect(data.books.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(expect.arrayContaining(['bergen.book.00001', 'tromso.book.00001']));
  });

  it('null where the schema lets none be, from a server that does not check', async () => {
    network.library('oslo').fault = json({ data: { branches: [{ name: 'good', library: { __typename: 'Library', id: 'oslo' } }, { name: 'bad', library: null }] } });
    const { data, errors } = await network.query('{ branches { name library { id } } }');
    expect(data.branches.map(({ name }: { name: string }) => name)).toEqual(['Main bergen', 'Station bergen', 'good', 'Main tromso', 'Station tromso']);
    expect(errors).toMatchObject([{ path: ['branches'], extensions: { code: 'SITE_INCOMPATIBLE', site: 'oslo' } }]);
  });

  it('an entity whose owner is away is null at its places, with one error at the first', async () => {
    await network.library('oslo').stop();
    const ids = ['tromso.book.00001', 'oslo.book.00001', 'bergen.book.00001', 'oslo.book.00001', 'atlantis.book.1'];
    const { data, errors } = await network.query('query($ids: [ID!]!) { reviewed(ids: $ids) { id pages } }', { ids });
    expect(data.reviewed).toEqual(ids.map((id) => ({ id, pages: /oslo|atlantis/.test(id) ? null : 1 })));
    expect(errors).toMatchObject([
      { path: ['reviewed', 4], extensions: { code: 'UNKNOWN_SITE' } },
      { path: ['reviewed', 1], extensions: { code: 'SITE_UNAVAILABLE', site: 'oslo' } },
    ]);
    expect(network.library('tromso').requests[0]!.variables).toEqual({ representations: [{ __typename: 'Book', id: 'tromso.book.00001' }] });
  });

  it('errors of rows come out at the place of the row on the merged page', async () => {
    for (const library of network.libraries) library.addBook(2);
    network.library('oslo').fault = ({ query, variables }, response) => {
      if (!query.includes('_entities')) return false;
      const representations = variables['_partition_representations'] as { id: string }[];
      const data = { _entities: representations.map(({ id }) => ({ __typename: 'Book', id, pages: null })) };
      return json({ data, errors: [{ message: 'unreadable', path: ['_entities', 1, 'pages'], extensions: { code: 'TORN' } }] })({ query, variables, headers: {} }, response);
    };
    const { data, errors } = await network.query('{ books(first: 6) { edges { item: node { id pages } } } }');
    expect(data.books.edges[4]).toEqual({ item: { id: 'oslo.book.00002', pages: null } });
    expect(errors).toMatchObject([{ message: 'unreadable', path: ['books', 'edges', 4, 'item', 'pages'], extensions: { code: 'TORN', site: 'oslo' } }]);
  });

  it.each([
    { openMs: 60_000, what: 'is kept out after several failures', code: 'SITE_UNAVAILABLE', asked: 0 },
    { openMs: 0, what: 'is taken back by a probe', code: undefined, asked: 1 },
  ])('$what', async ({ openMs, code, asked }) => {
    await network.stop();
    network = await LibraryNetwork.start({ caller: { failuresToOpen: 2, openMs } });
    const oslo = network.library('oslo');
    oslo.fault = (_, response) => Boolean(response.destroy());
    for (let i = 0; i < 2; i++) expect((await network.query('{ stock { books } }')).errors).toHaveLength(1);
    oslo.fault = undefined;
    oslo.requests.length = 0;
    expect((await network.query('{ stock { books } }')).errors[0]?.extensions['code']).toBe(code);
    expect(oslo.requests.filter(({ query }) => query.includes('stock'))).toHaveLength(asked);
  });

  it('a client that leaves ends the calls to all', async () => {
    const oslo = network.library('oslo');
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      oslo.fault = (_, response) => {
        response.on('close', resolve);
        controller.abort();
        return true;
      };
    });
    const answer = network.query('{ stock { books } }', {}, controller.signal);
    await closed;
    expect((await answer).errors).toEqual(expect.arrayContaining([expect.objectContaining({ extensions: expect.objectContaining({ code: 'REQUEST_CANCELLED', site: 'oslo' }) })]));
  });

  it('asks again at once when an idle connection was dead', async () => {
    await network.query('{ stock { books } }');
    for (const library of network.libraries) library.dropConnections();
    const { errors, data } = await network.query('{ stock { books } }');
    expect(errors).toEqual([]);
    expect(data.stock.books).toBe(3);
  });
});
