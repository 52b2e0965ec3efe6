import type { CorpusCase } from './corpus-case.js';

const parcels = [
  { id: 'p1', size: 'SMALL', state: 'SENT' },
  { id: 'p2', size: 'LARGE', state: 'LOST' },
];

/** Input objects and enums that two subgraphs know differently. */
export const mergedInputs: CorpusCase = {
  title: 'merged enums and inputs',
  subgraphs: {
    desk: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@inaccessible", "@tag"])
        type Query {
          parcels(filter: Filter): [Parcel!]!
          bySize(size: Size!): [Parcel!]!
        }
        type Parcel @key(fields: "id") {
          id: ID!
          size: String!
          state: State @shareable
        }
        input Filter {
          size: Size
          heavierThan: Int = 0
          onlyHere: String
        }
        enum Size {
          SMALL
          LARGE
          HUGE
        }
        enum State {
          SENT
          LOST @inaccessible @tag(name: "internal")
        }
      `,
      resolvers: {
        Query: {
          parcels: (_: unknown, { filter }: { filter?: { size?: string; heavierThan: number } }) => parcels.filter(({ size }) => !filter?.size || filter.size === size),
          bySize: (_: unknown, { size }: { size: string }) => parcels.filter((parcel) => parcel.size === size),
        },
      },
    },
    road: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          onTheRoad(filter: Filter): [Parcel!]!
          cheapest(size: Size = SMALL): Int!
        }
        type Parcel @key(fields: "id") {
          id: ID!
          weighs(filter: Filter): Int!
        }
        input Filter {
          size: Size
          heavierThan: Int = 0
        }
        enum Size {
          SMALL
          LARGE
        }
      `,
      resolvers: {
        Query: { onTheRoad: (_: unknown, { filter }: { filter?: { heavierThan?: number } }) => parcels.slice(0, filter?.heavierThan ?? 2), cheapest: (_: unknown, { size }: { size: string }) => size.length },
        Parcel: { weighs: (_: unknown, { filter }: { filter?: { heavierThan: number } }) => 10 + (filter?.heavierThan ?? -10) },
      },
    },
  },
  operations: [
    { title: 'takes the fields that all subgraphs know', query: '{ parcels(filter: { size: LARGE }) { id } }', data: { parcels: [{ id: 'p2' }] } },
    { title: 'refuses a field that one subgraph alone knows', query: '{ parcels(filter: { onlyHere: "x" }) { id } }', errors: [''] },
    { title: 'refuses an enum value that one subgraph alone knows, where enums are given', query: '{ bySize(size: HUGE) { id } }', errors: [''] },
    { title: 'gives variables of input types to both subgraphs', query: 'query ($f: Filter, $s: Size) { parcels(filter: $f) { id weighs(filter: $f) } cheapest(size: $s) }', variables: { f: { size: 'SMALL', heavierThan: 5 }, s: 'LARGE' }, data: { parcels: [{ id: 'p1', weighs: 15 }], cheapest: 5 } },
    { title: 'leaves defaults to the subgraphs', query: 'query ($f: Filter, $s: Size) { onTheRoad(filter: $f) { id weighs } cheapest(size: $s) }', variables: { f: {} }, data: { onTheRoad: [], cheapest: 5 } },
    { title: 'refuses a variable that does not fit', query: 'query ($f: Filter) { parcels(filter: $f) { id } }', variables: { f: { size: 'HUGE' } }, errors: [''] },
    { title: 'shows a hidden enum value to nobody', query: '{ parcels { id state } }', data: { parcels: [{ id: 'p1', state: 'SENT' }, { id: 'p2', state: null }] }, stockDiffers: 'it tells that the value is invalid, though it is only hidden' },
  ],
};
