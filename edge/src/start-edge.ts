import type { Edge, EdgeOptions } from './edge-options.js';

/**
 * Opens the doors of a process: GraphQL over HTTP, WebSocket and server-sent events, health, metrics and further routes, all
 * behind one set of credentials and limits.
 *
 * @throws PORT_IN_USE
 */
export async function startEdge<TContext extends object>(options: EdgeOptions<TContext>): Promise<Edge> {
  throw new Error(`invariant: not ready to listen on port ${options.port}`);
}
