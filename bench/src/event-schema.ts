import { withPartitionDirectives } from '@ocopea/partition';

/** What the Sites of the benchmark of events have: one stream of progress. */
export const eventSiteSdl = withPartitionDirectives(/* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable", "@composeDirective"])

  type Query {
    copy(id: ID!): Copy @oneSite(by: "id")
  }
  type Subscription {
    progress(after: String, sites: [ID!]): Progress! @everySite(merge: STREAM)
  }
  type Copy @key(fields: "id") {
    id: ID!
  }
  type Progress {
    cursor: String!
    at: Float!
    phase: String!
    bytesDone: Float!
    bytesTotal: Float!
    copy: Copy!
  }
`);

/** The other subgraph, which every event is joined with. */
export const eventNotesSdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])

  type Query {
    notes: Int!
  }
  type Copy @key(fields: "id") {
    id: ID!
    note: String!
    pinned: Boolean!
  }
`;

export const joinedProgress = /* GraphQL */ `
  subscription Progress($after: String) {
    progress(after: $after) { cursor at phase bytesDone bytesTotal copy { id note pinned } }
  }
`;

/** The same without the join, as a Site takes it. */
export const plainProgress = joinedProgress.replace('note pinned', '');
