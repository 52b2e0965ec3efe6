import { startEdge, type EdgeOptions } from '@ocopea/edge';
import { SiteReport } from '@ocopea/partition';
import { apolloGatewayInterface } from './apollo-gateway-interface.js';
import type { GatewayContext } from './gateway-context.js';
import { openHubGraph, type OpenHubGraphOptions } from './open-hub-graph.js';

export interface GatewayOptions
  extends Omit<EdgeOptions<GatewayContext>, 'graphql' | 'subscribe' | 'context' | 'extensions' | 'log'>,
    Omit<OpenHubGraphOptions, 'log'> {
  readonly log: EdgeOptions<GatewayContext>['log'];
}

/** A running gateway. */
export interface Gateway {
  /** For clients on the same machine, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The graph as it is composed now. */
  supergraphSdl(): string;
  /** Ends requests and subscriptions in order, then lets go of the Sites. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts the Hub's process part that serves the graph: subgraphs and Sites come in by options.
 *
 * @throws PORT_IN_USE
 * @throws PartitionCompositionError when the given subgraphs do not compose
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { graph, close: closeGraph } = openHubGraph(options);
  try {
    const edge = await startEdge<GatewayContext>({
      ...options,
      graphql: { gateway: apolloGatewayInterface(graph) },
      context: ({ principal, signal }) => ({ principal, signal, siteReport: new SiteReport() }),
      subscribe: ({ document, operationName, variables, context, signal }) =>
        graph.subscribe({ document, operationName, variables, context: { ...context, signal } }),
      extensions: ({ siteReport }) => ({ sites: siteReport.entries() }),
    });
    let closing: Promise<void> | undefined;
    return {
      url: edge.url,
      port: edge.port,
      supergraphSdl: () => graph.supergraphSdl(),
      close: () => (closing ??= edge.close().then(closeGraph)),
    };
  } catch (error) {
    await closeGraph();
    throw error;
  }
}
