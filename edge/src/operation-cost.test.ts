import { buildSchema, getOperationAST, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { CompiledCost, type FieldSpread } from './operation-cost.js';

const schema = buildSchema(`
  directive @cost(weight: String!) on FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
  type Query {
    books(first: Int, last: Int, after: String, sites: [ID!], filter: Filter): BookConnection!
    authors: [Author!]!
    shelves(sites: [ID!]): [Shelf!]!
    count: Count!
    title: String
    dear: Int @cost(weight: "25.5")
    top(limit: Int): [Book!]! @listSize(slicingArguments: ["limit"], assumedSize: 7)
    search(take: Int): Results @listSize(slicingArguments: ["take"], sizedFields: ["hits"])
    pages(first: Int = 20): [Book!]!
    byIds(ids: [ID!]!): [Book]!
  }
  type Mutation { lend(id: ID!): Book }
  type Subscription { loans: Loan! }
  input Filter { authorId: ID }
  type BookConnection { totalCount: Int! edges: [BookEdge!]! nodes: [Book!]! }
  type BookEdge { cursor: String! node: Book! }
  type Book { id: ID! author: Author! reviews(first: Int): BookConnection! tags: [String!]! chapters: [Chapter!]! }
  type Author { name: String! books(first: Int): BookConnection! }
  type Chapter { title: String! }
  type Shelf { id: ID! }
  type Count { books: Int! }
  type Loan { book: Book! }
  type Results { hits: [Book!]! facets: [Chapter!]! }
`);

const spread = (sites: number): FieldSpread => ({
  sites: () => sites,
  ruleOf: (_, field) => {
    if (field === 'books') return { merge: 'CONNECTION', narrowedBy: ['filter', 'authorId'] };
    if (field === 'shelves') return { merge: 'LIST' };
    if (field === 'count') return { merge: 'SUM' };
    return field === 'loans' ? { merge: 'STREAM' } : undefined;
  },
});

function costOf(text: string, variables: Record<string, unknown> = {}, options: { spread?: FieldSpread; operationName?: string } = {}) {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document, options.operationName)!;
  return new CompiledCost({ schema, document, operation, pageSize: 50, assumedListSize: 10, spread: options.spread, rules: new WeakMap() }).evaluate(variables);
}

describe('the cost of an operation', () => {
  it.each([
    ['{ title }', 0],
    ['{ count { books } }', 1],
    ['{ __typename }', 0],
    ['{ dear }', 26],
    ['mutation { lend(id: "1") { id } }', 10],
    // 1 connection + 3 edges + 3 nodes
    ['{ books(first: 3) { totalCount edges { cursor node { id tags } } } }', 7],
    ['{ books(last: 3) { edges { node { id } } } }', 7],
    ['{ books(first: 3, last: 5) { nodes { id } } }', 6],
    ['{ books { nodes { id } } }', 51],
    ['{ books(first: null) { nodes { id } } }', 51],
    ['{ books(first: 0) { nodes { id } } }', 1],
    // Lists in lists: 1 + 4 × (edge, node, connection, 5 × node)
    ['{ books(first: 4) { edges { node { reviews(first: 5) { nodes { id } } } } } }', 1 + 4 * (1 + 1 + 1 + 5)],
    ['{ books(first: 2) { nodes { chapters { title } author { name } } } }', 1 + 2 * (1 + 10 + 1)],
    ['{ authors { name } }', 10],
    ['{ top(limit: 3) { id } }', 3],
    ['{ top { id } }', 7],
    ['{ search(take: 3) { hits { id } facets { title } } }', 1 + 3 + 10],
    ['{ pages { id } }', 20],
    ['{ byIds(ids: ["1", "2", "3"]) { id } }', 3],
  ])('%s costs %d', (text, cost) => {
    expect(costOf(text).cost).toBe(cost);
  });

  it.each([
    ['a variable', 'query($n: Int) { books(first: $n) { nodes { id } } }', { n: 7 }, 8],
    ['the default of a variable', 'query($n: Int = 9) { books(first: $n) { nodes { id } } }', {}, 10],
    ['a variable that is null', 'query($n: Int = 9) { books(first: $n) { nodes { id } } }', { n: null }, 51],
    ['a variable that is missing', 'query($n: Int) { books(first: $n) { nodes { id } } }', {}, 51],
    ['a variable of another type, which execution refuses', 'query($n: Int) { books(first: $n) { nodes { id } } }', { n: '7' }, 51],
    ['a variable below nothing', 'query($n: Int) { books(first: $n) { nodes { id } } authors { name } }', { n: -1_000_000 }, 11],
    ['a variable without end', 'query($n: Int) { books(first: $n) { nodes { tags } } }', { n: Infinity }, 2 ** 31],
    ['ids in a variable', 'query($ids: [ID!]!) { byIds(ids: $ids) { id } }', { ids: ['1', '2'] }, 2],
  ])('knows lengths from %s', (_, text, variables, cost) => {
    expect(costOf(text, variables).cost).toBe(cost);
  });

  it.each([
    ['a fragment at each spread', '{ a: books(first: 4) { ...F } b: books(first: 2) { ...F } } fragment F on BookConnection { nodes { id } }', 1 + 4 + 1 + 2],
    ['an alias as another field', '{ a: authors { name } b: authors { name } }', 20],
    ['inline fragments', '{ ... on Query { ... { authors { name } } } }', 10],
    ['lists behind a fragment in a fragment', '{ authors { ...A } } fragment A on Author { books(first: 2) { ...F } } fragment F on BookConnection { nodes { id } }', 10 * (1 + 1 + 2)],
  ])('counts %s', (_, text, cost) => {
    expect(costOf(text).cost).toBe(cost);
  });

  it('counts what a condition leaves out only when it is certain to be left out', () => {
    const text = 'query($yes: Boolean!) { a: authors @include(if: $yes) { name } ...F @skip(if: $yes) } fragment F on Query { count { books } }';
    expect(costOf(text, { yes: true }).cost).toBe(10);
    expect(costOf(text, { yes: false }).cost).toBe(1);
    expect(costOf(text, { yes: 'maybe' }).cost).toBe(11);
  });

  it('counts the operation that is named, not its neighbours', () => {
    const text = 'query Dear { authors { name } } query Cheap { title }';
    expect(costOf(text, {}, { operationName: 'Cheap' }).cost).toBe(0);
    expect(costOf(text, {}, { operationName: 'Dear' }).cost).toBe(10);
  });
});

