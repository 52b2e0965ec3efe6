import type { CorpusCase } from './corpus-case.js';

const media = [
  { __typename: 'Book', id: 'b1', title: 'Emma', pages: 474, year: 1815 },
  { __typename: 'Film', id: 'f1', title: 'Alien', minutes: 117, year: 1979 },
];
const byId = ({ id }: { id: string }) => media.find((each) => each.id === id) ?? null;

/** An interface that two subgraphs know as one object: one leads to it, another adds to it, a third knows the types. */
export const interfaceObjectsAround: CorpusCase = {
  title: '@interfaceObject in two subgraphs around the one that knows the types',
  subgraphs: {
    lists: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@interfaceObject"])
        type Query {
          list: [Media!]!
          lost: [Media]
        }
        type Media @key(fields: "id") @interfaceObject {
          id: ID!
        }
      `,
      resolvers: { Query: { list: () => [{ id: 'f1' }, { id: 'b1' }], lost: () => [{ id: 'x9' }, null, { id: 'b1' }] }, Media: { __resolveReference: (given: object) => given } },
    },
    credits: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@interfaceObject", "@external", "@requires", "@shareable"])
        type Query {
          newest: Media
        }
        type Media @key(fields: "id") @interfaceObject {
          id: ID!
          year: Int @external
          by: Person
          age: Int @requires(fields: "year")
          sequel: Media
        }
        type Person {
          name: String!
          made: [Media!]!
        }
      `,
      resolvers: {
        Query: { newest: () => ({ id: 'f1' }) },
        Media: {
          __resolveReference: (given: object) => given,
          by: ({ id }: { id: string }) => ({ name: `maker of ${id}`, made: [{ id }] }),
          age: ({ year }: { year: number }) => 2026 - year,
          sequel: ({ id }: { id: string }) => (id === 'f1' ? { id: 'b1' } : null),
        },
      },
    },
    archive: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Query {
          film: Film
          all: [Media!]!
        }
        interface Media @key(fields: "id") {
          id: ID!
          title: String!
          year: Int
        }
        type Book implements Media @key(fields: "id") {
          id: ID!
          title: String!
          year: Int
          pages: Int
        }
        type Film implements Media @key(fields: "id") {
          id: ID!
          title: String!
          year: Int
          minutes: Int
        }
      `,
      resolvers: {
        Query: { film: () => media[1], all: () => media },
        Media: { __resolveType: ({ __typename }: { __typename: string }) => __typename, __resolveReference: byId },
        Book: { __resolveReference: byId },
        Film: { __resolveReference: byId },
      },
    },
  },
  operations: [
    { title: 'goes past the types where they do not matter', query: '{ list { id by { name } } }', data: { list: [{ id: 'f1', by: { name: 'maker of f1' } }, { id: 'b1', by: { name: 'maker of b1' } }] }, fetches: 2 },
    { title: 'looks the types up where they do', query: '{ list { __typename title by { name } ... on Film { minutes } ... on Book { pages } } }', data: { list: [{ __typename: 'Film', title: 'Alien', by: { name: 'maker of f1' }, minutes: 117 }, { __typename: 'Book', title: 'Emma', by: { name: 'maker of b1' }, pages: 474 }] } },
    { title: 'requires a field of the interface, from a type', query: '{ film { age by { name } minutes } list { age } }', data: { film: { age: 47, by: { name: 'maker of f1' }, minutes: 117 }, list: [{ age: 47 }, { age: 211 }] } },
    { title: 'goes from one to the next, through the subgraph that adds', query: '{ newest { title sequel { title sequel { id } ... on Book { pages age } } by { made { title __typename } } } }', data: { newest: { title: 'Alien', sequel: { title: 'Emma', sequel: null, pages: 474, age: 211 }, by: { made: [{ title: 'Alien', __typename: 'Film' }] } } } },
    { title: 'takes fields of the interface in a fragment on one type', query: '{ all { ... on Book { by { name } age } ... on Film { minutes sequel { id } } } }', data: { all: [{ by: { name: 'maker of b1' }, age: 211 }, { minutes: 117, sequel: { id: 'b1' } }] }, stockDiffers: 'it asks for the others without their key' },
    { title: 'does so where the others have the same fields beside it', query: '{ all { ... on Book { age id __typename } year id __typename } }', data: { all: [{ age: 211, id: 'b1', __typename: 'Book', year: 1815 }, { year: 1979, id: 'f1', __typename: 'Film' }] }, stockDiffers: 'it asks for the others by a type that the subgraph does not know' },
    { title: 'keeps what it has of one that the subgraph with the types does not know', query: '{ lost { id by { name } } }', data: { lost: [{ id: 'x9', by: { name: 'maker of x9' } }, null, { id: 'b1', by: { name: 'maker of b1' } }] } },
  ],
};
