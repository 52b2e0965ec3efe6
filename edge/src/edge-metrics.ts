import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The edge's own figures, and the registry that `/metrics` shows. */
export class EdgeMetrics {
  readonly registry: Registry;
  private readonly answers: Counter<'method' | 'status'>;
  private readonly operations: Histogram<'type' | 'result'>;
  private readonly streams: Gauge<'transport'>;

  constructor(registry?: Registry) {
    this.registry = registry ?? processRegistry();
    const registers = [this.registry];
    this.answers = new Counter({
      name: 'ocopea_http_answers_total',
      help: 'Answers over HTTP, by method and status.',
      labelNames: ['method', 'status'],
      registers,
    });
    this.operations = new Histogram({
      name: 'ocopea_graphql_operation_seconds',
      help: 'Time of queries and mutations over all transports; result is ok or errors.',
      labelNames: ['type', 'result'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 30],
      registers,
    });
    this.streams = new Gauge({
      name: 'ocopea_graphql_subscriptions',
      help: 'Subscriptions that run now, by transport.',
      labelNames: ['transport'],
      registers,
    });
  }

  answered(method: string, status: number): void {
    this.answers.inc({ method: knownMethods.has(method) ? method : 'other', status });
  }

  operationEnded(type: string, isOk: boolean, durationMs: number): void {
    this.operations.observe({ type, result: isOk ? 'ok' : 'errors' }, durationMs / 1000);
  }

  subscriptionStarted(transport: string): void {
    this.streams.inc({ transport });
  }

  subscriptionEnded(transport: string): void {
    this.streams.dec({ transport });
  }
}

/** Clients choose the method: unknown ones must not each make a time series. */
const knownMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
