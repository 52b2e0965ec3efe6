import { withPartitionDirectives } from '../partition-directives.js';

/**
 * What every library of the tests runs: a catalogue, its stock, and loans as they happen. With single spaces, so that tests make other
 * versions by replacing text.
 */
export const LIBRARY_SDL = withPartitionDirectives(`
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])

type Query {
  branches(sites: [ID!]): [Branch!]! @everySite(merge: LIST)
  books(first: Int, after: String, last: Int, before: String, orderBy: BookOrder = TITLE_ASC, genre: Genre, libraryId: ID, sites: [ID!]): BookConnection
    @everySite(merge: CONNECTION, narrowedBy: "libraryId")
  stock(sites: [ID!]): Stock @everySite(merge: SUM)
  book(id: ID!): Book @oneSite(by: "id")
}
type Mutation {
  lend(input: LendInput!): LendPayload @oneSite(by: "input.bookId")
}
type Subscription {
  loans(after: String, sites: [ID!]): Loan! @everySite(merge: STREAM)
  bookLoans(bookId: ID!, after: String): Loan! @oneSite(by: "bookId")
}
enum BookOrder { TITLE_ASC PAGES_DESC }
enum Genre { CRIME POETRY }
interface Titled { id: ID! title: String! }
type Library @key(fields: "id") { id: ID! city: String! books(first: Int): BookConnection }
type Branch { name: String! library: Library! }
type Book implements Titled @key(fields: "id") { id: ID! title: String! pages: Int genre: Genre library: Library! shelf: Shelf! }
type Shelf { room: String! row: Int! }
type BookConnection { edges: [BookEdge!]! nodes: [Book!]! pageInfo: PageInfo! totalCount: Int! }
type BookEdge { cursor: String! node: Book! }
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
type Stock { books: Int! bytes: BigInt! byGenre: GenreStock! }
type GenreStock { crime: Int! poetry: Int! }
scalar BigInt
input LendInput { bookId: ID! reader: String! idempotencyKey: String }
type LendPayload { book: Book loans: Int! }
type Loan { cursor: String! book: Book! reader: String! }
`).replace(/\s+/g, ' ');

/** An ordinary subgraph beside the libraries. */
export const REVIEWS_SDL = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { reviewed(ids: [ID!]!): [Book] }
type Book @key(fields: "id") { id: ID! stars: Int! }
`;
