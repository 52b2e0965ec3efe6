import type { CorpusCase } from './corpus-case.js';

/** Interface objects that cannot be looked up by their key: what is where it is asked for works, the rest is refused. */
export const interfaceObjectUnresolvable: CorpusCase = {
  title: '@interfaceObject whose key is not resolvable',
  subgraphs: {
    catalogue: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@interfaceObject"])
        interface Place @key(fields: "id") {
          id: ID!
        }
        type Item @key(fields: "id", resolvable: false) @interfaceObject {
          id: ID!
        }
        type Query {
          anyPlace: Place
          item: Item!
        }
      `,
      resolvers: {
        Query: { anyPlace: () => ({ __typename: 'Place', id: 'p1' }), item: () => ({ id: 'i1' }) },
      },
    },
    store: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@interfaceObject"])
        type Place @key(fields: "id", resolvable: false) @interfaceObject {
          id: ID!
          label: String
        }
        interface Item @key(fields: "id") {
          id: ID!
        }
        type Bread implements Item @key(fields: "id") {
          id: ID!
          name: String!
        }
        type Query {
          storePlace: Place
        }
      `,
      resolvers: {
        Query: { storePlace: () => ({ id: 'p1' }) },
        Place: { label: () => 'by the door' },
        Item: { __resolveType: () => 'Bread', __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Bread', id, name: 'rye' }) },
        Bread: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'rye' }) },
      },
    },
  },
  operations: [
    { title: 'reads the fields of the interface object where it is', query: '{ storePlace { id label } }', data: { storePlace: { id: 'p1', label: 'by the door' } } },
    { title: 'reads its key alone', query: '{ storePlace { id } }', data: { storePlace: { id: 'p1' } } },
    { title: 'refuses a field that no plan reaches', query: '{ anyPlace { label } }', data: null, errors: [''] },
    { title: 'passes on that an interface without objects cannot be resolved', query: '{ anyPlace { id } }', data: { anyPlace: null }, errors: ['anyPlace'] },
    { title: 'reads the key of an item without asking for its type', query: '{ item { id } }', data: { item: { id: 'i1' } } },
    { title: 'refuses a field that the interface does not have', query: '{ item { id name } }', errors: [''] },
    { title: 'looks up the type where a fragment depends on it', query: '{ item { ... on Bread { id } } }', data: { item: { id: 'i1' } } },
  ],
};
