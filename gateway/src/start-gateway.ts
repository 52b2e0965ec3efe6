import { processRegistry } from '@ocopea/edge';
import { GatewayMetrics } from './gateway-metrics.js';
import { openHubGraph, type OpenHubGraphOptions } from './open-hub-graph.js';
import { serveGraph, type DoorOptions, type Gateway } from './serve-graph.js';

export interface GatewayOptions extends Omit<DoorOptions, 'extensions'>, Omit<OpenHubGraphOptions, 'log' | 'observer'> {}

/**
 * Starts the Hub's process part that serves the graph: subgraphs and Sites come in by options.
 *
 * @throws PORT_IN_USE
 * @throws PartitionCompositionError when the given subgraphs do not compose
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const metrics = options.metrics ?? processRegistry();
  const { graph, close } = openHubGraph({ ...options, observer: new GatewayMetrics(metrics) });
  return serveGraph(graph, close, { ...options, metrics, extensions: ({ siteReport }) => ({ sites: siteReport.entries() }) });
}