describe('the cost of what is spread over Sites', () => {
  it.each([
    ['a list, all of it', '{ shelves { id } }', 8, {}, 80],
    ['a sum', '{ count { books } }', 8, {}, 8],
    ['a page once, and a key of each row at each Site', '{ books(first: 10) { nodes { id } } }', 8, {}, 1 + 10 + 8 + 8],
    ['no keys where there is one Site', '{ books(first: 10) { nodes { id } } }', 1, {}, 1 + 10 + 1],
    ['the Sites that are named', '{ shelves(sites: ["a", "b", "b"]) { id } }', 8, {}, 20],
    ['the Sites that a variable names', 'query($s: [ID!]) { shelves(sites: $s) { id } }', 8, { s: ['a', 'b', 'c'] }, 30],
    ['all Sites when none is named', 'query($s: [ID!]) { shelves(sites: $s) { id } }', 8, { s: [] }, 80],
    ['one Site when an argument leads to it', 'query($f: Filter) { books(first: 10, filter: $f) { nodes { id } } }', 8, { f: { authorId: 'a.1' } }, 1 + 10 + 1],
    ['a stream at each Site and one event', 'subscription { loans { book { id } } }', 8, {}, 2 + 8],
    ['fields that are not spread as ever', '{ authors { name } }', 8, {}, 10],
  ])('has %s', (_, text, sites, variables, cost) => {
    expect(costOf(text, variables, { spread: spread(sites) }).cost).toBe(cost);
  });

  it('goes with the number of Sites from one request to the next', () => {
    let sites = 1;
    const document = parse('{ shelves { id } }');
    const compiled = new CompiledCost({
      schema,
      document,
      operation: getOperationAST(document)!,
      pageSize: 50,
      assumedListSize: 10,
      spread: { ...spread(1), sites: () => sites },
      rules: new WeakMap(),
    });
    expect(compiled.evaluate({}).cost).toBe(10);
    sites = 100;
    expect(compiled.evaluate({}).cost).toBe(1_000);
  });
});

describe('the dearest field', () => {
  it.each([
    ['{ title }', undefined],
    ['{ count { books } a: authors { name } }', { field: 'a', cost: 10 }],
    ['{ books(first: 4) { edges { node { more: reviews(first: 50) { nodes { id } } } } } }', { field: 'books.edges.node.more.nodes', cost: 200 }],
    ['{ books(first: 100) { nodes { id author { name } } } }', { field: 'books.nodes', cost: 200 }],
  ])('of %s is %o', (text, dearest) => {
    expect(costOf(text).dearest).toEqual(dearest);
  });
});
