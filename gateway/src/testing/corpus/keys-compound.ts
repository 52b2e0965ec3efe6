import type { CorpusCase } from './corpus-case.js';

interface Flat {
  readonly house: { readonly street: string; readonly number: number };
  readonly door: string;
}
const flats: readonly Flat[] = [
  { house: { street: 'Elm', number: 4 }, door: 'a' },
  { house: { street: 'Elm', number: 4 }, door: 'b' },
  { house: { street: 'Oak', number: 9 }, door: 'a' },
];
const tenants: Readonly<Record<string, string | null>> = { 'Elm 4 a': 'Ida', 'Elm 4 b': null, 'Oak 9 a': 'Jon' };

/** A key of several fields, some of them in another object. */
export const keysCompound: CorpusCase = {
  title: 'compound and nested keys',
  subgraphs: {
    houses: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          flats: [Flat!]!
          flatsByHouse: [[Flat]!]
        }
        type Flat @key(fields: "house { street number } door") {
          house: House!
          door: String!
          neighbours: [Flat!]!
        }
        type House @shareable {
          street: String!
          number: Int!
        }
      `,
      resolvers: {
        Query: { flats: () => flats, flatsByHouse: () => [flats.slice(0, 2), [null, flats[2]]] },
        Flat: { neighbours: ({ house, door }: Flat) => flats.filter((each) => each.house.street === house.street && each.door !== door) },
      },
    },
    tenancy: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Flat @key(fields: "house { street number } door") {
          house: House!
          door: String!
          tenant: Tenant
        }
        type House @shareable {
          street: String!
          number: Int!
        }
        type Tenant {
          name: String!
          flat: Flat!
        }
      `,
      resolvers: {
        Flat: {
          tenant: (flat: Flat) => {
            const name = tenants[`${flat.house.street} ${flat.house.number} ${flat.door}`];
            return name === undefined || name === null ? null : { name, flat };
          },
        },
      },
    },
  },
  operations: [
    {
      title: 'finds entities by all parts of their key',
      query: '{ flats { door tenant { name } } }',
      data: { flats: [{ door: 'a', tenant: { name: 'Ida' } }, { door: 'b', tenant: null }, { door: 'a', tenant: { name: 'Jon' } }] },
      fetches: 2,
    },
    {
      title: 'does so through lists of lists, and past what is null in them',
      query: '{ flatsByHouse { tenant { name } } }',
      data: { flatsByHouse: [[{ tenant: { name: 'Ida' } }, { tenant: null }], [null, { tenant: { name: 'Jon' } }]] },
      fetches: 2,
    },
    {
      title: 'goes there and back, and there again',
      query: '{ flats { tenant { flat { neighbours { door tenant { name } } } } } }',
      data: { flats: [{ tenant: { flat: { neighbours: [{ door: 'b', tenant: null }] } } }, { tenant: null }, { tenant: { flat: { neighbours: [] } } }] },
    },
    {
      title: 'is not misled by aliases that are named like parts of the key',
      query: '{ flats { house: door door: tenant { street: name } h: house { number: street street: number } } }',
      data: {
        flats: [
          { house: 'a', door: { street: 'Ida' }, h: { number: 'Elm', street: 4 } },
          { house: 'b', door: null, h: { number: 'Elm', street: 4 } },
          { house: 'a', door: { street: 'Jon' }, h: { number: 'Oak', street: 9 } },
        ],
      },
    },
  ],
};
