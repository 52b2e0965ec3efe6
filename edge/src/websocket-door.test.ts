import { once } from 'node:events';
import { connect } from 'node:net';
import { OcopeaError } from '@ocopea/graph';
import { createClient, type Client } from 'graphql-ws';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { EdgeLimits } from './edge-limits.js';
import { eventually } from './testing/eventually.js';
import { engines, startTestEdge, type TestEdge, type TestEdgeOptions } from './testing/test-edge.js';

let edge: TestEdge;
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanup.splice(0)) await each();
  await edge.close();
});
let engine: TestEdgeOptions['engine'];
const start = async (limits: Partial<EdgeLimits> = {}) => (edge = await startTestEdge({ engine, limits }));
const address = () => `${edge.url.replace('http', 'ws')}/graphql`;

function client(authorization = 'Bearer good', listeners: Parameters<typeof createClient>[0]['on'] = {}): Client {
  const made = createClient({
    url: address(),
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
    on: listeners,
  });
  cleanup.push(() => made.dispose());
  return made;
}

/** A socket on which a test speaks the protocol itself. */
async function rawClient(options: { authorization?: string; init?: object | false; protocol?: string[] } = {}) {
  const socket = new WebSocket(
    address(),
    options.protocol ?? ['graphql-transport-ws'],
    options.authorization === undefined ? {} : { headers: { authorization: options.authorization } },
  );
  cleanup.push(() => socket.terminate());
  const messages: { id?: string; type: string; payload?: unknown }[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(String(data)) as (typeof messages)[number]));
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) }));
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  if (options.init !== false) send({ type: 'connection_init', ...(options.init !== undefined && { payload: options.init }) });
  const until = (check: () => unknown) => eventually(() => expect(check()).toBeTruthy());
  return { socket, messages, closed, send, until };
}

const collect = async (iterator: AsyncIterableIterator<unknown>, count: number) => {
  const results: unknown[] = [];
  for (let index = 0; index < count; index += 1) results.push((await iterator.next()).value);
  return results;
};

