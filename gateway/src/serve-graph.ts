import { startEdge, type EdgeOptions } from '@ocopea/edge';
import { SiteReport } from '@ocopea/partition';
import type { GatewayContext } from './gateway-context.js';
import { graphOperationExecutor } from './graph-operation-executor.js';
import { RequestExplanation } from './request-explanation.js';
import type { ServedGraph } from './served-graph.js';

/** What of the edge is not decided by the graph. */
export type DoorOptions = Omit<EdgeOptions<GatewayContext>, 'graphql' | 'subscribe' | 'context' | 'spread' | 'mayExplain'>;

/** A running gateway. */
export interface Gateway {
  /** For clients on the same machine, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The graph as it is composed now. */
  supergraphSdl(): string;
  /** Ends requests and subscriptions in order, then lets go of the subgraphs. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens the doors in front of a graph. The graph is let go of when they are closed, and when they cannot be opened.
 *
 * @throws PORT_IN_USE
 */
export async function serveGraph(graph: ServedGraph, closeGraph: () => Promise<void>, doors: DoorOptions): Promise<Gateway> {
  try {
    const edge = await startEdge<GatewayContext>({
      ...doors,
      graphql: { executor: graphOperationExecutor(graph) },
      spread: graph.spread,
      mayExplain: ({ kind }) => kind === 'administrator',
      context: ({ principal, signal, headers, asked, trace }) => ({
        principal,
        signal,
        headers,
        siteReport: new SiteReport(),
        trace,
        explanation: asked.explain ? new RequestExplanation() : undefined,
      }),
      extensions: (context) => extensionsOf(context, doors),
      subscribe: ({ document, operationName, variables, context, signal }) =>
        graph.subscribe({ document, operationName, variables, context: { ...context, signal } }),
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

function extensionsOf(context: GatewayContext, { extensions }: DoorOptions): Record<string, unknown> | undefined {
  const given = extensions?.(context);
  return context.explanation === undefined ? given : { ...given, explain: context.explanation.toJSON() };
}
