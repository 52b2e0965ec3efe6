import type { FieldSpread } from '@ocopea/edge';
import type { GraphQLSchema } from 'graphql';
import type { GraphRequest, GraphResult } from './graph-request.js';

/** A graph as the edge serves it: composed from Sites while it runs, or given as a file. */
export interface ServedGraph {
  /** How its root fields are spread now, for their cost. */
  readonly spread: FieldSpread;
  supergraphSdl(): string;
  /** What clients may ask now. */
  apiSchema(): GraphQLSchema;
  /** Calls `listener` after each change of the graph, until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** Never rejects: what goes wrong is in the result. */
  execute(request: GraphRequest): Promise<GraphResult>;
  /** Yields a result per event. A subscription that cannot begin, or cannot go on, ends with a result that has `errors` alone. */
  subscribe(request: GraphRequest): AsyncGenerator<GraphResult, void, void>;
}
