import { silentLogger } from '@ocopea/edge';
import { GraphQLError } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Gateway } from './serve-graph.js';
import { startGateway } from './start-gateway.js';
import { testPrincipal } from './testing/test-fabric.js';
import { TestHub } from './testing/test-hub.js';
import { testSiteSdl } from './testing/test-site-schema.js';
import { TestSite } from './testing/test-site.js';

const hub = new TestHub();
const site = new TestSite('east');
let gateway: Gateway;

beforeAll(async () => {
  await site.start();
  const copy = site.addCopy(9);
  site.journal.append(copy.id, 1);
  hub.registry.register({ id: site.id, url: site.url });
  gateway = await startGateway({
    port: 0,
    log: silentLogger,
    ready: () => ({ ready: true, missing: [] }),
    authenticate: () => Promise.resolve(testPrincipal),
    ordinary: [hub.subgraph],
    partitioned: { name: 'site', baseSdl: testSiteSdl, registry: hub.registry, localMembers: [hub.member] },
    hubToken: () => 'token',
    backoffMs: { first: 20, longest: 100 },
  });
  await hub.registry.observed('east', 'compatible');
});
afterEach(() => {
  site.refusal = undefined;
});
afterAll(async () => {
  await gateway.close();
  await site.stop();
});

/** The text of the first result, as it comes over each of the two doors. */
const doors: Record<string, (query: string) => Promise<string>> = {
  async 'a WebSocket'(query) {
    const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
    try {
      for await (const result of client.iterate({ query })) return JSON.stringify(result);
      throw new Error('the stream ended without a result');
    } catch (refused) {
      // What the protocol has a message of its own for is thrown.
      if (!Array.isArray(refused)) throw refused;
      return JSON.stringify({ errors: refused as unknown[] });
    } finally {
      await client.dispose();
    }
  },
  async 'server-sent events'(query) {
    const response = await fetch(`${gateway.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    });
    let text = '';
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk as Uint8Array).toString('utf8');
      const [, data] = /^event: next\ndata: (.*)\n\n/m.exec(text) ?? [];
      // Leaving the loop gives the connection up.
      if (data !== undefined) return data;
    }
    throw new Error('the stream ended without a result');
  },
};

const inside = 'connect ECONNREFUSED 10.9.8.7:5432 for http://inner.example/x\n    at query (/srv/app/node_modules/pg/lib/client.js:526:17)';
const secrets = /10\.9\.8\.7|127\.0\.0\.1|inner\.example|ECONN|node_modules|stack|https?:/i;
const field = '{ copyProgress { bytesDone copy { id secret } } }';

describe.each(Object.entries(doors))('what goes wrong in a stream and was not foreseen does not leave over %s', (_door, first) => {
  it('in an event of a Site', async () => {
    const text = await first(`subscription ${field}`);
    expect(JSON.parse(text)).toMatchObject({ data: { copyProgress: { bytesDone: 1, copy: { secret: null } } }, errors: [{ message: expect.stringMatching(/^something went wrong here/) as string, extensions: { code: 'INTERNAL' } }] });
    expect(text).not.toMatch(secrets);
  });

  it.each([
    ['without a code', new GraphQLError(inside, { extensions: { stacktrace: [inside] } })],
    ['with the code of a defect', new GraphQLError(inside, { extensions: { code: 'INTERNAL_SERVER_ERROR', exception: { stack: inside } } })],
  ])('in the refusal of a Site, %s', async (_what, refusal) => {
    site.refusal = refusal;
    const text = await first('subscription { copyProgress { bytesDone } }');
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL' } }] });
    expect(text).not.toMatch(secrets);
  });

  it('in the refusal of a Site that has a code, and more than it should', async () => {
    site.refusal = new GraphQLError(`no such copy${inside.slice(inside.indexOf('\n'))}`, { extensions: { code: 'NOT_FOUND', details: { inner: { stacktrace: [inside] } }, url: 'http://inner.example' } });
    const text = await first('subscription { copyProgress { bytesDone } }');
    expect(JSON.parse(text)).toMatchObject({ errors: [{ message: 'no such copy', extensions: { code: 'NOT_FOUND' } }] });
    expect(text).not.toMatch(secrets);
  });

  it.each([
    ['an error', new Error(inside)],
    ['a coded GraphQL error with a stack', new GraphQLError(inside.replace(/^.*/, 'torn'), { extensions: { code: 'TORN', debug: inside } })],
  ])('in a stream of a subgraph in the process that breaks with %s', async (_what, error) => {
    const followed = hub.connectionsFollowed();
    const result = first('subscription { siteConnectionChanged { to } }');
    await followed;
    hub.connectionsFailed(error);
    const text = await result;
    expect(JSON.parse(text)).toHaveProperty('errors.0.extensions.code');
    expect(text).not.toMatch(secrets);
  });
});
