import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { beginSpan, endSpan } from '@ocopea/edge';
import type { PartitionFetchEnded } from '@ocopea/partition';
import { trace } from '@opentelemetry/api';
import type { GatewayContext } from './gateway-context.js';

/** A span for each fetch of a query plan; what is asked for it lies below. */
export class TracedDataSource implements GraphQLDataSource {
  constructor(
    private readonly subgraph: string,
    private readonly inner: GraphQLDataSource,
  ) {}

  async process(options: GraphQLDataSourceProcessOptions): ReturnType<GraphQLDataSource['process']> {
    const context = options.context as GatewayContext;
    if (context.trace === undefined) return this.inner.process(options);
    const span = beginSpan(`fetch ${this.subgraph}`, context.trace, { 'ocopea.subgraph': this.subgraph });
    try {
      const result = await this.inner.process({ ...options, context: { ...context, trace: span } } as typeof options);
      endSpan(span);
      return result;
    } catch (error) {
      endSpan(span, 'FAILED');
      throw error;
    }
  }
}

/** The work on the answers of one fetch, which goes on between them, as one span at its end. */
export function traceMerge({ context, mergeMs, members, errors }: PartitionFetchEnded): void {
  const above = (context as GatewayContext | undefined)?.trace;
  if (above === undefined) return;
  const now = Date.now();
  trace
    .getTracer('ocopea')
    .startSpan('merge', { startTime: now - mergeMs, attributes: { 'ocopea.sites': members, 'ocopea.errors': errors } }, above.context)
    .end(now);
}
