import type { CorpusCase } from './corpus-case.js';

type Given = Readonly<Record<string, unknown>>;

const required = <Value>(given: Given, name: string): Value => {
  if (given[name] === undefined) throw new Error(`asked without ${name}`);
  return given[name] as Value;
};

const tasters: readonly Given[] = [
  { __typename: 'Taster', id: 't1', name: 'Odile', diary: { pages: 12 } },
  { __typename: 'Taster', id: 't2', name: 'Bo', diary: { pages: 7 } },
];
const rack = { __typename: 'Rack', id: 'r1', label: 'north', depth: 4 };
const shelf = { __typename: 'Shelf', label: 'top', height: 30 };
const medal = { __typename: 'Medal', points: 90 };
const bottles = [{ code: 'b1' }, { code: 'b2' }];
const vintages: Readonly<Record<string, number>> = { b1: 1990, b2: 2001 };
const isOld = (bottle: Given): boolean => required<number>(bottle, 'vintage') < 2000;
const byId = ({ id }: Given): Given | undefined => tasters.find((taster) => taster['id'] === id);

const shared = /* GraphQL */ `
  interface Place {
    label: String!
  }
  union Award = Medal | Taster
  enum Currency {
    EUR
    SEK
  }
`;

/** Requirements that come back to a subgraph, where what is in the middle leads to entities, interfaces, unions, or takes arguments. */
export const requiresToAndFroAbroad: CorpusCase = {
  title: '@requires to and fro by way of entities, interfaces and unions',
  subgraphs: {
    cellar: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@shareable"])
        type Query {
          bottles: [Bottle!]!
          graded: [Graded!]!
        }
        interface Graded {
          grade: Int
        }
        type Bottle implements Graded @key(fields: "code") {
          code: ID!
          vintage: Int @external
          tasted: Taster @requires(fields: "vintage")
          stored: Place @requires(fields: "vintage")
          award: Award @requires(fields: "vintage")
          price(in: Currency): Int @requires(fields: "vintage")
          grade: Int @requires(fields: "vintage")
          note: String @external
          fame: Int @external
          verdict: String @requires(fields: "note fame")
        }
        type Taster @key(fields: "id") {
          id: ID!
          name: String!
          diary: Diary
          favourite: Bottle
        }
        type Diary {
          pages: Int
        }
        ${shared}
        type Rack implements Place @key(fields: "id") {
          id: ID!
          label: String!
          depth: Int
        }
        type Shelf implements Place {
          label: String!
          height: Int
        }
        type Medal {
          points: Int
        }
      `,
      resolvers: {
        Query: { bottles: () => bottles, graded: () => bottles.map((bottle) => ({ __typename: 'Bottle', ...bottle })) },
        Bottle: {
          __resolveReference: (bottle: object) => bottle,
          tasted: (bottle: Given) => tasters[isOld(bottle) ? 0 : 1],
          stored: (bottle: Given) => (isOld(bottle) ? rack : shelf),
          award: (bottle: Given) => (isOld(bottle) ? tasters[1] : medal),
          price: (bottle: Given, { in: currency }: Given) => (isOld(bottle) ? 50 : 20) * (currency === 'SEK' ? 11 : 1),
          grade: (bottle: Given) => (isOld(bottle) ? 5 : 3),
          verdict: (bottle: Given) => `${required<string>(bottle, 'note')} (${required<number>(bottle, 'fame')})`,
        },
        Taster: { __resolveReference: byId, favourite: ({ id }: Given) => bottles[id === 't1' ? 1 : 0] },
        Rack: { __resolveReference: () => rack },
      },
    },
    critics: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
        type Bottle @key(fields: "code") {
          code: ID!
          vintage: Int
          tasted: Taster @external
          stored: Place @external
          award: Award @external
          price(in: Currency): Int @external
          grade: Int @external
          note: String @requires(fields: "tasted { name }")
          keeps: Int @requires(fields: "stored { label ... on Shelf { height } }")
          fame: Int @requires(fields: "award { ... on Medal { points } ... on Taster { id } }")
          bid: Int @requires(fields: "price(in: EUR)")
          bidAbroad: Int @requires(fields: "price(in: SEK)")
          rank: Int @requires(fields: "grade")
        }
        type Taster @key(fields: "id") {
          id: ID!
          name: String! @external
          years: Int
        }
        ${shared}
        type Rack implements Place @key(fields: "id") {
          id: ID!
          label: String! @external
        }
        type Shelf implements Place {
          label: String! @external
          height: Int @external
        }
        type Medal {
          points: Int @external
        }
      `,
      resolvers: {
        Bottle: {
          __resolveReference: ({ code, ...bottle }: Given) => ({ ...bottle, code, vintage: vintages[code as string] }),
          note: (bottle: Given) => `says ${required<string>(required(bottle, 'tasted'), 'name')}`,
          keeps: (bottle: Given) => {
            const place = required<Given>(bottle, 'stored');
            return required<string>(place, 'label').length + ((place['height'] as number | undefined) ?? 0);
          },
          fame: (bottle: Given) => {
            const award = required<Given>(bottle, 'award');
            return award['points'] ?? required<string>(award, 'id').length;
          },
          bid: (bottle: Given) => required<number>(bottle, 'price') - 1,
          bidAbroad: (bottle: Given) => required<number>(bottle, 'price') - 1,
          rank: (bottle: Given) => required<number>(bottle, 'grade') + 100,
        },
        Taster: { __resolveReference: (taster: object) => taster, years: ({ id }: Given) => (id === 't1' ? 9 : 4) },
      },
    },
  },
  operations: [
    { title: 'by an entity', query: '{ bottles { note } }', data: { bottles: [{ note: 'says Odile' }, { note: 'says Bo' }] }, fetches: 4 },
    { title: 'by an interface', query: '{ bottles { keeps } }', data: { bottles: [{ keeps: 5 }, { keeps: 33 }] }, fetches: 4 },
    { title: 'by a union', query: '{ bottles { fame } }', data: { bottles: [{ fame: 2 }, { fame: 90 }] }, fetches: 4 },
    { title: 'with arguments, and other ones', query: '{ bottles { bid bidAbroad price } }', data: { bottles: [{ bid: 49, bidAbroad: 549, price: 50 }, { bid: 19, bidAbroad: 219, price: 20 }] } },
    { title: 'by the field of an interface', query: '{ bottles { rank } graded { grade ... on Bottle { rank code } } }', data: { bottles: [{ rank: 105 }, { rank: 103 }], graded: [{ grade: 5, rank: 105, code: 'b1' }, { grade: 3, rank: 103, code: 'b2' }] } },
    { title: 'and back again', query: '{ bottles { verdict } }', data: { bottles: [{ verdict: 'says Odile (2)' }, { verdict: 'says Bo (90)' }] } },
    {
      title: 'and on, from what is in the middle',
      query: '{ bottles { note tasted { name years diary { pages } favourite { vintage note } } stored { __typename label ... on Rack { depth } ... on Shelf { height } } award { ... on Taster { years name } ... on Medal { points } } } }',
      data: {
        bottles: [
          {
            note: 'says Odile',
            tasted: { name: 'Odile', years: 9, diary: { pages: 12 }, favourite: { vintage: 2001, note: 'says Bo' } },
            stored: { __typename: 'Rack', label: 'north', depth: 4 },
            award: { years: 4, name: 'Bo' },
          },
          {
            note: 'says Bo',
            tasted: { name: 'Bo', years: 4, diary: { pages: 7 }, favourite: { vintage: 1990, note: 'says Odile' } },
            stored: { __typename: 'Shelf', label: 'top', height: 30 },
            award: { points: 90 },
          },
        ],
      },
    },
    { title: 'all together', query: '{ bottles { code vintage note keeps fame bid rank verdict grade } }', data: { bottles: [{ code: 'b1', vintage: 1990, note: 'says Odile', keeps: 5, fame: 2, bid: 49, rank: 105, verdict: 'says Odile (2)', grade: 5 }, { code: 'b2', vintage: 2001, note: 'says Bo', keeps: 33, fame: 90, bid: 19, rank: 103, verdict: 'says Bo (90)', grade: 3 }] } },
  ],
};
