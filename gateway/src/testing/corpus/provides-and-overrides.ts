import { GraphQLError } from 'graphql';
import type { CorpusCase } from './corpus-case.js';

const never = (what: string) => (): never => {
  throw new GraphQLError(`${what} is not to be asked for here`);
};

/** Who is asked for a field that several have. */
export const providesAndOverrides: CorpusCase = {
  title: '@provides, @shareable, @override and @external',
  subgraphs: {
    menu: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@provides", "@shareable", "@override"])
        type Query {
          dishes: [Dish!]! @provides(fields: "name origin { country }")
          special: Dish
          opening: Hours! @shareable
        }
        type Dish @key(fields: "id") {
          id: ID!
          name: String! @external
          origin: Origin @external
          price: Int! @override(from: "kitchen")
          currency: String! @shareable
        }
        type Origin {
          country: String! @external
        }
        type Hours @shareable {
          from: Int!
        }
      `,
      resolvers: {
        Query: { dishes: () => [{ id: 'd1', name: 'Soup (menu)', origin: { country: 'FR' } }], special: () => ({ id: 'd1' }), opening: () => ({ from: 8 }) },
        Dish: { __resolveReference: ({ id }: { id: string }) => ({ id }), price: () => 7, currency: () => 'EUR' },
      },
    },
    kitchen: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          opening: Hours! @shareable
        }
        type Dish @key(fields: "id") {
          id: ID!
          name: String! @shareable
          origin: Origin @shareable
          price: Int!
          currency: String! @shareable
          spices: [String!]!
        }
        type Origin @shareable {
          country: String!
          village: String!
        }
        type Hours @shareable {
          from: Int!
          till: Int!
        }
      `,
      resolvers: {
        Query: { opening: () => ({ from: 8, till: 22 }) },
        Dish: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          name: () => 'Soup',
          origin: () => ({ country: 'FR', village: 'Arles' }),
          price: never('price'),
          currency: () => 'EUR',
          spices: () => ['bay'],
        },
      },
    },
  },
  operations: [
    { title: 'takes what a field provides along the way, and asks nobody else', query: '{ dishes { id name origin { country } } }', data: { dishes: [{ id: 'd1', name: 'Soup (menu)', origin: { country: 'FR' } }] }, fetches: 1 },
    { title: 'asks the owner where nothing is provided', query: '{ special { name origin { country village } } }', data: { special: { name: 'Soup', origin: { country: 'FR', village: 'Arles' } } } },
    { title: 'asks the owner for what is not provided', query: '{ dishes { name origin { village } } }', data: { dishes: [{ name: 'Soup (menu)', origin: { village: 'Arles' } }] } },
    { title: 'asks for an overridden field where it went', query: '{ dishes { price spices } }', data: { dishes: [{ price: 7, spices: ['bay'] }] } },
    { title: 'asks for a shared field where it is already', query: '{ special { currency price } }', data: { special: { currency: 'EUR', price: 7 } }, fetches: 1 },
    { title: 'reads a shared root field where all of it is', query: '{ opening { from till } }', data: { opening: { from: 8, till: 22 } }, fetches: 1 },
  ],
};
