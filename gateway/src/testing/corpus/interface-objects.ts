import type { CorpusCase } from './corpus-case.js';

const accounts = [
  { __typename: 'Admin', id: 'u1', email: 'ann@x', isRoot: true },
  { __typename: 'Guest', id: 'u2', email: 'bob@x', until: 9 },
];
const byId = (id: string) => accounts.find((account) => account.id === id) ?? null;

/** An interface that another subgraph knows as one object, with fields of its own for all who implement it. */
export const interfaceObjects: CorpusCase = {
  title: '@interfaceObject',
  subgraphs: {
    directory: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Query {
          accounts: [Account!]!
          admin: Admin
        }
        interface Account @key(fields: "id") {
          id: ID!
          email: String!
        }
        type Admin implements Account @key(fields: "id") {
          id: ID!
          email: String!
          isRoot: Boolean
        }
        type Guest implements Account @key(fields: "id") {
          id: ID!
          email: String!
          until: Int
        }
      `,
      resolvers: {
        Query: { accounts: () => accounts, admin: () => accounts[0] },
        Account: { __resolveType: ({ __typename }: { __typename: string }) => __typename, __resolveReference: ({ id }: { id: string }) => byId(id) },
        Admin: { __resolveReference: ({ id }: { id: string }) => byId(id) },
        Guest: { __resolveReference: ({ id }: { id: string }) => byId(id) },
      },
    },
    posts: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@interfaceObject", "@external", "@requires"])
        type Query {
          posts: [Post!]!
          anyAuthor: Account
        }
        type Account @key(fields: "id") @interfaceObject {
          id: ID!
          email: String! @external
          posts: [Post!]!
          handle: String! @requires(fields: "email")
        }
        type Post {
          title: String!
          author: Account!
        }
      `,
      resolvers: {
        Query: { posts: () => [{ title: 'P1', author: { id: 'u2' } }, { title: 'P2', author: { id: 'u1' } }], anyAuthor: () => ({ id: 'u1' }) },
        Account: {
          __resolveReference: (account: object) => account,
          posts: ({ id }: { id: string }) => [{ title: `of ${id}`, author: { id } }],
          handle: ({ email }: { email: string }) => email.split('@')[0],
        },
      },
    },
  },
  operations: [
    { title: 'adds fields to all who implement the interface', query: '{ accounts { id posts { title } } }', data: { accounts: [{ id: 'u1', posts: [{ title: 'of u1' }] }, { id: 'u2', posts: [{ title: 'of u2' }] }] } },
    { title: 'adds them to one of these', query: '{ admin { isRoot posts { title } handle } }', data: { admin: { isRoot: true, posts: [{ title: 'of u1' }], handle: 'ann' } } },
    { title: 'finds out the type where it is asked for', query: '{ posts { title author { __typename id } } }', data: { posts: [{ title: 'P1', author: { __typename: 'Guest', id: 'u2' } }, { title: 'P2', author: { __typename: 'Admin', id: 'u1' } }] } },
    { title: 'asks nobody about the type where it does not matter', query: '{ posts { author { id posts { title } } } }', data: { posts: [{ author: { id: 'u2', posts: [{ title: 'of u2' }] } }, { author: { id: 'u1', posts: [{ title: 'of u1' }] } }] }, fetches: 1 },
    { title: 'reads the fields of one type behind it', query: '{ posts { author { ... on Guest { until } ... on Admin { isRoot handle } } } }', data: { posts: [{ author: { until: 9 } }, { author: { isRoot: true, handle: 'ann' } }] } },
    { title: 'requires a field of the interface', query: '{ anyAuthor { handle } accounts { handle } }', data: { anyAuthor: { handle: 'ann' }, accounts: [{ handle: 'ann' }, { handle: 'bob' }] } },
    { title: 'keeps the type of an object that a subgraph knows by its interface alone', query: '{ admin { handle isRoot ... on Admin { __typename email id } } }', data: { admin: { handle: 'ann', isRoot: true, __typename: 'Admin', email: 'ann@x', id: 'u1' } }, stockDiffers: 'the type becomes that of the interface' },
    {
      title: 'keeps what is left out from what is asked for beside it',
      query: 'query ($a: Boolean!) { anyAuthor { posts { title } ... on Admin { isRoot } } ...More } fragment More on Query { anyAuthor @include(if: $a) { ... on Account { ... on Admin { email handle } posts { title } } } }',
      variables: { a: false },
      data: { anyAuthor: { posts: [{ title: 'of u1' }], isRoot: true } },
    },
    { title: 'goes there and back', query: '{ accounts { ... on Admin { posts { author { email __typename } } } } }', data: { accounts: [{ posts: [{ author: { email: 'ann@x', __typename: 'Admin' } }] }, {}] } },
  ],
};
