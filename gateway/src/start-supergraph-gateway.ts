import { processRegistry } from '@ocopea/edge';
import { GatewayMetrics } from './gateway-metrics.js';
import type { SubgraphService } from './ordinary-subgraph.js';
import { readSupergraph } from './read-supergraph.js';
import { serveGraph, type DoorOptions, type Gateway } from './serve-graph.js';
import { SupergraphGraph } from './supergraph-graph.js';

/** A connection to a subgraph that lives elsewhere. */
export interface RemoteSubgraph extends SubgraphService {
  /** Ends its sockets and subscriptions. */
  close(): void | Promise<void>;
}

export interface SupergraphGatewayOptions extends DoorOptions {
  readonly supergraphSdl: string;
  /** What to call it in messages, for example the path of its file. */
  readonly source: string;
  readonly connect: (subgraph: { readonly name: string; readonly url: string }) => RemoteSubgraph;
}

/**
 * Serves a given supergraph: plain federation, without Sites, database or anything to keep.
 *
 * @throws SUPERGRAPH_INVALID
 * @throws NOT_SUPPORTED the supergraph has partitioned fields, or needs a feature for security or execution that is not done here
 * @throws PORT_IN_USE
 */
export async function startSupergraphGateway(options: SupergraphGatewayOptions): Promise<Gateway> {
  const { graph, subgraphs } = readSupergraph(options.supergraphSdl, options.source);
  const connections = subgraphs.map((subgraph) => options.connect(subgraph));
  const close = async (): Promise<void> => {
    served.close();
    await Promise.all(connections.map((connection) => connection.close()));
  };
  const metrics = options.metrics ?? processRegistry();
  const served = new SupergraphGraph({ graph, subgraphs: connections, log: options.log, observer: new GatewayMetrics(metrics) });
  return serveGraph(served, close, { ...options, metrics });
}
