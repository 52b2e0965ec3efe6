import type { Principal } from '@ocopea/security';
import type { GraphQLError } from 'graphql';

/** An operation of a client, as it comes from the edge: authenticated and within the limits, otherwise unchecked. */
export interface GraphRequest {
  readonly source: string;
  readonly operationName?: string | undefined;
  readonly variables?: Record<string, unknown> | undefined;
  readonly principal: Principal;
  /** Aborted when the client leaves or its deadline passes. */
  readonly signal: AbortSignal;
}

export interface GraphResult {
  readonly data?: Record<string, unknown> | null;
  /** Fit for clients: each has a code. */
  readonly errors?: readonly GraphQLError[];
  readonly extensions?: Record<string, unknown>;
}
