import type { CorpusCase } from './corpus-case.js';

const people = [
  { id: '1', name: 'Ada', badge: { number: 11 } },
  { id: '2', name: null, badge: { number: 22 } },
];

/** Subgraphs as the first federation had them: no @link, types extended, keys external. */
export const firstFederation: CorpusCase = {
  title: 'subgraphs of Federation 1',
  subgraphs: {
    people: {
      sdl: /* GraphQL */ `
        type Query {
          people: [Person!]!
        }
        type Person @key(fields: "id") @key(fields: "badge { number }") {
          id: ID!
          name: String
          badge: Badge!
        }
        type Badge {
          number: Int!
        }
      `,
      resolvers: { Query: { people: () => people }, Person: { __resolveReference: ({ id }: { id: string }) => people.find((person) => person.id === id) } },
    },
    rooms: {
      sdl: /* GraphQL */ `
        type Query {
          rooms: [Room!]!
        }
        type Room {
          number: Int!
          owner: Person @provides(fields: "name")
        }
        extend type Person @key(fields: "id") {
          id: ID! @external
          name: String @external
          room: Room
          doorPlate: String @requires(fields: "name")
        }
      `,
      resolvers: {
        Query: { rooms: () => [{ number: 5, owner: { id: '1', name: 'Ada (rooms)' } }] },
        Person: { room: ({ id }: { id: string }) => ({ number: Number(id) * 5 }), doorPlate: ({ name }: { name: string | null }) => name ?? 'vacant' },
      },
    },
    doors: {
      sdl: /* GraphQL */ `
        type Person @extends @key(fields: "badge { number }") {
          badge: Badge @external
          mayEnter: Boolean
        }
        extend type Badge {
          number: Int! @external
        }
      `,
      resolvers: { Person: { mayEnter: ({ badge }: { badge: { number: number } }) => badge.number > 11 } },
    },
  },
  operations: [
    { title: 'extends a type by its key', query: '{ people { name room { number } } }', data: { people: [{ name: 'Ada', room: { number: 5 } }, { name: null, room: { number: 10 } }] } },
    { title: 'extends it by @extends and another key', query: '{ people { id mayEnter } }', data: { people: [{ id: '1', mayEnter: false }, { id: '2', mayEnter: true }] } },
    { title: 'requires a value that may be null', query: '{ people { doorPlate } }', data: { people: [{ doorPlate: 'Ada' }, { doorPlate: 'vacant' }] } },
    { title: 'takes what is provided', query: '{ rooms { owner { name } } }', data: { rooms: [{ owner: { name: 'Ada (rooms)' } }] }, fetches: 1 },
    { title: 'goes by one key to where another is known', query: '{ rooms { owner { id mayEnter } } }', data: { rooms: [{ owner: { id: '1', mayEnter: false } }] } },
  ],
};
