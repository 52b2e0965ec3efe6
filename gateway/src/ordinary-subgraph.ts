import type { MemberRequest, MemberResult } from '@ocopea/partition';
import type { GatewayContext } from './gateway-context.js';

export interface SubgraphCallOptions {
  readonly context: GatewayContext;
  /** Aborted at the deadline and when the client leaves. */
  readonly signal: AbortSignal;
}

/**
 * A subgraph of the supergraph that is not partitioned, such as `hub`, which lives in the same process, or one behind HTTP.
 *
 * GraphQL errors are part of the result; an `OcopeaError` that is thrown reaches clients as it is, anything else as INTERNAL, without its message.
 */
export interface SubgraphService {
  /** Its name in the supergraph. */
  readonly name: string;
  execute(request: MemberRequest, options: SubgraphCallOptions): Promise<MemberResult>;
  /**
   * All of a client's request that the subgraph learns or uses: clients with the same share answers to the same subscription.
   *
   * @default kind, name and Hub of the caller, and the headers that the Hub sends along
   */
  identityOf?(context: GatewayContext): string;
  /** Yields a result per event. Returning the iterator ends the subscription. */
  subscribe(request: MemberRequest, options: SubgraphCallOptions): AsyncIterable<MemberResult>;
}

/** A subgraph that brings its schema to a composition. */
export interface OrdinarySubgraph extends SubgraphService {
  /** Federation 2 SDL. */
  readonly sdl: string;
}
