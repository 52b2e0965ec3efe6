import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql';
import type { GatewayContext } from './gateway-context.js';

/** An operation of a client, as it comes from the edge: authenticated, parsed and within the limits. */
export interface GraphRequest {
  /** The same object for the same source is prepared once. */
  readonly document: DocumentNode;
  /** What the document is known to be valid for. @default nothing */
  readonly validFor?: GraphQLSchema | undefined;
  readonly operationName?: string | undefined;
  /** Not checked yet. */
  readonly variables?: Record<string, unknown> | undefined;
  readonly context: GatewayContext;
}

export interface GraphResult {
  readonly data?: Record<string, unknown> | null;
  /** Fit for clients: each has a code. */
  readonly errors?: readonly GraphQLError[];
  readonly extensions?: Record<string, unknown>;
}
