import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '@ocopea/security';
import type { EdgeLimits } from './edge-limits.js';
import type { EdgeMetrics } from './edge-metrics.js';
import type { EdgeOptions } from './edge-options.js';
import type { GraphqlEngine } from './graphql-engine.js';
import type { RequestRates } from './request-rates.js';

/** What all doors of one edge share. */
export interface EdgeServices<TContext extends object> {
  readonly options: EdgeOptions<TContext>;
  readonly limits: EdgeLimits;
  readonly engine: GraphqlEngine<TContext>;
  readonly metrics: EdgeMetrics;
  readonly rates: RequestRates;
  /** Aborted with SHUTTING_DOWN as soon as the process stops: subscriptions end, requests go on. */
  readonly closing: AbortSignal;
  /** Aborted with SHUTTING_DOWN when the process waits no longer for requests. */
  readonly stopping: AbortSignal;
}

/** One authenticated request over HTTP. */
export interface EdgeCall {
  readonly id: string;
  readonly principal: Principal;
  readonly remoteAddress: string;
  readonly headers: IncomingHttpHeaders;
  readonly url: URL;
}
