import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from './testing/eventually.js';
import { good, startTestEdge } from './testing/test-edge.js';

describe('startEdge', () => {
  it('listens on loopback and says where', async () => {
    await using edge = disposable(await startTestEdge());
    expect(edge.url).toBe(`http://127.0.0.1:${edge.port}`);
    expect(edge.log).toContainEqual(expect.objectContaining({ level: 'info', message: `listening on ${edge.url}` }));
  });

  it('listens elsewhere only when told to, with a warning', async () => {
    await using edge = disposable(await startTestEdge({ host: '0.0.0.0' }));
    const warning = edge.log.find(({ level }) => level === 'warn');
    expect(warning?.message).toBe(`listening on 0.0.0.0:${edge.port}, an address that other machines can reach, without TLS`);
    expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
  });

  it('says of a taken port which one it is and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(startTestEdge({ port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `port ${port} on 127.0.0.1 is taken by another process; stop that one or choose another port`,
    });
    other.close();
  });
});

describe('close', () => {
  it('ends WebSockets with 1001 and a reason, event streams without completion, and waits for what runs', async () => {
    let finish: (text: string) => void = () => undefined;
    const edge = await startTestEdge({
      routes: [
        {
          path: '/slow',
          auth: 'required',
          handle: async (_, response) => void response.end(await new Promise<string>((resolve) => (finish = resolve))),
        },
      ],
    });
    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const stream = await fetch(`${edge.url}/graphql/stream`, {
      method: 'POST',
      headers: { ...good, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'subscription { ticks { value } }' }),
    });
    await eventually(() => expect(edge.tickers.size).toBe(1));
    const running = fetch(`${edge.url}/slow`, { headers: good });
    // The route has the request once a later one on the same server was answered.
    await edge.post({ query: '{ hello }' });
    await eventually(() => expect(finish.length).toBe(1));

    const goodbye = once(socket, 'close');
    let isClosed = false;
    const closed = edge.close().then(() => (isClosed = true));
    const [code, reason] = (await goodbye) as [number, Buffer];
    expect([code, String(reason)]).toEqual([1001, 'the process is stopping; connect again when it is back']);
    expect(await stream.text()).not.toContain('complete');
    expect(edge.tickers.size).toBe(0);
    await expect(fetch(`${edge.url}/healthz`)).rejects.toThrow('fetch failed');
    expect(isClosed).toBe(false);
    finish('done');
    expect(await (await running).text()).toBe('done');
    await closed;
  });

  it('waits no longer than its deadline', async () => {
    const edge = await startTestEdge({ limits: { closeDeadlineMs: 200 } });
    const running = edge.post({ query: '{ slow }' });
    await edge.post({ query: '{ hello }' });
    const outcome = running.then(
      (response) => response.status,
      () => 'cut',
    );
    const started = performance.now();
    await edge.close();
    expect(performance.now() - started).toBeLessThan(5_000);
    expect([503, 'cut']).toContain(await outcome);
    expect(edge.aborted).toEqual(['slow']);
  });

  it('does not wait for a client that has connected and not asked anything', async () => {
    const edge = await startTestEdge({ limits: { closeDeadlineMs: 60_000, headersDeadlineMs: 60_000 } });
    const socket = connect(edge.port, '127.0.0.1');
    await once(socket, 'connect');
    await edge.post({ query: '{ hello }' });
    const ended = once(socket.resume(), 'close');
    await edge.close();
    await ended;
  });

  it('ends a hundred subscriptions, on connections of their own and on one, of whose number Node does not warn', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', note);
    const edge = await startTestEdge();
    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: good }));
    await once(socket, 'message');
    for (let id = 0; id < 50; id++) socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: 'subscription { ticks { value } }' } }));
    const headers = { ...good, accept: 'text/event-stream', 'content-type': 'application/json' };
    const streams = Array.from({ length: 50 }, () => fetch(`${edge.url}/graphql/stream`, { method: 'POST', headers, body: JSON.stringify({ query: 'subscription { ticks { value } }' }) }));
    await eventually(() => expect(edge.tickers.size).toBe(100));
    await edge.close();
    for (const stream of await Promise.all(streams)) await stream.text().catch(() => undefined);
    expect(edge.tickers.size).toBe(0);
    process.off('warning', note);
    expect(warnings.map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
  });

  it('may be called twice', async () => {
    const edge = await startTestEdge();
    await Promise.all([edge.close(), edge.close()]);
  });
});

function disposable<T extends { close(): Promise<void> }>(edge: T): T & AsyncDisposable {
  return Object.assign(edge, { [Symbol.asyncDispose]: () => edge.close() });
}
