import { silentLogger } from '@ocopea/edge';
import { unauthenticated } from '@ocopea/graph';
import type { Principal } from '@ocopea/security';
import { createClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Gateway } from './serve-graph.js';
import { startGateway } from './start-gateway.js';
import { TestHub } from './testing/test-hub.js';
import { testSiteSdl } from './testing/test-site-schema.js';
import { TestSite } from './testing/test-site.js';

const hub = new TestHub();
const site = new TestSite('east');
/** Two credentials of one caller, and one of another. */
const callers = new Map<string, Principal>([
  ['a', { kind: 'administrator', name: 'alice' }],
  ['b', { kind: 'administrator', name: 'alice' }],
  ['c', { kind: 'administrator', name: 'alice' }],
  ['m', { kind: 'administrator', name: 'mallory' }],
]);
const clients: Client[] = [];
let gateway: Gateway;

beforeAll(async () => {
  await site.start();
  site.forbids = (authorization) => String(authorization).includes('mallory');
  hub.registry.register({ id: site.id, url: site.url });
  gateway = await startGateway({
    port: 0,
    log: silentLogger,
    limits: { credentialCheckMs: 1_000 },
    ready: () => ({ ready: true, missing: [] }),
    authenticate: (authorization = '') => {
      const principal = callers.get(authorization.replace('Bearer ', ''));
      return principal ? Promise.resolve(principal) : Promise.reject(unauthenticated());
    },
    ordinary: [hub.subgraph],
    partitioned: { name: 'site', baseSdl: testSiteSdl, registry: hub.registry, localMembers: [hub.member] },
    hubToken: (siteId, principal) => `${principal?.name ?? 'hub'} for ${siteId}`,
    backoffMs: { first: 20, longest: 100 },
  });
  await hub.registry.observed('east', 'compatible');
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  await gateway.close();
  await site.stop();
});

const query = 'subscription { copyProgress { bytesDone } }';

function listen(token: string): AsyncIterableIterator<unknown> {
  const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${token}` }, retryAttempts: 0 });
  clients.push(client);
  return client.iterate({ query });
}

/** All that a client of server-sent events is sent, once its stream is over. */
async function streamed(token: string): Promise<string> {
  const response = await fetch(`${gateway.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

describe('the clients of one stream of a Site', () => {
  it('share it as one caller, and each has its own permission: who loses it sees no event any more', async () => {
    const copy = site.addCopy(9);
    const [alice, withdrawn] = [listen('a'), listen('b')];
    const [first, second] = [alice.next(), withdrawn.next()];
    const onStream = streamed('c');
    await site.streams(1);
    expect(site.connectionParams).toEqual([{ authorization: 'Bearer alice for east' }]);
    await expect.poll(async () => await (await fetch(`${gateway.url}/metrics`, { headers: { authorization: 'Bearer a' } })).text()).toContain('ocopea_stream_subscribers{field="copyProgress"} 3');
    site.journal.append(copy.id, 1);
    for (const each of [first, second]) expect((await each).value).toMatchObject({ data: { copyProgress: { bytesDone: 1 } } });

    const [next, refusal] = [alice.next(), withdrawn.next().catch((error: unknown) => error)];
    callers.delete('b');
    callers.delete('c');
    expect(await refusal).toMatchObject({ code: 4401 });
    const text = await onStream;
    site.journal.append(copy.id, 2);
    expect((await next).value).toMatchObject({ data: { copyProgress: { bytesDone: 2 } } });
    expect(text).toMatch(/"bytesDone":1[^]*UNAUTHENTICATED[^]*event: complete/);
    expect(text).not.toContain('"bytesDone":2');
    expect(site.openStreams).toBe(1);
  });

  it('do not share it with another caller, to whom the Site says no', async () => {
    const copy = site.copies[0] ?? site.addCopy(9);
    const alice = listen('a');
    const first = alice.next();
    const refusal = listen('m').next();
    const { value: answer } = await refusal;
    expect(answer).toMatchObject({ errors: [{ message: 'not for you', extensions: { code: 'FORBIDDEN' } }] });
    expect(answer).not.toHaveProperty('data');
    expect(site.connectionParams).toContainEqual({ authorization: 'Bearer mallory for east' });
    site.journal.append(copy.id, 3);
    expect((await first).value).toHaveProperty('data.copyProgress');
  });
});