describe.each(engines)('GraphQL over WebSocket, through %s', (through) => {
  beforeAll(() => void (engine = through));

  it('carries subscriptions, queries and mutations', async () => {
    await start();
    const connection = client();
    const ticks = connection.iterate({ query: 'subscription { ticks { value } }' });
    const first = ticks.next();
    await eventually(() => expect(edge.tickers.size).toBe(1));
    edge.tick(1);
    expect((await first).value).toEqual({ data: { ticks: { value: 1 } } });
    expect(await collect(connection.iterate({ query: '{ me }' }), 1)).toEqual([
      { data: { me: 'administrator admin by websocket' } },
    ]);
    expect(await collect(connection.iterate({ query: 'mutation { add(n: 1) }' }), 1)).toEqual([{ data: { add: 2 } }]);
    expect(edge.mutations).toMatchObject([{ field: 'add', outcome: 'OK', principal: { name: 'admin' } }]);
  });

  it('ends the source when the client unsubscribes, and when it vanishes', async () => {
    await start();
    const { messages, send, until, socket } = await rawClient({ init: { authorization: 'Bearer good' } });
    await until(() => messages.length > 0);
    for (const id of ['1', '2']) send({ type: 'subscribe', id, payload: { query: 'subscription { ticks { value } }' } });
    await eventually(() => expect(edge.tickers.size).toBe(2));
    send({ type: 'complete', id: '1' });
    await eventually(() => expect(edge.tickers.size).toBe(1));
    socket.terminate();
    await eventually(() => expect(edge.tickers.size).toBe(0));
  });

  it('ends a source that waits for its next event', async () => {
    await start();
    const { messages, send, until } = await rawClient({ init: { authorization: 'Bearer good' } });
    await until(() => messages.length > 0);
    send({ type: 'subscribe', id: '1', payload: { query: 'subscription { waits { value } }' } });
    await eventually(() => expect(edge.aborted).toEqual(['waiting']));
    send({ type: 'complete', id: '1' });
    await eventually(() => expect(edge.aborted).toEqual(['waiting', 'waits']));
  });

  it.each([
    ['none', {}, 'UNAUTHENTICATED: no valid credential'],
    ['a wrong one in its parameters', { init: { authorization: 'Bearer bad' } }, 'UNAUTHENTICATED: no valid credential'],
    ['an expired one in its parameters', { init: { authorization: 'Bearer old' } }, 'TOKEN_EXPIRED: the token has expired'],
    ['a wrong one in the header of the upgrade', { authorization: 'Bearer bad' }, 'UNAUTHENTICATED: no valid credential'],
  ])('closes 4401 with a reason on a client whose credential is %s', async (_, options, reason) => {
    await start();
    const { closed } = await rawClient(options);
    expect(await closed).toEqual({ code: 4401, reason: expect.stringContaining(reason) as string });
  });

  it('takes the credential from the header of the upgrade too', async () => {
    await start();
    const { messages, until } = await rawClient({ authorization: 'Bearer good' });
    await until(() => messages.some(({ type }) => type === 'connection_ack'));
  });

  it('closes 4401 when a credential that was good is not any more', async () => {
    await start({ credentialCheckMs: 1_000 });
    const { closed, messages, until } = await rawClient({ init: { authorization: 'Bearer short' } });
    await until(() => messages.some(({ type }) => type === 'connection_ack'));
    edge.shortIsGood = false;
    expect(await closed).toEqual({ code: 4401, reason: expect.stringContaining('TOKEN_EXPIRED') as string });
  });

  it('goes on with a newer credential that came by a ping', async () => {
    await start({ credentialCheckMs: 1_000 });
    const { closed, messages, send, until } = await rawClient({ init: { authorization: 'Bearer short' } });
    await until(() => messages.some(({ type }) => type === 'connection_ack'));
    send({ type: 'ping', payload: { authorization: 'Bearer good' } });
    await until(() => messages.some(({ type }) => type === 'pong'));
    edge.shortIsGood = false;
    send({ type: 'subscribe', id: '1', payload: { query: '{ me }' } });
    await until(() => messages.some(({ type }) => type === 'next'));
    expect(messages.find(({ type }) => type === 'next')?.payload).toEqual({ data: { me: 'administrator admin by websocket' } });
    send({ type: 'ping', payload: { authorization: 'Bearer old' } });
    expect(await closed).toMatchObject({ code: 4401 });
  });

  it.each([
    ['does not parse', '{', 'GRAPHQL_PARSE_FAILED'],
    ['does not fit the schema', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['is too deep', `subscription ${'{ a '.repeat(200)}${'}'.repeat(200)}`, 'QUERY_TOO_DEEP'],
    ['is refused by its resolver', 'subscription { refused { value } }', 'NOT_FOUND'],
    ['is a query that does not fit the schema', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['is missing', '', 'BAD_REQUEST'],
  ])('answers an operation that %s with an error message and its code', async (_, query, code) => {
    await start();
    const { messages, send, until } = await rawClient({ init: { authorization: 'Bearer good' } });
    await until(() => messages.length > 0);
    send({ type: 'subscribe', id: '1', payload: { query } });
    await until(() => messages.some(({ id }) => id === '1'));
    expect(messages.find(({ id }) => id === '1')).toMatchObject({ type: 'error', payload: [{ extensions: { code } }] });
  });

  it('says of a source that fails no more than where to look, after the events before', async () => {
    await start();
    const results = await collect(client().iterate({ query: 'subscription { fails { value } }' }), 3);
    expect(results).toEqual([
      { data: { fails: { value: 1 } } },
      { errors: [expect.objectContaining({ message: expect.stringContaining('see the log') as string })] },
      undefined,
    ]);
    expect(JSON.stringify(results)).not.toContain('hunter2');
  });

  it('refuses operations beyond the limit of a connection, and only those', async () => {
    await start({ subscriptionsPerConnection: 1 });
    const { messages, send, until } = await rawClient({ init: { authorization: 'Bearer good' } });
    await until(() => messages.length > 0);
    send({ type: 'subscribe', id: '1', payload: { query: 'subscription { ticks { value } }' } });
    await eventually(() => expect(edge.tickers.size).toBe(1));
    send({ type: 'subscribe', id: '2', payload: { query: 'subscription { ticks { value } }' } });
    await until(() => messages.some(({ id, type }) => id === '2' && type === 'error'));
    expect(messages.at(-1)?.payload).toMatchObject([{ extensions: { code: 'TOO_MANY_CONNECTIONS' } }]);
    edge.tick(1);
    await until(() => messages.some(({ id, type }) => id === '1' && type === 'next'));
  });

  it('closes on a message that is too large, and on one that is none', async () => {
    await start({ bodyBytes: 1_000 });
    const large = await rawClient({ init: { authorization: 'Bearer good' } });
    large.send({ type: 'subscribe', id: '1', payload: { query: 'x'.repeat(2_000) } });
    expect(await large.closed).toMatchObject({ code: 1009 });
    const none = await rawClient({ init: { authorization: 'Bearer good' } });
    none.socket.send('hello');
    expect(await none.closed).toMatchObject({ code: 4400 });
  });

  it('closes 4400 on a message that is not of the protocol', async () => {
    await start();
    for (const message of ['{"type":"start","id":"1"}', '{"id":"1","type":"subscribe"}', '[]']) {
      const { closed, socket } = await rawClient({ init: { authorization: 'Bearer good' } });
      socket.send(message);
      expect(await closed).toMatchObject({ code: 4400 });
    }
  });

  it('closes 4401 on an operation that comes before the connection was acknowledged', async () => {
    await start();
    const { closed, send } = await rawClient({ init: false });
    send({ type: 'subscribe', id: '1', payload: { query: '{ me }' } });
    expect(await closed).toMatchObject({ code: 4401 });
  });

  it('closes 4403 on a client that is known and may not come in', async () => {
    edge = await startTestEdge({ authenticate: () => Promise.reject(new OcopeaError('FORBIDDEN', 'Ada may not subscribe; ask an administrator')) });
    const { closed } = await rawClient({ init: { authorization: 'Bearer good' } });
    expect(await closed).toEqual({ code: 4403, reason: 'FORBIDDEN: Ada may not subscribe; ask an administrator' });
  });

  it('closes 4406 on a client that does not name the protocol', async () => {
    await start();
    const { closed } = await rawClient({ protocol: [], init: false });
    expect(await closed).toMatchObject({ code: 4406 });
  });

  it('closes 4408 on a client that does not initialise its connection', async () => {
    await start({ connectionInitMs: 20 });
    const { closed } = await rawClient({ init: false });
    expect(await closed).toMatchObject({ code: 4408 });
  });

  it('closes 4409 on an operation whose id is in use', async () => {
    await start();
    const { closed, messages, send, until } = await rawClient({ init: { authorization: 'Bearer good' } });
    await until(() => messages.length > 0);
    for (let count = 0; count < 2; count += 1) send({ type: 'subscribe', id: '1', payload: { query: 'subscription { ticks { value } }' } });
    expect(await closed).toMatchObject({ code: 4409 });
    await eventually(() => expect(edge.tickers.size).toBe(0));
  });

  it('closes 4429 on a client that initialises its connection twice', async () => {
    await start();
    const { closed, messages, send, until } = await rawClient({ init: { authorization: 'Bearer good' } });
    await until(() => messages.length > 0);
    send({ type: 'connection_init', payload: { authorization: 'Bearer good' } });
    expect(await closed).toMatchObject({ code: 4429 });
  });

  it('takes an id again once its operation has ended', async () => {
    await start();
    const { messages, send, until } = await rawClient({ init: { authorization: 'Bearer good' } });
    await until(() => messages.length > 0);
    for (let count = 1; count <= 2; count += 1) {
      send({ type: 'subscribe', id: '1', payload: { query: '{ me }' } });
      await until(() => messages.filter(({ type }) => type === 'complete').length === count);
    }
    expect(messages.filter(({ type }) => type === 'next')).toHaveLength(2);
  });

  it('lets go of the source of a client that terminates its connection (4499 on its side)', async () => {
    await start();
    const closes: unknown[] = [];
    const connection = client('Bearer good', { closed: (event) => closes.push((event as { code: number }).code) });
    const ticks = connection.iterate({ query: 'subscription { ticks { value } }' });
    const first = ticks.next().catch(() => undefined);
    await eventually(() => expect(edge.tickers.size).toBe(1));
    connection.terminate();
    await first;
    expect(closes).toEqual([4499]);
    await eventually(() => expect(edge.tickers.size).toBe(0));
  });

  it('writes a result that many are given once, in the same bytes to all', async () => {
    let stringified = 0;
    const result = { data: { ticks: { value: 1, toJSON: () => ((stringified += 1), { value: 1, filler: '"(payload)"}' }) } } };
    edge = await startTestEdge({
      subscribe: async function* () {
        yield result as never;
      },
    });
    const { messages, send, until } = await rawClient({ init: { authorization: 'Bearer good' } });
    await until(() => messages.length > 0);
    for (let id = 1; id <= 5; id += 1) send({ type: 'subscribe', id: String(id), payload: { query: 'subscription { ticks { value } }' } });
    await until(() => messages.filter(({ type }) => type === 'complete').length === 5);
    const next = messages.filter(({ type }) => type === 'next');
    expect(next).toEqual(
      [1, 2, 3, 4, 5].map((id) => ({ id: String(id), type: 'next', payload: { data: { ticks: { value: 1, filler: '"(payload)"}' } } } })),
    );
    expect(stringified).toBe(1);
  });

  it('cuts a client that does not answer pings', async () => {
    await start({ keepAliveMs: 100 });
    const { socket, closed } = await rawClient({ init: { authorization: 'Bearer good' } });
    // A paused client reads no ping and sends no pong.
    socket.pause();
    await eventually(() =>
      expect(edge.log).toContainEqual(
        expect.objectContaining({ message: 'a WebSocket client did not answer a ping and was cut' }),
      ),
    );
    socket.resume();
    expect(await closed).toMatchObject({ code: 1006 });
  });

  it('pulls no event that a client does not read, then ends its subscription, saying where to resume', async () => {
    await start({ slowSubscriberMs: 300 });
    const { socket, messages, send, until } = await rawClient({ init: { authorization: 'Bearer good' } });
    await until(() => messages.length > 0);
    send({ type: 'subscribe', id: '1', payload: { query: 'subscription { ticks(bytes: 4000000) { cursor filler } }' } });
    await eventually(() => expect(edge.tickers.size).toBe(1));
    const [ticker] = edge.tickers;
    socket.pause();
    for (let value = 1; value <= 50; value += 1) edge.tick(value);
    // The source is let go while the client still sleeps.
    await eventually(() => expect(edge.tickers.size).toBe(0));
    expect(ticker?.pulled).toBeLessThan(10);
    socket.resume();
    await until(() => messages.at(-1)?.type === 'complete');
    const events = messages
      .filter(({ type }) => type === 'next')
      .map(({ payload }) => payload as { data?: { ticks: { cursor: string } }; errors?: unknown });
    const last = events.slice(0, -1).at(-1)?.data?.ticks.cursor;
    expect(events.at(-1)).toMatchObject({ errors: [{ extensions: { code: 'SUBSCRIBER_TOO_SLOW', cursor: last } }] });
  });

  it('answers an upgrade elsewhere with 404', async () => {
    await start();
    const socket = connect(edge.port, '127.0.0.1');
    socket.write(
      'GET /other HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(String(data)).toMatch(/^HTTP\/1\.1 404 /);
    socket.destroy();
  });
});
