import { silentLogger } from '@ocopea/edge';
import { unauthenticated } from '@ocopea/graph';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Gateway } from './serve-graph.js';
import { startGateway } from './start-gateway.js';
import { testPrincipal } from './testing/test-fabric.js';
import { TestHub } from './testing/test-hub.js';
import { testSiteSdl } from './testing/test-site-schema.js';
import { TestSite } from './testing/test-site.js';

const hub = new TestHub();
const [east, west] = [new TestSite('east'), new TestSite('west')];
let gateway: Gateway;
let socket: Client;

beforeAll(async () => {
  for (const site of [east, west]) {
    await site.start();
    hub.registry.register({ id: site.id, url: site.url });
  }
  gateway = await startGateway({
    port: 0,
    log: silentLogger,
    ready: () => ({ ready: true, missing: [] }),
    authenticate: (authorization) => (authorization === 'Bearer secret' ? Promise.resolve(testPrincipal) : Promise.reject(unauthenticated())),
    ordinary: [hub.subgraph],
    partitioned: { name: 'site', baseSdl: testSiteSdl, registry: hub.registry, localMembers: [hub.member] },
    hubToken: (siteId) => `for ${siteId}`,
    backoffMs: { first: 20, longest: 100 },
  });
  await Promise.all([hub.registry.observed('east', 'compatible'), hub.registry.observed('west', 'compatible')]);
  socket = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: 'Bearer secret' },
  });
});

afterAll(async () => {
  await socket.dispose();
  await gateway.close();
  await Promise.all([east.stop(), west.stop()]);
});

async function post(query: string, authorization = 'Bearer secret'): Promise<{ status: number; body: { data?: unknown; errors?: { extensions: { code: string } }[]; extensions?: { sites: { id: string; outcome: string }[] } } }> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: (await response.json()) as never };
}

describe('the gateway', () => {
  it('answers over HTTP, and says in every answer which Sites answered', async () => {
    const copy = east.addCopy(5);
    const { body } = await post('{ copies { edges { node { id pinned } } } }');
    expect(body.data).toEqual({ copies: { edges: [{ node: { id: copy.id, pinned: true } }] } });
    expect(body.extensions?.sites.map(({ id, outcome }) => [id, outcome])).toEqual(
      expect.arrayContaining([
        ['east', 'ANSWERED'],
        ['west', 'ANSWERED'],
      ]),
    );
    expect((await post('{ whoAmI }')).body).toEqual({ data: { whoAmI: 'admin' }, extensions: { sites: [] } });
  });

  it('answers nothing without a credential', async () => {
    const { status, body } = await post('{ whoAmI }', 'Bearer wrong');
    expect(status).toBe(401);
    expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('streams over a WebSocket', async () => {
    const copy = west.addCopy(5);
    west.journal.append(copy.id, 3);
    const events = socket.iterate({ query: 'subscription($id: ID) { copyProgress(copyId: $id) { cursor bytesDone snapshot copy { pinned } } }', variables: { id: copy.id } });
    expect((await events.next()).value?.data).toMatchObject({ copyProgress: { bytesDone: 3, snapshot: true, copy: { pinned: true } } });
    west.journal.append(copy.id, 5);
    expect((await events.next()).value?.data).toMatchObject({ copyProgress: { bytesDone: 5, snapshot: false } });
    await events.return?.();
    await west.streams(0);
  });

  it('shows at /metrics who subscribes, what is open at Sites for it, and what came', async () => {
    const lines = async () => {
      const response = await fetch(`${gateway.url}/metrics`, { headers: { authorization: 'Bearer secret' } });
      const text = await response.text();
      return (name: string) => Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? Number.NaN);
    };
    const copy = east.addCopy(5);
    const before = await lines();
    const query = `subscription { copyProgress(copyId: "${copy.id}") { cursor bytesDone copy { pinned } } }`;
    const clients = [socket.iterate({ query }), socket.iterate({ query })];
    const firsts = clients.map((client) => client.next());
    await east.streams(1);
    east.journal.append(copy.id, 3);
    await Promise.all(firsts);
    const during = await lines();
    expect({
      clients: during('ocopea_graphql_subscriptions{transport="websocket"}'),
      subscribers: during('ocopea_stream_subscribers{field="copyProgress"}'),
      upstreams: during('ocopea_site_upstreams{site="east"}'),
    }).toEqual({ clients: 2, subscribers: 2, upstreams: 1 });
    const since = (name: string) => during(name) - (before(name) || 0);
    expect(since('ocopea_site_events_total{site="east"}')).toBe(2);
    expect(since('ocopea_stream_lag_seconds_count{field="copyProgress"}')).toBe(2);
    await Promise.all(clients.map((client) => client.return?.()));
    await east.streams(0);
    const after = await lines();
    expect(after('ocopea_graphql_subscriptions{transport="websocket"}')).toBe(0);
    expect(after('ocopea_stream_subscribers{field="copyProgress"}')).toBe(0);
    expect(after('ocopea_site_upstreams{site="east"}')).toBe(0);
  });

  it('makes one span of a subscription, with how many events it had and what ended it', async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    try {
      const copy = west.addCopy(5);
      west.journal.append(copy.id, 3);
      const events = socket.iterate({ query: `subscription { copyProgress(copyId: "${copy.id}") { bytesDone } }` });
      await events.next();
      await events.return?.();
      await socket.iterate({ query: 'subscription { copyProgress(copyId: "atlantis.copy.1") { bytesDone } }' }).next();
      const spans = () => exporter.getFinishedSpans().filter(({ name }) => name === 'subscription');
      await expect.poll(() => spans().length).toBe(2);
      expect(spans().map(({ attributes, status }) => [attributes['ocopea.events'], status.message])).toEqual([
        [1, undefined],
        [1, 'SITE_UNKNOWN'],
      ]);
    } finally {
      trace.disable();
      await west.streams(0);
    }
  });

  it('streams as server-sent events', async () => {
    const copy = west.addCopy(5);
    west.journal.append(copy.id, 1);
    const left = new AbortController();
    const response = await fetch(`${gateway.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: 'Bearer secret' },
      body: JSON.stringify({ query: `subscription { copyProgress(copyId: "${copy.id}") { bytesDone } }` }),
      signal: left.signal,
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"bytesDone":1')) text += (await reader.read()).value ?? '';
    expect(text).toContain('event: next');
    left.abort();
    await west.streams(0);
  });

  it('serves what a newer Site brought, without a restart', async () => {
    const newer = await new TestSite('north', testSiteSdl.replace(/type Copy @key\(fields: "id"\) \{/, '$& colour: String')).start();
    try {
      expect((await post('{ copies { edges { node { colour } } } }')).body.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
      hub.registry.register({ id: 'north', url: newer.url });
      await hub.registry.observed('north', 'compatible');
      expect((await post('{ copies(sites: ["north"]) { edges { node { colour } } } }')).body).toMatchObject({ data: { copies: { edges: [] } } });
      expect(gateway.supergraphSdl()).toContain('colour');
      hub.registry.remove('north');
    } finally {
      await newer.stop();
    }
  });
});
