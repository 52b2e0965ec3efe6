import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compareCursors, decodeCursor, encodeCursor } from './cursor.js';
import { SchemaPartition } from './testing/schema-partition.js';

const SDL = `
  type Query {
    findings(sites: [ID!]): [Finding!] @everySite(merge: LIST)
    media(first: Int, after: String, last: Int, before: String, sites: [ID!]): MediaConnection @everySite(merge: CONNECTION)
    works(first: Int, after: String, last: Int, before: String, sites: [ID!]): WorkConnection @everySite(merge: CONNECTION)
    medium(id: ID!): Medium @oneSite(by: "id")
    node(id: ID!): Node @oneSite(by: "id")
    room(id: ID!): Room @oneSite(by: "id")
  }
  interface Node { id: ID! }
  interface Medium implements Node { id: ID! title: String! }
  type Book implements Node & Medium @key(fields: "id") { id: ID! title: String! pages: Int! }
  type Film implements Node & Medium @key(fields: "id") { id: ID! title: String! minutes: Int! room: Room! }
  type Room @key(fields: "code") { code: ID! name: String! shelf(first: Int = 2, after: Int = 0): [Medium!]! }
  type Loan @key(fields: "number medium { id }") { number: Int! medium: Book! reader: String }
  union Work = Book | Film
  union Finding = Book | Film | Room
  type MediaConnection { edges: [MediumEdge!]! nodes: [Medium!]! pageInfo: PageInfo! totalCount: Int! }
  type MediumEdge { cursor: String! node: Medium! }
  type WorkConnection { edges: [WorkEdge!]! pageInfo: PageInfo! }
  type WorkEdge { cursor: String! node: Work! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
`;

interface Medium {
  __typename: 'Book' | 'Film';
  id: string;
  title: string;
}

function resolversOf(site: string) {
  const room = { __typename: 'Room', code: `${site}.room.1`, name: `Room of ${site}` };
  const media: Medium[] = Array.from({ length: 6 }, (_, number) => ({
    __typename: number % 2 ? 'Film' : 'Book',
    id: `${site}.medium.${number}`,
    title: `Title ${number} of ${site}`,
    ...(number % 2 ? { minutes: number, room } : { pages: number }),
  }));
  const byId = (id: string) => media.find((medium) => medium.id === id) ?? null;
  const page = (_: unknown, { first, after, last, before }: { first?: number; after?: string; last?: number; before?: string }) => {
    const rows = media
      .map((node) => ({ node, place: { order: 'title:ASC', sortKey: node.title, id: node.id } }))
      .filter(({ place }) => (!after || compareCursors(place, decodeCursor(after)!) > 0) && (!before || compareCursors(place, decodeCursor(before)!) < 0));
    const kept = last ? rows.slice(-last) : rows.slice(0, first);
    const edges = kept.map(({ node, place }) => ({ node, cursor: encodeCursor(place) }));
    const [start, end] = [kept[0]?.node, kept.at(-1)?.node];
    return {
      edges,
      nodes: kept.map(({ node }) => node),
      totalCount: media.length,
      pageInfo: { hasNextPage: Boolean(end && end !== media.at(-1)), hasPreviousPage: Boolean(start && start !== media[0]) },
    };
  };
  const loan = { __typename: 'Loan', number: 1, medium: media[0], reader: `Reader of ${site}` };
  return {
    Query: {
      findings: () => [media[0], media[1], room],
      media: page,
      works: page,
      medium: (_: unknown, { id }: { id: string }) => byId(id),
      node: (_: unknown, { id }: { id: string }) => byId(id),
      room: () => room,
    },
    Book: { __resolveReference: ({ id }: { id: string }) => byId(id) },
    Film: { __resolveReference: ({ id }: { id: string }) => byId(id) },
    Room: { __resolveReference: ({ code }: { code: string }) => (code === room.code ? room : null), shelf: (_: unknown, { first, after }: { first: number; after: number }) => media.slice(after, after + first) },
    Loan: { __resolveReference: () => loan },
  };
}

