import { describe, expect, it } from 'vitest';
import { composePartition, PartitionCompositionError, type ComposedPartition } from './compose-partition.js';
import { LIBRARY_SDL, REVIEWS_SDL } from './testing/library-schema.js';

const whole = (id: string, sdl: string) => ({ id, sdl, covers: 'whole' as const });

function compose(...sdls: string[]): ComposedPartition {
  return composePartition({
    subgraphs: [{ name: 'reviews', sdl: REVIEWS_SDL }],
    partitioned: 'library',
    members: sdls.map((sdl, index) => whole(`m${index}`, sdl)),
  });
}

function problemsOf(compose: () => unknown): readonly string[] {
  try {
    compose();
  } catch (error) {
    if (error instanceof PartitionCompositionError) return error.problems;
    throw error;
  }
  return [];
}

const withField = (root: string, field: string, more = ''): string => `${LIBRARY_SDL}\nextend type ${root} { ${field} }\n${more}`;

describe('composing a partition', () => {
  it('keeps the rules in the supergraph', () => {
    const { supergraphSdl, plan, quarantined } = compose(LIBRARY_SDL);
    expect(quarantined).toEqual([]);
    expect(supergraphSdl).toContain('@link(url: "https://ocopea.dev/partition/v1.0"');
    expect(supergraphSdl).toMatch(/branches\(sites: \[ID!\]\): .*@everySite\(merge: LIST\)/);
    expect(plan.rules.query.get('books')).toEqual({ kind: 'everySite', merge: 'CONNECTION', narrowedBy: ['libraryId'] });
    expect(plan.rules.mutation.get('lend')).toEqual({ kind: 'oneSite', by: ['input', 'bookId'] });
  });

  it('costs the hundredth member nothing, and composes without any', () => {
    const one = compose(LIBRARY_SDL);
    const hundred = compose(...Array.from({ length: 100 }, () => LIBRARY_SDL));
    expect(hundred.supergraphSdl).toBe(one.supergraphSdl);
    const none = composePartition({ subgraphs: [{ name: 'library', sdl: LIBRARY_SDL }], partitioned: 'library', members: [] });
    expect(none.plan.rules.query.size).toBe(4);
  });

  it.each<[problem: RegExp, sdl: string]>([
    [/^Query\.rooms has no partition rule/, withField('Query', 'rooms: [String]')],
    [/^Query\.rooms has more than one partition rule/, withField('Query', 'rooms(id: ID!): [String] @everySite(merge: LIST) @oneSite(by: "id")')],
    [/^Query\.room has merge LIST, and its type String! is no list/, withField('Query', 'room: String! @everySite(merge: LIST)')],
    [/^Query\.room has merge CONNECTION, and its type \[Book\] is no connection/, withField('Query', 'room(first: Int, after: String): [Book] @everySite(merge: CONNECTION)')],
    [/^Query\.room has merge CONNECTION, and Rooms has no list "edges"/, withField('Query', 'room(first: Int, after: String): Rooms @everySite(merge: CONNECTION)', 'type Rooms { pageInfo: PageInfo! }')],
    [/^Query\.room has merge CONNECTION, and Rooms\.facets cannot be merged/, withField('Query', 'room(first: Int, after: String): Rooms @everySite(merge: CONNECTION)', 'type Rooms { edges: [BookEdge] pageInfo: PageInfo! facets: [String] }')],
    [/^Query\.room has merge CONNECTION, and it takes neither/, withField('Query', 'room: BookConnection @everySite(merge: CONNECTION)')],
    [/^Query\.room \(Shelf\.room\) has merge SUM, and String cannot be added up/, withField('Query', 'room: Shelf @everySite(merge: SUM)')],
    [/^Query\.room has merge STREAM; STREAM is for subscriptions/, withField('Query', 'room: Loan @everySite(merge: STREAM)')],
    [/^Subscription\.room has merge LIST/, withField('Subscription', 'room: [Loan] @everySite(merge: LIST)')],
    [/^Subscription\.room has merge STREAM, and takes no "after: String"/, withField('Subscription', 'room: Loan @everySite(merge: STREAM)')],
    [/^Subscription\.room has merge STREAM, and Book has no "cursor: String!"/, withField('Subscription', 'room(after: String): Book @everySite(merge: STREAM)')],
    [/^Mutation\.room is a mutation and cannot run at every member/, withField('Mutation', 'room: [String] @everySite(merge: LIST)')],
    [/^Mutation\.room @oneSite\(by:\) is "input\.shelf", and there is no argument "input\.shelf"/, withField('Mutation', 'room(input: LendInput!): String @oneSite(by: "input.shelf")')],
    [/^Query\.room @oneSite\(by:\) is "n", and that is Int, not an ID/, withField('Query', 'room(n: Int): String @oneSite(by: "n")')],
    [/^Query\.room\(sites:\) is String; it must be \[ID!\]/, withField('Query', 'room(sites: String): [String] @everySite(merge: LIST)')],
    [/^Query\.room @everySite\(narrowedBy:\) is "x", and there is no argument "x"/, withField('Query', 'room: [String] @everySite(merge: LIST, narrowedBy: "x")')],
    [/^Query\.room takes no "sites: \[ID!\]"/, withField('Query', 'room: [String] @everySite(merge: LIST)')],
    [/^Subscription\.room takes no "sites: \[ID!\]"/, withField('Subscription', 'room(after: String): Loan @everySite(merge: STREAM)')],
    [/^Query\.room has the unknown merge "MIX"; there are LIST, CONNECTION, SUM, STREAM/, withField('Query', 'room(sites: [ID!]): [String] @everySite(merge: MIX)')],
    [/^Query\.room has the unknown merge ""/, withField('Query', 'room(sites: [ID!]): [String] @everySite')],
    [/^Query\.room @oneSite\(by:\) is "", and there is no argument ""/, withField('Query', 'room(id: ID!): String @oneSite')],
    [/^Query\.room @oneSite\(by:\) is "id.x", and "id" is ID, not an input object/, withField('Query', 'room(id: ID!): String @oneSite(by: "id.x")')],
    [/^Query\.room has merge SUM, and \[Int\] cannot be added up/, withField('Query', 'room(sites: [ID!]): [Int] @everySite(merge: SUM)')],
    [/^Query\.room has merge CONNECTION, and Rooms\.totalCount is no number/, withField('Query', 'room(first: Int, after: String): Rooms @everySite(merge: CONNECTION)', 'type Rooms { edges: [BookEdge] pageInfo: PageInfo! totalCount: String }')],
    [/^Query\.room has merge CONNECTION, and RoomEdge has no "cursor: String!"/, withField('Query', 'room(first: Int, after: String): Rooms @everySite(merge: CONNECTION)', 'type Rooms { edges: [RoomEdge] pageInfo: PageInfo! } type RoomEdge { node: Book }')],
    [/^Mutation\.room has no partition rule/, withField('Mutation', 'room: String')],
    [/^Shelf\.books has @everySite, and rules are for root fields alone/, `${LIBRARY_SDL} extend type Shelf { books(sites: [ID!]): [Book] @everySite(merge: LIST) }`],
    [/^Room has the key "number, \{", which/, withField('Query', 'room(id: ID!): Room @oneSite(by: "id")', 'type Room @key(fields: "number, {") { number: Int! }')],
    [/^Room has the key "number", which does not tell the member/, withField('Query', 'room(id: ID!): Room @oneSite(by: "id")', 'type Room @key(fields: "number") { number: Int! }')],
    [/the root type of query is called Root/, 'schema { query: Root } type Root { x: Int }'],
  ])('names what is wrong: %s', (problem, sdl) => {
    const problems = problemsOf(() => composePartition({ subgraphs: [{ name: 'library', sdl }], partitioned: 'library', members: [] }));
    expect(problems).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
  });

  it('reports what ordinary composition finds', () => {
    const problems = problemsOf(() =>
      composePartition({
        subgraphs: [{ name: 'reviews', sdl: REVIEWS_SDL.replace('stars: Int!', 'stars: Int! title: Int') }, { name: 'library', sdl: LIBRARY_SDL }],
        partitioned: 'library',
        members: [],
      }),
    );
    expect(problems.join()).toContain('Book.title');
  });
});

