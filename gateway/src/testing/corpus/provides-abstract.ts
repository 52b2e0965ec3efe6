import type { CorpusCase } from './corpus-case.js';

const lamp = { __typename: 'Lamp', id: 'l1', watts: 40, maker: { __typename: 'Maker', id: 'm1', name: 'Osra', country: { __typename: 'Country', code: 'DE', label: 'Germany' } } };
const chair = { __typename: 'Chair', id: 'c1', legs: 4, maker: { __typename: 'Maker', id: 'm2', name: 'Thonet', country: { __typename: 'Country', code: 'AT', label: 'Austria' } } };
const things = [lamp, chair];
const isOf = { __resolveType: ({ __typename }: { __typename: string }) => __typename };

/** What a subgraph provides of interfaces, unions and objects below objects, and moved fields that require something. */
export const providesAbstract: CorpusCase = {
  title: '@provides on interfaces, unions and below, @override with @requires',
  subgraphs: {
    shop: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@provides", "@requires", "@shareable"])
        type Query {
          window: [Thing] @shareable @provides(fields: "... on Lamp { watts } ... on Chair { legs }")
          sale: [Ware] @provides(fields: "... on Lamp { maker { name country { label } } }")
          plain: [Ware]
        }
        interface Thing {
          id: ID!
        }
        union Ware = Lamp | Chair
        type Lamp implements Thing @key(fields: "id") {
          id: ID!
          watts: Int @external
          maker: Maker @external
          price: Int
          offer: String @requires(fields: "watts maker { name }")
        }
        type Chair implements Thing @key(fields: "id") {
          id: ID!
          legs: Int @external
          price: Int
        }
        type Maker @key(fields: "id") {
          id: ID!
          name: String @external
          country: Country @external
        }
        type Country @key(fields: "code") {
          code: ID!
          label: String @external
        }
      `,
      resolvers: {
        Query: { window: () => things, sale: () => [...things, null], plain: () => things.map(({ __typename, id }) => ({ __typename, id })) },
        Thing: isOf,
        Ware: isOf,
        Lamp: {
          __resolveReference: (given: object) => given,
          price: () => 30,
          offer: ({ watts, maker }: { watts: number; maker: { name: string } }) => `${maker.name} ${watts}`,
        },
        Chair: { __resolveReference: (given: object) => given, price: () => 90 },
      },
    },
    works: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires", "@override"])
        type Query {
          window: [Thing] @shareable
        }
        interface Thing {
          id: ID!
        }
        type Lamp implements Thing @key(fields: "id") {
          id: ID!
          watts: Int @shareable
          maker: Maker @shareable
          price: Int @override(from: "shop")
          tax: Int @requires(fields: "rate")
          rate: Int @external
        }
        type Chair implements Thing @key(fields: "id") {
          id: ID!
          legs: Int @shareable
          maker: Maker
        }
        type Maker @key(fields: "id") {
          id: ID!
          name: String @shareable
          country: Country @shareable
        }
        type Country @key(fields: "code") {
          code: ID!
          label: String @shareable
        }
      `,
      resolvers: {
        Query: { window: () => things },
        Thing: isOf,
        Lamp: { __resolveReference: (given: object) => ({ ...lamp, ...given }), price: () => 31, tax: ({ rate }: { rate: number }) => 31 * rate },
        Chair: { __resolveReference: () => chair },
        Maker: { __resolveReference: ({ id }: { id: string }) => things.find(({ maker }) => maker.id === id)?.maker },
        Country: { __resolveReference: ({ code }: { code: string }) => things.find(({ maker }) => maker.country.code === code)?.maker.country },
      },
    },
    state: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
        type Lamp @key(fields: "id") {
          id: ID!
          price: Int @external
          rate: Int
          total: String @requires(fields: "price")
        }
        type Country @key(fields: "code") {
          code: ID!
          capital: String
        }
      `,
      resolvers: {
        Lamp: { __resolveReference: (given: object) => given, rate: () => 2, total: ({ price }: { price: number }) => `${price} with all` },
        Country: { __resolveReference: (given: object) => given, capital: ({ code }: { code: string }) => (code === 'DE' ? 'Berlin' : 'Vienna') },
      },
    },
  },
  operations: [
    { title: 'takes what is provided of an interface along the way', query: '{ window { id ... on Lamp { watts } ... on Chair { legs } } }', data: { window: [{ id: 'l1', watts: 40 }, { id: 'c1', legs: 4 }] }, fetches: 1 },
    { title: 'takes what is provided of a union, below an object below an object', query: '{ sale { ... on Lamp { maker { name country { label } } } } }', data: { sale: [{ maker: { name: 'Osra', country: { label: 'Germany' } } }, {}, null] }, fetches: 1 },
    { title: 'asks the owner for what is not provided of it', query: '{ sale { ... on Lamp { watts maker { country { label capital } } } ... on Chair { legs maker { name } } } }', data: { sale: [{ watts: 40, maker: { country: { label: 'Germany', capital: 'Berlin' } } }, { legs: 4, maker: { name: 'Thonet' } }, null] } },
    { title: 'asks the owner where the same is not provided', query: '{ plain { ... on Lamp { maker { name } watts } } }', data: { plain: [{ maker: { name: 'Osra' }, watts: 40 }, {}] } },
    { title: 'requires a moved field, and a moved field beside one that requires', query: '{ plain { ... on Lamp { price tax total } ... on Chair { price } } }', data: { plain: [{ price: 31, tax: 62, total: '31 with all' }, { price: 90 }] } },
    { title: 'requires what it provides elsewhere', query: '{ plain { ... on Lamp { offer } } window { ... on Lamp { offer } } }', data: { plain: [{ offer: 'Osra 40' }, {}], window: [{ offer: 'Osra 40' }, {}] } },
  ],
};
