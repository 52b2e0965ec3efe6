import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayMetrics } from './gateway-metrics.js';
import { TestFabric } from './testing/test-fabric.js';

let fabric: TestFabric | undefined;
afterEach(async () => {
  await fabric?.close();
  fabric = undefined;
});

function metricsWith(registry = new Registry()) {
  const metrics = new GatewayMetrics(registry);
  const lines = async (pattern: RegExp) => (await registry.metrics()).split('\n').filter((line) => pattern.test(line) && !line.startsWith('#'));
  return { metrics, lines };
}

const call = { member: 'east', operation: 'query', durationMs: 30, outcome: 'ANSWERED', attempts: 1, hedged: false, shared: false, context: undefined } as const;

describe('the figures of the gateway', () => {
  it('tell calls, width, plans and compositions of requests that were made', async () => {
    const { metrics, lines } = metricsWith();
    fabric = await TestFabric.startObserved(metrics, 'east', 'west');
    await fabric.ask('{ copies { totalCount } }');
    await fabric.ask('{ copies { totalCount } }');
    expect(await lines(/^ocopea_site_calls_total/)).toEqual([
      'ocopea_site_calls_total{site="east",operation="query",outcome="ANSWERED"} 2',
      'ocopea_site_calls_total{site="west",operation="query",outcome="ANSWERED"} 2',
    ]);
    expect(await lines(/^ocopea_site_call_seconds_count/)).toHaveLength(2);
    expect(await lines(/^ocopea_fetch_sites_(sum|count)/)).toEqual(['ocopea_fetch_sites_sum{operation="query"} 4', 'ocopea_fetch_sites_count{operation="query"} 2']);
    expect(await lines(/^ocopea_fetch_seconds_count/)).toEqual(['ocopea_fetch_seconds_count{part="sites"} 2', 'ocopea_fetch_seconds_count{part="merge"} 2']);
    expect(await lines(/^ocopea_plans_total/)).toEqual(['ocopea_plans_total{cache="miss"} 1', 'ocopea_plans_total{cache="hit"} 1']);
    expect(await lines(/^ocopea_compositions_total\{outcome="changed"/)).toEqual(['ocopea_compositions_total{outcome="changed"} 1']);
  });

  it('count the streams that are open at a Site, however many clients share them', async () => {
    const { metrics, lines } = metricsWith();
    fabric = await TestFabric.startObserved(metrics, 'east');
    const client = new AbortController();
    const events = fabric.subscribe('subscription { copyProgress { cursor } }', {}, client.signal);
    const first = events.next();
    await fabric.site('east').streams(1);
    expect(await lines(/^ocopea_site_upstreams\{site="east"/)).toEqual(['ocopea_site_upstreams{site="east"} 1']);
    client.abort();
    await first.catch(() => undefined);
    await fabric.site('east').streams(0);
    await expect.poll(() => lines(/^ocopea_site_upstreams\{site="east"/)).toEqual(['ocopea_site_upstreams{site="east"} 0']);
  });

  it('tell what became of a call: failures by code, second attempts, hedges, shared answers', async () => {
    const { metrics, lines } = metricsWith();
    metrics.callEnded({ ...call, attempts: 3, outcome: 'SITE_TIMEOUT' });
    metrics.callEnded({ ...call, attempts: 2, hedged: true });
    metrics.callEnded({ ...call, attempts: 0, shared: true });
    expect(await lines(/^ocopea_site_(calls|retries|hedges|shared_reads)_total/)).toEqual([
      'ocopea_site_calls_total{site="east",operation="query",outcome="SITE_TIMEOUT"} 1',
      'ocopea_site_calls_total{site="east",operation="query",outcome="ANSWERED"} 2',
      'ocopea_site_retries_total{site="east"} 2',
      'ocopea_site_hedges_total{site="east"} 1',
      'ocopea_site_shared_reads_total{site="east"} 1',
    ]);
  });

  it('show the state of a breaker', async () => {
    const { metrics, lines } = metricsWith();
    for (const [to, figure] of [['OPEN', 2], ['HALF_OPEN', 1], ['CLOSED', 0]] as const) {
      metrics.breakerChanged({ member: 'east', from: 'CLOSED', to });
      expect(await lines(/^ocopea_site_breaker_state/)).toEqual([`ocopea_site_breaker_state{site="east"} ${figure}`]);
    }
  });

  it('forget a Site that was removed, and keep the others', async () => {
    const { metrics, lines } = metricsWith();
    for (const member of ['east', 'west']) {
      metrics.callEnded({ ...call, member, attempts: 2 });
      metrics.callEnded({ ...call, member, operation: 'mutation', outcome: 'SITE_TIMEOUT', attempts: 2, hedged: true });
      metrics.callEnded({ ...call, member, shared: true });
      metrics.breakerChanged({ member, from: 'CLOSED', to: 'OPEN' });
      metrics.upstreamsChanged({ member, field: 'events', change: 1 });
      metrics.streamEvent({ member, field: 'events', lagMs: 1 });
    }
    const ofWest = await lines(/"west"/);
    metrics.memberForgotten('east');
    // It may have had streams.
    metrics.upstreamsChanged({ member: 'east', field: 'events', change: -1 });
    expect(await lines(/"east"/)).toEqual([]);
    expect(await lines(/"west"/)).toEqual(ofWest);
    expect(ofWest.length).toBeGreaterThan(20);
  });
});
