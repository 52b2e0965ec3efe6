import { openHubGraph, type OpenHubGraphOptions } from './open-hub-graph.js';
import { serveGraph, type DoorOptions, type Gateway } from './serve-graph.js';

export interface GatewayOptions extends Omit<DoorOptions, 'extensions'>, Omit<OpenHubGraphOptions, 'log'> {}

/**
 * Starts the Hub's process part that serves the graph: subgraphs and Sites come in by options.
 *
 * @throws PORT_IN_USE
 * @throws PartitionCompositionError when the given subgraphs do not compose
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { graph, close } = openHubGraph(options);
  return serveGraph(graph, close, { ...options, extensions: ({ siteReport }) => ({ sites: siteReport.entries() }) });
}
