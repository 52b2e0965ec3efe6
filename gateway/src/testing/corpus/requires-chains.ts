import type { CorpusCase } from './corpus-case.js';

/** Requirements of requirements, in circles between subgraphs, of objects and of interfaces. */
export const requiresChains: CorpusCase = {
  title: '@requires in chains, of objects, lists and interfaces',
  subgraphs: {
    farm: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@shareable"])
        type Query {
          cheeses: [Cheese!]!
        }
        type Cheese @key(fields: "id") {
          id: ID!
          milk: Milk!
          batches: [Batch!]
          age: Int
          grade: String @external
          label: String @requires(fields: "grade")
        }
        interface Milk {
          litres: Int!
        }
        type CowMilk implements Milk @shareable {
          litres: Int!
          breed: String!
        }
        type GoatMilk implements Milk @shareable {
          litres: Int!
          herd: Int!
        }
        type Batch @shareable {
          day: Int!
          weight: Int
        }
      `,
      resolvers: {
        Query: {
          cheeses: () => [
            { id: 'c1', milk: { __typename: 'CowMilk', litres: 10, breed: 'Jersey' }, batches: [{ day: 1, weight: 3 }, { day: 2, weight: null }], age: 0 },
            { id: 'c2', milk: { __typename: 'GoatMilk', litres: 4, herd: 30 }, batches: null, age: 24 },
          ],
        },
        Cheese: {
          __resolveReference: (cheese: object) => cheese,
          label: ({ grade }: { grade: string }) => `grade ${grade}`,
        },
        Milk: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      },
    },
    judge: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@shareable"])
        type Cheese @key(fields: "id") {
          id: ID!
          age: Int @external
          grade: String @requires(fields: "age")
          milk: Milk! @external
          batches: [Batch!] @external
          richness: String @requires(fields: "milk { litres ... on CowMilk { breed } ... on GoatMilk { herd } }")
          total: Int @requires(fields: "batches { weight day }")
        }
        interface Milk {
          litres: Int!
        }
        type CowMilk implements Milk @shareable {
          litres: Int!
          breed: String!
        }
        type GoatMilk implements Milk @shareable {
          litres: Int!
          herd: Int!
        }
        type Batch @shareable {
          day: Int!
          weight: Int
        }
      `,
      resolvers: {
        Cheese: {
          __resolveReference: (cheese: object) => cheese,
          grade: ({ age }: { age: number }) => (age >= 12 ? 'A' : 'B'),
          richness: ({ milk }: { milk: { litres: number; breed?: string; herd?: number } }) => `${milk.litres} of ${milk.breed ?? milk.herd}`,
          total: ({ batches }: { batches: { weight: number | null }[] | null }) => batches?.reduce((sum, { weight }) => sum + (weight ?? 100), 0) ?? null,
        },
        Milk: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      },
    },
  },
  operations: [
    { title: 'requires what is zero as well', query: '{ cheeses { grade } }', data: { cheeses: [{ grade: 'B' }, { grade: 'A' }] }, fetches: 2 },
    { title: 'requires what requires', query: '{ cheeses { label } }', data: { cheeses: [{ label: 'grade B' }, { label: 'grade A' }] }, fetches: 3 },
    { title: 'requires an interface with what its types have', query: '{ cheeses { richness } }', data: { cheeses: [{ richness: '10 of Jersey' }, { richness: '4 of 30' }] } },
    { title: 'requires a list of objects, and takes nulls in it for what they are', query: '{ cheeses { total } }', data: { cheeses: [{ total: 103 }, { total: null }] } },
    { title: 'does all of it at once', query: '{ cheeses { id label richness total milk { __typename litres } } }', data: { cheeses: [{ id: 'c1', label: 'grade B', richness: '10 of Jersey', total: 103, milk: { __typename: 'CowMilk', litres: 10 } }, { id: 'c2', label: 'grade A', richness: '4 of 30', total: null, milk: { __typename: 'GoatMilk', litres: 4 } }] } },
  ],
};
