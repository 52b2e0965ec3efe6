import type { GraphQLSchema } from 'graphql';
import type { PartitionMerge } from './partition-directives.js';

/** How one root field is spread over the members. */
export type RootFieldRule =
  | { kind: 'everySite'; merge: PartitionMerge; /** Path to an argument, as its names. */ narrowedBy?: readonly string[] }
  | { kind: 'oneSite'; by: readonly string[] };

export type RootKind = 'query' | 'mutation' | 'subscription';

/** One way to name an entity of the subgraph. */
export interface EntityKey {
  /** As in `@key(fields:)`, with single spaces. */
  fields: string;
  /** Paths in a representation to the ids that may tell the owner. */
  idPaths: readonly (readonly string[])[];
}

/** A member that is kept out because its schema contradicts the others'. */
export interface QuarantinedMember {
  id: string;
  /** Schema coordinate of the contradiction, such as `Book.title`; absent when the SDL as a whole is at fault. */
  coordinate?: string;
  /** For people: what contradicts what. */
  message: string;
}

/** What `composePartition` found out about the partitioned subgraph, compiled for routing. Immutable. */
export interface PartitionPlan {
  /** Name of the partitioned subgraph in the supergraph. */
  readonly subgraph: string;
  /** The union of the members' schemas, `_entities` included. */
  readonly schema: GraphQLSchema;
  readonly rules: Readonly<Record<RootKind, ReadonlyMap<string, RootFieldRule>>>;
  /** The resolvable keys of each entity type. */
  readonly keys: ReadonlyMap<string, readonly EntityKey[]>;
}
