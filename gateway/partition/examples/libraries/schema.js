import { withPartitionDirectives } from '@ocopea/partition/schema';

/** What every library runs: one schema, and the books of one city. */
export const librarySdl = withPartitionDirectives(/* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])

  type Query {
    "Every library, one after the other."
    libraries(sites: [ID!]): [Library!] @everySite(merge: LIST)
    "The books of all libraries in one order, page by page."
    books(first: Int = 10, after: String, sites: [ID!]): BookConnection @everySite(merge: CONNECTION)
    "Figures of all libraries together."
    stock(sites: [ID!]): Stock @everySite(merge: SUM)
    "One book, from the library that has it."
    book(id: ID!): Book @oneSite(by: "id")
  }
  type Mutation {
    lend(bookId: ID!, reader: String!): Book @oneSite(by: "bookId")
  }
  type Library @key(fields: "id") { id: ID! city: String! }
  type Book @key(fields: "id") { id: ID! title: String! library: Library! lentTo: String }
  type BookConnection { edges: [BookEdge!]! pageInfo: PageInfo! totalCount: Int! }
  type BookEdge { cursor: String! node: Book! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Stock { books: Int! lent: Int! }
`);

/** An ordinary subgraph, which is there once and knows books by their ids. */
export const reviewsSdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  type Query {
    topRated: [Book!]!
  }
  type Book @key(fields: "id") { id: ID! stars: Int }
`;
