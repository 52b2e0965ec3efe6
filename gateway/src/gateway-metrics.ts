import type {
  BreakerChanged,
  BreakerState,
  MemberCallEnded,
  PartitionFetchEnded,
  StreamEventDelivered,
  StreamSubscribersChanged,
  StreamUpstreamsChanged,
} from '@ocopea/partition';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { GraphObserver } from './graph-observer.js';

/** Seconds. From a Site in the same rack to the longest deadline of a call. */
const callBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

const breakerFigures: Readonly<Record<BreakerState, number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

interface CallLabels extends Record<string, string> {
  readonly site: string;
}

/**
 * The Hub's figures for Prometheus. Labels are ids of registered Sites, root fields of the schema and fixed words: nothing
 * that a client can invent.
 */
export class GatewayMetrics implements GraphObserver {
  private readonly ofSites: readonly (Counter<'site'> | Gauge<'site'> | Histogram<'site'>)[];
  /** Which series of `calls` there are, by Site. */
  private readonly outcomes = new Map<string, Map<string, CallLabels>>();
  private readonly callSeconds;
  private readonly calls;
  private readonly retries;
  private readonly hedges;
  private readonly sharedReads;
  private readonly breakers;
  private readonly width;
  private readonly fetchSeconds;
  private readonly plans;
  private readonly planSeconds;
  private readonly compositions;
  private readonly compositionSeconds;
  private readonly subscribers;
  private readonly upstreams;
  /** By Site. */
  private readonly openUpstreams = new Map<string, number>();
  private readonly events;
  private readonly lag;

  constructor(registry: Registry) {
    const registers = [registry];
    const site = ['site'] as const;
    this.callSeconds = new Histogram({
      name: 'ocopea_site_call_seconds',
      help: 'Time of calls to a Site, from the wait for a free slot to the last byte, retries included.',
      labelNames: ['site', 'operation'],
      buckets: callBuckets,
      registers,
    });
    this.calls = new Counter({
      name: 'ocopea_site_calls_total',
      help: 'Calls to a Site by outcome: ANSWERED, or the code of the failure.',
      labelNames: ['site', 'operation', 'outcome'],
      registers,
    });
    this.retries = new Counter({ name: 'ocopea_site_retries_total', help: 'Second attempts after a lost connection.', labelNames: site, registers });
    this.hedges = new Counter({ name: 'ocopea_site_hedges_total', help: 'Second requests because the first was slow.', labelNames: site, registers });
    this.sharedReads = new Counter({
      name: 'ocopea_site_shared_reads_total',
      help: 'Reads answered by an identical one that was under way.',
      labelNames: site,
      registers,
    });
    this.breakers = new Gauge({
      name: 'ocopea_site_breaker_state',
      help: 'Circuit breaker of a Site: 0 closed, 1 half open, 2 open.',
      labelNames: site,
      registers,
    });
    this.subscribers = new Gauge({
      name: 'ocopea_stream_subscribers',
      help: 'Subscriptions of clients that are fed by Sites now, by root field.',
      labelNames: ['field'],
      registers,
    });
    this.upstreams = new Gauge({
      name: 'ocopea_site_upstreams',
      help: 'Subscriptions that the Hub keeps open at a Site now, one for all clients of one caller that ask the same.',
      labelNames: site,
      registers,
    });
    this.events = new Counter({ name: 'ocopea_site_events_total', help: 'Events of a Site that a subscriber took.', labelNames: site, registers });
    this.lag = new Histogram({
      name: 'ocopea_stream_lag_seconds',
      help: 'From the arrival of an event at the Hub until its subscriber took it, by root field.',
      labelNames: ['field'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    });
    this.width = new Histogram({
      name: 'ocopea_fetch_sites',
      help: 'Sites that one fetch of a query plan was spread over.',
      labelNames: ['operation'],
      buckets: [0, 1, 2, 5, 10, 20, 50, 100, 200],
      registers,
    });
    this.fetchSeconds = new Histogram({
      name: 'ocopea_fetch_seconds',
      help: 'Time of one fetch of a query plan: sites is the wait for Sites, merge is the work here.',
      labelNames: ['part'],
      buckets: callBuckets,
      registers,
    });
    this.plans = new Counter({ name: 'ocopea_plans_total', help: 'Operations by whether their plan was known: hit or miss.', labelNames: ['cache'], registers });
    this.planSeconds = new Histogram({
      name: 'ocopea_plan_seconds',
      help: 'Time to validate and plan an operation that was not known.',
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
      registers,
    });
    this.compositions = new Counter({ name: 'ocopea_compositions_total', help: 'Compositions of the graph by outcome.', labelNames: ['outcome'], registers });
    this.compositionSeconds = new Histogram({
      name: 'ocopea_composition_seconds',
      help: 'Time of one composition of the graph.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    });
    this.ofSites = [this.retries, this.hedges, this.sharedReads, this.breakers, this.upstreams, this.events];
  }

  callEnded({ member: site, operation, durationMs, outcome, attempts, hedged, shared }: MemberCallEnded): void {
    this.callSeconds.observe({ site, operation }, durationMs / 1_000);
    const labels = { site, operation, outcome };
    this.calls.inc(labels);
    const known = this.outcomes.get(site) ?? new Map<string, CallLabels>();
    if (!known.has(operation + outcome)) this.outcomes.set(site, known.set(operation + outcome, labels));
    const retries = attempts - 1 - (hedged ? 1 : 0);
    if (retries > 0) this.retries.inc({ site }, retries);
    if (hedged) this.hedges.inc({ site });
    if (shared) this.sharedReads.inc({ site });
  }

  breakerChanged({ member: site, to }: BreakerChanged): void {
    this.breakers.set({ site }, breakerFigures[to]);
  }

  fetchEnded({ operation, members, fetchMs, mergeMs }: PartitionFetchEnded): void {
    this.width.observe({ operation }, members);
    this.fetchSeconds.observe({ part: 'sites' }, fetchMs / 1_000);
    this.fetchSeconds.observe({ part: 'merge' }, mergeMs / 1_000);
  }

  streamEvent({ member: site, field, lagMs }: StreamEventDelivered): void {
    this.events.inc({ site });
    this.lag.observe({ field }, lagMs / 1_000);
  }

  planned({ wasKnown, durationMs }: { readonly wasKnown: boolean; readonly durationMs: number }): void {
    this.plans.inc({ cache: wasKnown ? 'hit' : 'miss' });
    if (!wasKnown) this.planSeconds.observe(durationMs / 1_000);
  }

  composed({ outcome, durationMs }: { readonly outcome: string; readonly durationMs: number }): void {
    this.compositions.inc({ outcome: outcome.toLowerCase() });
    this.compositionSeconds.observe(durationMs / 1_000);
  }

  subscribersChanged({ field, change }: StreamSubscribersChanged): void {
    this.subscribers.inc({ field }, change);
  }

  upstreamsChanged({ member: site, change }: StreamUpstreamsChanged): void {
    const open = this.openUpstreams.get(site);
    // The last ones of a Site that was forgotten.
    if (open === undefined && change < 0) return;
    this.openUpstreams.set(site, (open ?? 0) + change);
    this.upstreams.set({ site }, (open ?? 0) + change);
  }

  /** Sites come and go: the series of those that were removed must not add up. */
  memberForgotten(site: string): void {
    for (const metric of this.ofSites) metric.remove({ site });
    for (const operation of ['query', 'mutation']) this.callSeconds.remove({ site, operation });
    for (const labels of this.outcomes.get(site)?.values() ?? []) this.calls.remove(labels);
    this.outcomes.delete(site);
    this.openUpstreams.delete(site);
  }
}
