import type { CorpusCase } from './corpus-case.js';

const works = [
  { __typename: 'Book', id: 'b1', title: 'Emma', pages: 474 },
  { __typename: 'Film', id: 'f1', title: 'Alien', minutes: 117 },
  { __typename: 'Book', id: 'b2', title: 'Persuasion', pages: 249 },
];
const byId = (id: string) => works.find((work) => work.id === id);

/** Interfaces and unions whose members live in several places. */
export const abstractTypes: CorpusCase = {
  title: 'interfaces, unions and fragments on them',
  subgraphs: {
    catalogue: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          works: [Work!]!
          found: [Found!]!
          book: Book
        }
        interface Work {
          id: ID!
          title: String!
        }
        interface Lasting implements Work {
          id: ID!
          title: String!
          minutes: Int
        }
        type Book implements Work @key(fields: "id") {
          id: ID!
          title: String!
          pages: Int
        }
        type Film implements Work & Lasting @key(fields: "id") {
          id: ID!
          title: String!
          minutes: Int
        }
        type Shelf @shareable {
          label: String!
        }
        union Found = Book | Film | Shelf
      `,
      resolvers: { Book: { __resolveReference: ({ id }: { id: string }) => byId(id) }, Film: { __resolveReference: ({ id }: { id: string }) => byId(id) }, Query: { works: () => works, found: () => [...works.slice(0, 2), { __typename: 'Shelf', label: 'A' }], book: () => works[0] } },
    },
    loans: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          loaned: [Loanable!]!
        }
        interface Loanable {
          id: ID!
          days: Int!
        }
        type Book implements Loanable @key(fields: "id") {
          id: ID!
          days: Int!
        }
        type Film implements Loanable @key(fields: "id") {
          id: ID!
          days: Int!
          reservedFor: Someone
        }
        union Someone = Reader | Club
        type Reader {
          name: String!
          hasRead: [Book!]!
        }
        type Club {
          name: String!
          members: Int!
        }
      `,
      resolvers: {
        Query: { loaned: () => [{ __typename: 'Film', id: 'f1' }, { __typename: 'Book', id: 'b2' }] },
        Book: { days: () => 28 },
        Film: { days: () => 7, reservedFor: () => ({ __typename: 'Reader', name: 'Zoe', hasRead: [{ id: 'b1' }] }) },
        Loanable: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      },
    },
    reviews: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Book @key(fields: "id") {
          id: ID!
          stars: Int
        }
        type Film @key(fields: "id") {
          id: ID!
          stars: Int
        }
      `,
      resolvers: { Book: { stars: ({ id }: { id: string }) => byId(id)!.title.length }, Film: { stars: () => 5 } },
    },
  },
  operations: [
    {
      title: 'join what other subgraphs add to each type',
      query: '{ works { title ... on Book { pages days } ... on Film { minutes stars } } }',
      data: { works: [{ title: 'Emma', pages: 474, days: 28 }, { title: 'Alien', minutes: 117, stars: 5 }, { title: 'Persuasion', pages: 249, days: 28 }] },
    },
    {
      title: 'find the fields of a union',
      query: '{ found { ... on Book { title stars } ... on Shelf { label } ... on Film { days } } }',
      data: { found: [{ title: 'Emma', stars: 4 }, { days: 7 }, { label: 'A' }] },
    },
    {
      title: 'narrow an interface by another',
      query: '{ works { id ... on Lasting { minutes } ... on Loanable { days } } }',
      data: { works: [{ id: 'b1', days: 28 }, { id: 'f1', minutes: 117, days: 7 }, { id: 'b2', days: 28 }] },
    },
    {
      title: 'narrow a union by an interface',
      query: '{ found { __typename ... on Work { title } } }',
      data: { found: [{ __typename: 'Book', title: 'Emma' }, { __typename: 'Film', title: 'Alien' }, { __typename: 'Shelf' }] },
    },
    {
      title: 'begin in the other subgraph',
      query: '{ loaned { days ... on Work { title } ... on Film { reservedFor { ... on Reader { name hasRead { title stars } } ... on Club { members } } } } }',
      data: {
        loaned: [
          { days: 7, title: 'Alien', reservedFor: { name: 'Zoe', hasRead: [{ title: 'Emma', stars: 4 }] } },
          { days: 28, title: 'Persuasion' },
        ],
      },
    },
    {
      title: 'take named fragments, nested and used twice',
      query: '{ works { ...W } book { ...B } } fragment W on Work { id ...B ...F } fragment B on Book { title stars } fragment F on Film { f: title }',
      data: { works: [{ id: 'b1', title: 'Emma', stars: 4 }, { id: 'f1', f: 'Alien' }, { id: 'b2', title: 'Persuasion', stars: 10 }], book: { title: 'Emma', stars: 4 } },
    },
    {
      title: 'merge what is selected twice with other subselections',
      query: '{ works { ... on Film { reservedFor { ... on Reader { name } } } ... on Film { reservedFor { ... on Reader { hasRead { id } } __typename } } } }',
      data: { works: [{}, { reservedFor: { name: 'Zoe', hasRead: [{ id: 'b1' }], __typename: 'Reader' } }, {}] },
    },
    {
      title: 'may use one response name for another field of each type',
      query: '{ works { ... on Book { size: pages } ... on Film { size: minutes } } }',
      data: { works: [{ size: 474 }, { size: 117 }, { size: 249 }] },
    },
  ],
};
