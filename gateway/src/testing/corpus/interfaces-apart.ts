import type { CorpusCase } from './corpus-case.js';

const letter = { __typename: 'Letter', label: 'L1', grams: 20 };
const pallet = { __typename: 'Pallet', label: 'P1', kilos: 300, wood: 'OAK', id: 'p1' };
const drone = { __typename: 'Drone', label: 'D1', metres: 80 };

/** One interface that is not implemented by the same types everywhere, behind fields that both subgraphs could answer. */
export const interfacesApart: CorpusCase = {
  title: 'interfaces with types that one subgraph alone has',
  subgraphs: {
    road: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          byRoad: Depot
          anywhere: Depot @shareable
        }
        type Depot @key(fields: "code") {
          code: ID!
          hall: Hall @shareable
        }
        type Hall @shareable {
          holds: [Cargo!]!
        }
        interface Labelled {
          label: String!
        }
        interface Cargo {
          label: String!
        }
        type Letter implements Cargo & Labelled @shareable {
          label: String!
          grams: Int!
        }
        type Pallet implements Cargo & Labelled @key(fields: "id") {
          id: ID!
          label: String!
          kilos: Int!
          wood: Wood
        }
        enum Wood {
          OAK
          PINE
        }
      `,
      resolvers: {
        Query: { byRoad: () => ({ code: 'd1', hall: { holds: [letter, pallet] } }), anywhere: () => ({ code: 'd1', hall: { holds: [letter] } }) },
        Depot: { __resolveReference: () => ({ code: 'd1', hall: { holds: [letter, pallet] } }) },
        Pallet: { __resolveReference: () => pallet },
      },
    },
    air: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          byAir: Depot
          anywhere: Depot @shareable
        }
        type Depot @key(fields: "code") {
          code: ID!
          hall: Hall @shareable
          roof: Hall
        }
        type Hall @shareable {
          holds: [Cargo!]!
        }
        interface Cargo {
          label: String!
        }
        type Letter implements Cargo @shareable {
          label: String!
          grams: Int!
        }
        type Drone implements Cargo {
          label: String!
          metres: Int!
        }
      `,
      resolvers: {
        Query: { byAir: () => ({ code: 'd1', hall: { holds: [drone] } }), anywhere: () => ({ code: 'd1', hall: { holds: [letter] } }) },
        Depot: { __resolveReference: () => ({ code: 'd1', hall: { holds: [drone] } }), roof: () => ({ holds: [drone, letter] }) },
      },
    },
    store: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Query {
          pallet: Pallet
        }
        type Pallet @key(fields: "id") {
          id: ID!
          shelf: Int
        }
      `,
      resolvers: { Query: { pallet: () => ({ id: 'p1' }) }, Pallet: { __resolveReference: (reference: object) => reference, shelf: () => 7 } },
    },
  },
  operations: [
    {
      title: 'get the fields of a type from where the value comes from',
      query: '{ byRoad { hall { holds { label ... on Letter { grams } ... on Pallet { kilos wood } ... on Drone { metres } } } } }',
      data: { byRoad: { hall: { holds: [{ label: 'L1', grams: 20 }, { label: 'P1', kilos: 300, wood: 'OAK' }] } } },
      fetches: 1,
    },
    {
      title: 'get them from the other subgraph as well',
      query: '{ byAir { hall { holds { ... on Pallet { kilos } ... on Drone { metres label } } } } }',
      data: { byAir: { hall: { holds: [{ metres: 80, label: 'D1' }] } } },
      fetches: 1,
    },
    {
      title: 'ask no subgraph for a type that it does not know',
      query: '{ byRoad { hall { holds { ... on Drone { metres } } } } anywhere { hall { holds { label ... on Drone { metres } ... on Pallet { kilos } } } } }',
      data: { byRoad: { hall: { holds: [{}, {}] } }, anywhere: { hall: { holds: [{ label: 'L1' }] } } },
    },
    {
      title: 'follow a key to the one subgraph that has the field around it',
      query: '{ byRoad { roof { holds { __typename label ... on Pallet { kilos } ... on Drone { metres } } } } }',
      data: { byRoad: { roof: { holds: [{ __typename: 'Drone', label: 'D1', metres: 80 }, { __typename: 'Letter', label: 'L1' }] } } },
    },
    {
      title: 'follow the key of a type to what another subgraph has of it',
      query: '{ byRoad { hall { holds { ... on Pallet { kilos shelf } } } } pallet { label shelf } }',
      data: { byRoad: { hall: { holds: [{}, { kilos: 300, shelf: 7 }] } }, pallet: { label: 'P1', shelf: 7 } },
    },
    {
      title: 'take fragments on an interface that one subgraph alone has',
      query: '{ byRoad { hall { holds { ... on Labelled { label } } } } byAir { hall { holds { ... on Labelled { label } ... on Cargo { label } } } } }',
      data: { byRoad: { hall: { holds: [{ label: 'L1' }, { label: 'P1' }] } }, byAir: { hall: { holds: [{ label: 'D1' }] } } },
    },
  ],
};
