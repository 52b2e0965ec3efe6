import type { GraphQLResolverMap } from './corpus-subgraph.js';

/** One graph in small and what is asked of it. The answers were worked out by hand from the data beside them. */
export interface CorpusCase {
  /** What of federation it is about. */
  readonly title: string;
  /** By name. */
  readonly subgraphs: Readonly<Record<string, CorpusSubgraphSource>>;
  readonly operations: readonly CorpusOperation[];
}

export interface CorpusSubgraphSource {
  readonly sdl: string;
  readonly resolvers: GraphQLResolverMap;
}

export interface CorpusOperation {
  /** A sentence about the behaviour. */
  readonly title: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Absent when the operation is refused as a whole. */
  readonly data?: unknown;
  /** Paths of the errors, dotted, in any order; an error without a path is `''`. @default none */
  readonly errors?: readonly string[];
  /** Fetches from subgraphs, where their number is the point. */
  readonly fetches?: number;
  /** Where the stock executor answers something else, why. */
  readonly stockDiffers?: string;
}