describe('members of several versions', () => {
  it('unite: what only some have is there, and may be null', () => {
    const newer = LIBRARY_SDL.replace('genre: Genre library', 'genre: Genre isbn: String! library').replace('CRIME POETRY', 'CRIME POETRY DRAMA');
    const { plan, quarantined, supergraphSdl } = compose(LIBRARY_SDL, newer);
    expect(quarantined).toEqual([]);
    expect(String((plan.schema.getType('Book') as never as { getFields(): Record<string, { type: unknown }> }).getFields()['isbn']!.type)).toBe('String');
    expect(supergraphSdl).toContain('DRAMA');
    expect(String((compose(newer).plan.schema.getType('Book') as never as { getFields(): Record<string, { type: unknown }> }).getFields()['isbn']!.type)).toBe('String!');
  });

  it('keep interfaces whole when an implementation is relaxed', () => {
    const older = LIBRARY_SDL.replace('implements Titled ', '').replace(/interface Titled {[^}]*}/, '').replace(/(type Book @key\(fields: "id"\) {\s*id: ID!\s*)title: String!/, '$1');
    expect(older).not.toMatch(/type Book[^}]*title/);
    const { plan, quarantined } = compose(LIBRARY_SDL, older);
    expect(quarantined).toEqual([]);
    const typeOf = (name: string): string => String((plan.schema.getType(name) as never as { getFields(): Record<string, { type: unknown }> }).getFields()['title']!.type);
    expect([typeOf('Book'), typeOf('Titled')]).toEqual(['String', 'String']);
  });

  it.each<[what: string, change: (sdl: string) => string, coordinate: string | undefined, message: RegExp]>([
    ['another type', (sdl) => sdl.replace('pages: Int', 'pages: String'), 'Book.pages', /Book\.pages is String, elsewhere Int/],
    ['another kind', (sdl) => sdl.replace('scalar BigInt', 'type BigInt { n: Int }'), 'BigInt', /BigInt is an object, elsewhere a scalar/],
    ['another argument', (sdl) => sdl.replaceAll('first: Int', 'first: String'), 'Query.books(first:)', /Query\.books\(first:\) is String, elsewhere Int/],
    ['another rule', (sdl) => sdl.replace('stock(sites: [ID!]): Stock @everySite(merge: SUM)', 'stock(sites: [ID!]): Stock @oneSite(by: "sites")'), 'Query.stock', /has the partition rule @oneSite/],
    ['text that is no SDL', () => 'type Query {', undefined, /cannot be read: Syntax Error/],
    ['a type that is not defined', (sdl) => sdl.replace('genre: Genre library', 'genre: Genre x: Nowhere library'), undefined, /cannot be read: Unknown type: "Nowhere"/],
    ['a schema that breaks a rule', (sdl) => `${sdl} extend type Query { odd: Int }`, undefined, /Query\.odd has no partition rule/],
    ['too much', (sdl) => sdl + ' '.repeat(1_100_000), undefined, /more than the 1048576 that are allowed/],
    ['an SDL that only composition refuses', (sdl) => sdl.replace('pages: Int', 'pages: Int @external'), undefined, /./],
  ])('are quarantined for %s, and the others go on', (_what, change, coordinate, message) => {
    const { quarantined, supergraphSdl } = compose(LIBRARY_SDL, change(LIBRARY_SDL), LIBRARY_SDL);
    expect(quarantined).toEqual([{ id: 'm1', message: expect.stringMatching(message), ...(coordinate ? { coordinate } : {}) }]);
    expect(supergraphSdl).toBe(compose(LIBRARY_SDL).supergraphSdl);
  });
});
