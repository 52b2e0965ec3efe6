import { composeServices } from '@apollo/composition';
import { silentLogger } from '@ocopea/edge';
import { parse } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { HttpSubgraph } from './http-subgraph.js';
import type { Gateway } from './serve-graph.js';
import { startSupergraphGateway } from './start-supergraph-gateway.js';
import { testPrincipal } from './testing/test-fabric.js';
import { TestSubgraphServer } from './testing/test-subgraph-server.js';

const sdl = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3") type Query { ok: Boolean } type Subscription { count(to: Int!): Int! }';
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

/** A given supergraph over one subgraph, which is sent the header `x-tenant`. */
async function serve(server: TestSubgraphServer): Promise<Gateway> {
  const { supergraphSdl } = composeServices([{ name: 'stock', url: server.url, typeDefs: parse(sdl) }]);
  const gateway = await startSupergraphGateway({
    port: 0,
    log: silentLogger,
    ready: () => ({ ready: true, missing: [] }),
    authenticate: () => Promise.resolve(testPrincipal),
    supergraphSdl: supergraphSdl!,
    source: 'of the test',
    connect: ({ name, url }) => new HttpSubgraph({ name, url, forwardHeaders: ['x-tenant'] }),
  });
  open.push(gateway);
  return gateway;
}

function client(gateway: Gateway, tenant: string): Client {
  const webSocketImpl = class extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers: { 'x-tenant': tenant } });
    }
  };
  const made = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl });
  open.push({ close: () => made.dispose() });
  return made;
}

it('has one upstream at a subgraph for clients that ask the same with the same headers, and another for others', async () => {
  const server = await new TestSubgraphServer().start();
  open.push({ close: () => server.stop() });
  const gateway = await serve(server);
  let upstreams = 0;
  server.arrivals.on('sent', () => upstreams++);
  const counted = async (of: Client): Promise<unknown[]> => {
    const values: unknown[] = [];
    for await (const { data } of of.iterate<{ count: number }>({ query: 'subscription { count(to: 3) }' })) if (values.push(data?.count) === 3) break;
    return values;
  };
  let release = (): void => {};
  server.hold = new Promise<void>((resolve) => (release = resolve));
  const [a, b, other] = [client(gateway, 'a'), client(gateway, 'a'), client(gateway, 'b')];
  const counting = Promise.all([a, b, b, other].map(counted));
  const metrics = async (): Promise<string> => (await fetch(`${gateway.url}/metrics`)).text();
  await expect.poll(metrics, { timeout: 10_000 }).toContain('ocopea_graphql_subscriptions{transport="websocket"} 4');
  await expect.poll(() => server.connectionParams.length, { timeout: 10_000 }).toBe(2);
  release();
  expect(await counting).toEqual([[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]]);
  await expect.poll(() => [upstreams, server.webSockets]).toEqual([2, 2]);
  expect(server.connectionParams).toEqual(expect.arrayContaining([{ 'x-tenant': 'a' }, { 'x-tenant': 'b' }]));
});

it('refuses a subscription of which all is left out, and asks no subgraph', async () => {
  const server = await new TestSubgraphServer().start();
  open.push({ close: () => server.stop() });
  const gateway = await serve(server);
  let upstreams = 0;
  server.arrivals.on('sent', () => upstreams++);
  const results = [];
  for await (const result of client(gateway, 'a').iterate({ query: 'subscription { count(to: 3) @skip(if: true) }' })) results.push(result);
  expect(results).toMatchObject([{ errors: [{ extensions: { code: 'BAD_REQUEST' } }] }]);
  expect(upstreams).toBe(0);
});
