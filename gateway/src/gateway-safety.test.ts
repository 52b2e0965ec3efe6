import { buildSubgraphSchema } from '@apollo/subgraph';
import { silentLogger, startEdge } from '@ocopea/edge';
import { unauthenticated } from '@ocopea/graph';
import type { Principal } from '@ocopea/security';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { parse, subscribe } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type GatewayOptions } from './start-gateway.js';
import type { Gateway } from './serve-graph.js';
import { testPrincipal } from './testing/test-fabric.js';
import { TestHub } from './testing/test-hub.js';
import { testSiteSdl } from './testing/test-site-schema.js';
import { TestSite } from './testing/test-site.js';

const hub = new TestHub();
const sites = [new TestSite('east'), new TestSite('west')];
const siteOfHub: Principal = { kind: 'site', name: 'east' };
let gateway: Gateway;

const start = (options: Partial<GatewayOptions> = {}, from = hub) =>
  startGateway({
    port: 0,
    log: silentLogger,
    ready: () => ({ ready: true, missing: [] }),
    authenticate: (authorization) => {
      if (authorization === 'Bearer admin') return Promise.resolve(testPrincipal);
      return authorization === 'Bearer site' ? Promise.resolve(siteOfHub) : Promise.reject(unauthenticated());
    },
    ordinary: [from.subgraph],
    partitioned: { name: 'site', baseSdl: testSiteSdl, registry: from.registry, localMembers: [from.member] },
    hubToken: (siteId) => `for ${siteId}`,
    ...options,
  });

beforeAll(async () => {
  for (const site of sites) {
    await site.start();
    hub.registry.register({ id: site.id, url: site.url });
  }
  gateway = await start({ limits: { cost: 30 } });
  await Promise.all(sites.map(({ id }) => hub.registry.observed(id, 'compatible')));
});
afterAll(async () => {
  await gateway.close();
  await Promise.all(sites.map((site) => site.stop()));
});

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
  readonly extensions?: Record<string, unknown>;
}

async function ask(body: object, { token = 'admin', headers = {}, url = gateway.url }: { token?: string; headers?: Record<string, string>; url?: string } = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer;
}
const asked = () => sites.map((site) => site.requests.filter(({ query }) => !query.includes('_service')).length);

describe('cost at the Hub', () => {
  // 1 for the page, 2 for each row; 1 for each of the three members, the Hub's own included, and a tenth of each row.
  const copies = (first: number) => ({ query: `{ copies(first: ${first}) { edges { node { id } } } }`, extensions: { cost: true } });

  it('counts the Sites, and nothing is asked of them when it is too much', async () => {
    expect((await ask(copies(11))).extensions?.['cost']).toMatchObject({ cost: 1 + 22 + 3 + 4, limit: 30 });
    const before = asked();
    expect((await ask(copies(12))).errors?.[0]?.extensions).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE', limit: 30, dearest: { field: 'copies.edges' } });
    expect(asked()).toEqual(before);
  });

  it('is less where fewer Sites are named', async () => {
    const costOf = async (query: string, variables = {}) => ((await ask({ query, variables, extensions: { cost: true } })).extensions?.['cost'] as { cost?: number } | undefined)?.cost;
    expect(await costOf('{ copyStatistics { copies } }')).toBe(3);
    expect(await costOf('{ copies(first: 2, sites: ["east"]) { totalCount } }')).toBe(1 + 1);
    expect(await costOf('query($s: [ID!]) { copies(first: 2, sites: $s) { totalCount } }', { s: ['east', 'west'] })).toBe(1 + 2 + 1);
  });
});

describe('an explanation at the Hub', () => {
  it('is in the answer to an administrator who asks for it', async () => {
    const { extensions } = await ask({ query: '{ copies(first: 2) { totalCount } }', extensions: { explain: true } });
    const explain = extensions?.['explain'] as { plan: string; requests: { to: string; document: string }[] };
    expect(explain.plan).toContain('Fetch(service: "site")');
    expect(explain.requests.map(({ to }) => to).toSorted()).toEqual(['east', 'west']);
    expect(JSON.stringify(explain)).not.toMatch(/127\.0\.0\.1|for east/);
    expect(extensions).toHaveProperty('sites');
    expect((await ask({ query: '{ copies(first: 2) { totalCount } }' })).extensions).not.toHaveProperty('explain');
  });

  it('is refused to others, and nothing is asked of the Sites', async () => {
    const before = asked();
    const { errors } = await ask({ query: '{ copies(first: 2) { totalCount } }', extensions: { explain: true } }, { token: 'site' });
    expect(errors?.[0]).toMatchObject({ message: 'site "east" may not ask for an explanation of a request; ask an administrator', extensions: { code: 'FORBIDDEN' } });
    expect(asked()).toEqual(before);
  });
});

describe('a trace', () => {
  it('goes from the client through the Hub into a Site, in one tree', async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    const schema = buildSubgraphSchema({ typeDefs: parse(testSiteSdl), resolvers: { Query: { copyStatistics: () => ({ copies: 1, bytes: 1 }) } } });
    const site = await startEdge({
      port: 0,
      graphql: { schema },
      subscribe: ({ document }) => subscribe({ schema, document }) as never,
      authenticate: () => Promise.resolve({ ...testPrincipal, via: 'hub' }),
      context: (request) => ({ request }),
      ready: () => ({ ready: true, missing: [] }),
      log: silentLogger,
    });
    const own = new TestHub();
    own.registry.register({ id: 'south', url: site.url, sdl: testSiteSdl });
    const traced = await start({}, own);
    try {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      expect(await ask({ query: '{ copyStatistics { copies } }' }, { url: traced.url, headers: { traceparent } })).toMatchObject({ data: { copyStatistics: { copies: 1 } } });
      const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceparent.slice(3, 35));
      const path: string[] = [];
      const atSite = spans.find((span) => span.name === 'query' && spans.some((above) => above.name === 'call south' && above.spanContext().spanId === span.parentSpanContext?.spanId));
      for (let span = atSite; span; span = spans.find((above) => above.spanContext().spanId === span?.parentSpanContext?.spanId)) path.push(span.name);
      expect(path).toEqual(['query', 'call south', 'fetch site', 'query']);
    } finally {
      trace.disable();
      await traced.close();
      await site.close();
    }
  });
});
