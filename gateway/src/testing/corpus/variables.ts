import type { CorpusCase } from './corpus-case.js';

const lamps: readonly { readonly id: string; readonly watts: number }[] = [{ id: 'l1', watts: 5 }, { id: 'l2', watts: 12 }];

/** Variables of clients, of which one has the name that plans use for themselves. */
export const variables: CorpusCase = {
  title: 'variables',
  subgraphs: {
    shop: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Query {
          lamps(first: Int = 2): [Lamp!]!
        }
        type Lamp @key(fields: "id") {
          id: ID!
        }
      `,
      resolvers: { Query: { lamps: (_: unknown, { first }: { first: number }) => lamps.slice(0, first) } },
    },
    meter: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Lamp @key(fields: "id") {
          id: ID!
          use(hours: Int! = 1): Int
        }
      `,
      resolvers: {
        Lamp: {
          __resolveReference: ({ id }: { id: string }) => lamps.find((lamp) => lamp.id === id),
          use: ({ watts }: { watts: number }, { hours }: { hours: number }) => watts * hours,
        },
      },
    },
  },
  operations: [
    { title: 'go to the fields of entities', query: 'query ($hours: Int!) { lamps { use(hours: $hours) } }', variables: { hours: 2 }, data: { lamps: [{ use: 10 }, { use: 24 }] } },
    { title: 'may be called representations, in a field of an entity', query: 'query ($representations: Int!) { lamps { use(hours: $representations) } }', variables: { representations: 3 }, data: { lamps: [{ use: 15 }, { use: 36 }] } },
    {
      title: 'may be called representations at the root, as a condition and by default',
      query: 'query ($representations: Int = 1, $representations__ofClient: Boolean!) { lamps(first: $representations) { id use(hours: $representations) @include(if: $representations__ofClient) } }',
      variables: { representations__ofClient: true },
      data: { lamps: [{ id: 'l1', use: 5 }] },
    },
  ],
};