describe.each([{ way: 'in full', keysFirstFrom: 99 }, { way: 'keys first', keysFirstFrom: 1 }])('interfaces and unions in rows, connections asked $way', ({ keysFirstFrom }) => {
  let partition: SchemaPartition;
  beforeAll(async () => {
    partition = await SchemaPartition.start({ sdl: SDL, ids: ['bergen', 'oslo', 'tromso'], resolversOf, keysFirstFrom });
  });
  afterAll(() => partition.stop());
  beforeEach(() => void (partition.requests.length = 0));

  it('lists of a union keep each row with its own fields', async () => {
    const { data, errors } = await partition.query('{ findings { __typename ... on Book { pages } ... on Film { minutes room { name } } ... on Room { name } } }');
    expect(errors).toEqual([]);
    expect(data.findings).toHaveLength(9);
    expect(data.findings.slice(3, 6)).toEqual([
      { __typename: 'Book', pages: 0 },
      { __typename: 'Film', minutes: 1, room: { name: 'Room of oslo' } },
      { __typename: 'Room', name: 'Room of oslo' },
    ]);
  });

  it('pages of an interface go forward and backward with fragments on it and on its types', async () => {
    const page = `query($first: Int, $last: Int, $after: String, $before: String, $films: Boolean = true) { media(first: $first, last: $last, after: $after, before: $before) {
      totalCount edges { cursor node { ... on Node { id } ...titled ... on Film @include(if: $films) { minutes room { name } } ... on Book @skip(if: $films) { pages } } } pageInfo { hasNextPage hasPreviousPage } } }
      fragment titled on Medium { __typename title }`;
    const forward = await partition.query(page, { first: 5 });
    expect(forward.errors).toEqual([]);
    expect(forward.data.media.totalCount).toBe(18);
    const node = (number: number, site: string): object =>
      number % 2
        ? { __typename: 'Film', id: `${site}.medium.${number}`, title: `Title ${number} of ${site}`, minutes: number, room: { name: `Room of ${site}` } }
        : { __typename: 'Book', id: `${site}.medium.${number}`, title: `Title ${number} of ${site}` };
    expect(forward.data.media.edges.map((edge: { node: object }) => edge.node)).toEqual([node(0, 'bergen'), node(0, 'oslo'), node(0, 'tromso'), node(1, 'bergen'), node(1, 'oslo')]);
    const backward = await partition.query(page, { last: 4, before: forward.data.media.edges[4].cursor, films: false });
    expect(backward.data.media.edges.map(({ node: { id, pages, minutes } }: { node: Record<string, unknown> }) => [id, pages, minutes])).toEqual([
      ['bergen.medium.0', 0, undefined],
      ['oslo.medium.0', 0, undefined],
      ['tromso.medium.0', 0, undefined],
      ['bergen.medium.1', undefined, undefined],
    ]);
    expect(backward.data.media.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false });
  });

  it('pages of an interface as nodes, and of ids alone', async () => {
    const { data, errors } = await partition.query('{ media(last: 2) { nodes { id kind: __typename } pageInfo { hasPreviousPage } } }');
    expect(errors).toEqual([]);
    expect(data.media).toEqual({ nodes: [{ id: 'oslo.medium.5', kind: 'Film' }, { id: 'tromso.medium.5', kind: 'Film' }], pageInfo: { hasPreviousPage: true } });
    // Where each row lies tells its id: nobody is asked for bodies.
    expect(partition.requests.filter(({ request }) => request.query.includes('_entities'))).toEqual([]);
  });

  it('pages of a union', async () => {
    const { data, errors } = await partition.query('{ works(first: 4) { edges { node { __typename ... on Medium { title } ... on Film { minutes } } } } }');
    expect(errors).toEqual([]);
    expect(data.works.edges[3]).toEqual({ node: { __typename: 'Film', title: 'Title 1 of bergen', minutes: 1 } });
  });

  it('one object of an interface at its owner, and several of different owners in one operation', async () => {
    const { data, errors } = await partition.query(
      'query($b: ID!) { a: node(id: "oslo.medium.1") { __typename ... on Film { minutes } } b: medium(id: $b) { title ... on Book { pages } } none: node(id: "oslo.medium.77") { id } }',
      { b: 'tromso.medium.2' },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ a: { __typename: 'Film', minutes: 1 }, b: { title: 'Title 2 of tromso', pages: 2 }, none: null });
    expect(partition.requests.map(({ member }) => member).toSorted()).toEqual(['oslo', 'tromso']);
  });

  it('lists below an entity are the owner’s own, with their arguments', async () => {
    const { data, errors } = await partition.query('query($n: Int) { room(id: "oslo.room.1") { name shelf(first: $n, after: 1) { __typename title } } }', { n: 2 });
    expect(errors).toEqual([]);
    expect(data.room).toEqual({ name: 'Room of oslo', shelf: [{ __typename: 'Film', title: 'Title 1 of oslo' }, { __typename: 'Book', title: 'Title 2 of oslo' }] });
    expect(new Set(partition.requests.map(({ member }) => member))).toEqual(new Set(['oslo']));
  });

  it('entities of compound keys and of keys with another name come from the owner that an id in the key tells', async () => {
    const { data, errors } = await partition.fetch(
      `query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Loan { reader } ... on Room { name } ... on Book { title } } }`,
      {
        representations: [
          { __typename: 'Loan', number: 1, medium: { id: 'tromso.medium.0' } },
          { __typename: 'Room', code: 'oslo.room.1' },
          { __typename: 'Book', id: 'bergen.medium.0' },
          { __typename: 'Loan', number: 1, medium: { id: 'bergen.medium.0' } },
          { __typename: 'Room', code: 'atlantis.room.1' },
          { __typename: 'Room', code: 'oslo.room.1' },
        ],
      },
    );
    expect(data._entities).toEqual([
      { reader: 'Reader of tromso' },
      { name: 'Room of oslo' },
      { title: 'Title 0 of bergen' },
      { reader: 'Reader of bergen' },
      null,
      { name: 'Room of oslo' },
    ]);
    expect(errors).toMatchObject([{ path: ['_entities', 4], extensions: { code: 'UNKNOWN_SITE' } }]);
    expect(partition.requests.map(({ member, request }) => [member, (request.variables!['representations'] as unknown[]).length]).toSorted()).toEqual([['bergen', 2], ['oslo', 1], ['tromso', 1]]);
  });
});
