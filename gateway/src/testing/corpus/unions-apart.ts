import type { CorpusCase } from './corpus-case.js';

const letter = { __typename: 'Letter', grams: 20 };
const pallet = { __typename: 'Pallet', kilos: 300, wood: 'OAK', stamp: { year: 1999 } };
const drone = { __typename: 'Drone', metres: 80, battery: 'FULL' };

/** One union whose members are not the same everywhere, behind fields that both subgraphs could answer. */
export const unionsApart: CorpusCase = {
  title: 'unions with members that one subgraph alone has',
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
        union Cargo = Letter | Pallet
        type Letter @shareable {
          grams: Int!
        }
        type Pallet {
          kilos: Int!
          wood: Wood
          stamp: Stamp
          within(unit: Unit!): Int
        }
        type Stamp {
          year: Int!
        }
        enum Wood {
          OAK
          PINE
        }
        enum Unit {
          GRAM
          TON
        }
      `,
      resolvers: {
        Query: { byRoad: () => ({ code: 'd1', hall: { holds: [letter, pallet] } }), anywhere: () => ({ code: 'd1', hall: { holds: [letter] } }) },
        Depot: { __resolveReference: () => ({ code: 'd1', hall: { holds: [letter, pallet] } }) },
        Pallet: { within: ({ kilos }: { kilos: number }, { unit }: { unit: string }) => (unit === 'GRAM' ? kilos * 1000 : kilos / 1000) },
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
        union Cargo = Letter | Drone
        type Letter @shareable {
          grams: Int!
        }
        type Drone {
          metres: Int!
          battery: Battery
        }
        enum Battery {
          FULL
          LOW
        }
      `,
      resolvers: {
        Query: { byAir: () => ({ code: 'd1', hall: { holds: [drone] } }), anywhere: () => ({ code: 'd1', hall: { holds: [letter] } }) },
        Depot: { __resolveReference: () => ({ code: 'd1', hall: { holds: [drone] } }), roof: () => ({ holds: [drone, letter] }) },
      },
    },
  },
  operations: [
    {
      title: 'leaves out a member that the other subgraph lacks in fragments by name as well, used twice',
      query: 'query ($x: Boolean!) { byRoad { roof { holds { __typename ...Heavy ...Heavy @include(if: $x) } } hall { holds { ...Heavy } } } } fragment Heavy on Pallet { kilos }',
      variables: { x: true },
      data: { byRoad: { roof: { holds: [{ __typename: 'Drone' }, { __typename: 'Letter' }] }, hall: { holds: [{}, { kilos: 300 }] } } },
    },
    {
      title: 'get the fields of a member from where the value comes from',
      query: '{ byRoad { hall { holds { ... on Letter { grams } ... on Pallet { kilos wood stamp { year } } ... on Drone { metres battery } } } } }',
      data: { byRoad: { hall: { holds: [{ grams: 20 }, { kilos: 300, wood: 'OAK', stamp: { year: 1999 } }] } } },
      fetches: 1,
    },
    {
      title: 'get them from the other subgraph as well',
      query: '{ byAir { hall { holds { ... on Letter { grams } ... on Pallet { kilos } ... on Drone { metres battery } } } } }',
      data: { byAir: { hall: { holds: [{ metres: 80, battery: 'FULL' }] } } },
      fetches: 1,
    },
    {
      title: 'ask no subgraph for a member that it does not know',
      query: '{ byRoad { hall { holds { ... on Drone { metres } } } } anywhere { hall { holds { ... on Drone { metres } ... on Pallet { kilos } } } } }',
      data: { byRoad: { hall: { holds: [{}, {}] } }, anywhere: { hall: { holds: [{}] } } },
    },
    {
      title: 'take no variable along that only such a member uses',
      query: 'query ($unit: Unit!) { byAir { roof { holds { __typename ... on Pallet { within(unit: $unit) } } } } }',
      variables: { unit: 'TON' },
      data: { byAir: { roof: { holds: [{ __typename: 'Drone' }, { __typename: 'Letter' }] } } },
      fetches: 1,
    },
    {
      title: 'use the variable where the member is known',
      query: 'query ($unit: Unit!) { byRoad { hall { holds { ... on Pallet { within(unit: $unit) } } } } }',
      variables: { unit: 'GRAM' },
      data: { byRoad: { hall: { holds: [{}, { within: 300_000 }] } } },
      fetches: 1,
    },
    {
      title: 'follow a key to the one subgraph that has the field around it',
      query: '{ byRoad { roof { holds { ... on Drone { metres } ... on Pallet { kilos } } } } }',
      data: { byRoad: { roof: { holds: [{ metres: 80 }, {}] } } },
      fetches: 2,
    },
  ],
};
