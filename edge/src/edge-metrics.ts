import { isErrorCode } from '@ocopea/graph';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The edge's own figures, and the registry that `/metrics` shows. */
export class EdgeMetrics {
  readonly registry: Registry;
  private readonly answers: Counter<'method' | 'status'>;
  private readonly operations: Histogram<'operation' | 'type' | 'result'>;
  private readonly costs: Histogram<'operation'>;
  private readonly refusals: Counter<'code'>;
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
      help: 'Time of queries and mutations over all transports. operation is the name of a known document or other; result is ok or errors.',
      labelNames: ['operation', 'type', 'result'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 30],
      registers,
    });
    this.costs = new Histogram({
      name: 'ocopea_graphql_operation_cost',
      help: 'Cost of operations as worked out before they run, of those that are refused for it as well.',
      labelNames: ['operation'],
      buckets: [1, 10, 100, 1_000, 5_000, 20_000, 50_000, 200_000],
      registers,
    });
    this.refusals = new Counter({
      name: 'ocopea_refusals_total',
      help: 'Requests and operations that were refused before they ran, by the code of the error.',
      labelNames: ['code'],
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

  /** @param operation - the name of a known document; `undefined` for all others, whatever they call themselves */
  operationEnded(operation: string | undefined, type: string, isOk: boolean, durationMs: number): void {
    this.operations.observe({ operation: operation ?? 'other', type, result: isOk ? 'ok' : 'errors' }, durationMs / 1000);
  }

  priced(operation: string | undefined, cost: number): void {
    this.costs.observe({ operation: operation ?? 'other' }, cost);
  }

  refused(code: unknown): void {
    if (endings.has(code)) return;
    this.refusals.inc({ code: isErrorCode(code) ? code : 'other' });
  }

  subscriptionStarted(transport: string): void {
    this.streams.inc({ transport });
  }

  subscriptionEnded(transport: string): void {
    this.streams.dec({ transport });
  }
}

/** What became of a request that was not refused. */
const endings: ReadonlySet<unknown> = new Set(['INTERNAL', 'CANCELLED', 'DEADLINE_EXCEEDED', 'SHUTTING_DOWN']);

/** Clients choose the method: unknown ones must not each make a time series. */
const knownMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A registry with the figures of the process itself: memory, event loop, CPU. */
export function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
