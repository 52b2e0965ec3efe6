import { withPartitionDirectives } from '@ocopea/partition';

/** A Site in small: an entity with rows at every Site, one with a Site of its own, and a stream of changes. */
export const testSiteSdl = withPartitionDirectives(/* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable", "@composeDirective"])

  type Query {
    sites(sites: [ID!]): [Site!]! @everySite(merge: LIST)
    copies(first: Int, after: String, last: Int, before: String, sites: [ID!]): CopyConnection @everySite(merge: CONNECTION)
    copy(id: ID!): Copy @oneSite(by: "id")
    copyStatistics(sites: [ID!]): CopyStatistics @everySite(merge: SUM)
    operation(id: ID!): Operation @oneSite(by: "id")
  }
  type Mutation {
    createCopy(input: CreateCopyInput!): CreateCopyPayload! @oneSite(by: "input.siteId")
  }
  type Subscription {
    copyProgress(copyId: ID, after: String, sites: [ID!]): CopyProgress! @everySite(merge: STREAM, narrowedBy: "copyId")
  }
  type Site @key(fields: "id") {
    id: ID!
    name: String! @shareable
    health: String
  }
  type Copy @key(fields: "id") {
    id: ID!
    bytes: Int!
    site: Site!
    secret: String
  }
  type Operation @key(fields: "id") {
    id: ID!
    kind: String!
  }
  type CopyStatistics {
    copies: Int!
    bytes: Int!
  }
  type CopyConnection {
    edges: [CopyEdge!]!
    pageInfo: PageInfo!
    totalCount: Int!
  }
  type CopyEdge {
    cursor: String!
    node: Copy!
  }
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
  input CreateCopyInput {
    siteId: ID!
    bytes: Int!
  }
  type CreateCopyPayload {
    copy: Copy!
  }
  type CopyProgress {
    cursor: String!
    copy: Copy!
    bytesDone: Int!
    snapshot: Boolean!
  }
`);
