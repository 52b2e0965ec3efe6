import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { OcopeaClient, type OcopeaClientOptions } from './ocopea-client.js';

interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: { readonly authorization?: string; readonly variables?: { readonly after?: string } };
}

type Ticks = TypedDocumentNode<{ readonly tick: { readonly cursor: string; readonly note: string | null } }, { readonly after?: string }>;
const ticks = parse('subscription($after: String) { tick(after: $after) { cursor note } }') as Ticks;

/** Speaks the protocol by hand, so that a test may break every rule. Its stream is the numbers from 1 on. */
class TickServer {
  readonly tokens: (string | undefined)[] = [];
  readonly afters: (string | undefined)[] = [];
  /** Subscriptions that the client has ended. */
  readonly completed: (string | undefined)[] = [];
  /** How many events a subscription gets before something happens to it. */
  eventsEach = 3;
  afterwards: (socket: WebSocket, id: string) => void = (socket) => socket.terminate();
  welcomes: (token: string | undefined) => boolean = () => true;
  resultOf: (number: number) => object = (number) => ({ data: { tick: { cursor: String(number), note: null } } });
  readonly #server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'graphql-transport-ws' });

  async start(): Promise<this> {
    this.#server.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.on('message', (data: Buffer) => this.#answer(socket, JSON.parse(String(data)) as Message));
    });
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves when nobody is connected. */
  async untilNobody(): Promise<void> {
    await expect.poll(() => this.#server.clients.size).toBe(0);
  }

  /** Resolves when the client has ended a subscription. */
  async untilEndedByClient(): Promise<void> {
    await expect.poll(() => this.completed.length).toBeGreaterThan(0);
  }

  async stop(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(socket: WebSocket, { id, type, payload }: Message): void {
    const send = (message: object): void => socket.send(JSON.stringify(message));
    if (type === 'connection_init') {
      this.tokens.push(payload?.authorization);
      if (this.welcomes(payload?.authorization)) send({ type: 'connection_ack' });
      else socket.close(4401, 'TOKEN_EXPIRED: the token has expired');
    } else if (type === 'complete') this.completed.push(id);
    else if (type === 'ping') send({ type: 'pong' });
    else if (type === 'subscribe') {
      const after = payload?.variables?.after;
      this.afters.push(after);
      const begin = Number(after ?? 0);
      for (let number = begin + 1; number <= begin + this.eventsEach; number += 1) send({ id, type: 'next', payload: this.resultOf(number) });
      // What was sent arrives before what happens next.
      socket.send('{"type":"ping"}', () => setImmediate(() => this.afterwards(socket, id!)));
    }
  }
}

let server: TickServer;
let client: OcopeaClient;
beforeEach(async () => {
  server = await new TickServer().start();
});
afterEach(async () => {
  await client.close();
  await server.stop();
});

const connect = (options: Partial<OcopeaClientOptions> = {}) => (client = new OcopeaClient({ url: server.url, token: 'good', ...options }));

async function take(count: number): Promise<string[]> {
  const cursors: string[] = [];
  for await (const { tick } of client.subscribe(ticks, {})) if (cursors.push(tick.cursor) === count) break;
  return cursors;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));

describe('a subscription of the client', () => {
  it.each([
    ['breaks without a word', (socket: WebSocket) => socket.terminate()],
    ['is closed because the server stops', (socket: WebSocket) => socket.close(1001)],
    ['is closed for a defect', (socket: WebSocket) => socket.close(1011)],
    ['was not initialised in time', (socket: WebSocket) => socket.close(4408)],
    ['met an error of the server', (socket: WebSocket) => socket.close(4500)],
  ])('goes on behind its last event when its connection %s', async (_, afterwards) => {
    server.afterwards = afterwards;
    connect();
    expect(await take(8)).toEqual(numbers(8));
    expect(server.afters.length).toBeGreaterThan(2);
  });

  it('gives up a server that hangs, and goes on by another connection', async () => {
    server.afterwards = (socket) => socket.pause();
    connect({ pingIntervalMs: 40 });
    expect(await take(5)).toEqual(numbers(5));
  });

  it('waits neither for ever nor at an abort for a server that takes the connection and does not answer', async () => {
    await using mute = await muteServer();
    const left = new AbortController();
    const [leaving, staying] = [new OcopeaClient({ url: mute.url, token: 't' }), new OcopeaClient({ url: mute.url, token: 't', pingIntervalMs: 50 })];
    const events = leaving.subscribe(ticks, {}, { signal: left.signal });
    const first = events.next();
    await mute.untilTaken(1);
    left.abort();
    expect(await first).toEqual({ done: true, value: undefined });
    await leaving.close();
    const never = staying.subscribe(ticks, {}).next();
    await mute.untilTaken(4);
    await staying.close();
    expect(await never).toEqual({ done: true, value: undefined });
  });

  it('ends at an abort also while it waits before it connects again, and connects no more', async () => {
    server.eventsEach = 0;
    const left = new AbortController();
    client = new OcopeaClient({ url: server.url, token: 't' });
    const pending = client.subscribe(ticks, {}, { signal: left.signal }).next();
    // By then it waits far longer than it takes to be cut off.
    await expect.poll(() => server.afters.length, { timeout: 20_000 }).toBe(5);
    await server.untilNobody();
    left.abort();
    expect(await pending).toEqual({ done: true, value: undefined });
    await client.close();
    expect(server.afters).toHaveLength(5);
  });

  it('goes on with a newer token when the one before has expired', async () => {
    let asked = 0;
    server.welcomes = (token) => token !== 'Bearer t2';
    server.afterwards = (socket) => socket.close(4401, 'TOKEN_EXPIRED: the token has expired');
    connect({ token: () => `t${(asked += 1)}` });
    // The second token is not good either: who was refused twice in a row is told so.
    await expect(take(8)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    server.welcomes = () => true;
    expect(await take(8)).toEqual(numbers(8));
    expect(server.tokens).toEqual(['t1', 't2', 't3', 't4', 't5'].map((token) => `Bearer ${token}`));
  });

  it.each([4400, 4401, 4403, 4406, 4409, 4429])('ends with an error when the server closes it by %i', async (code) => {
    server.afterwards = (socket) => socket.close(code, 'no');
    connect();
    await expect(take(8)).rejects.toMatchObject({ message: 'no' });
    expect(server.afters).toEqual([undefined]);
  });

  it('ends with the code of an error that has no data, and goes on over one that has some', async () => {
    server.eventsEach = 5;
    server.resultOf = (number) =>
      number === 5
        ? { errors: [{ message: 'too many', extensions: { code: 'TOO_MANY_CONNECTIONS' } }] }
        : { data: { tick: { cursor: String(number), note: null } }, errors: [{ message: 'away', path: ['tick', 'note'], extensions: { code: 'SITE_UNAVAILABLE' } }] };
    connect();
    const cursors: string[] = [];
    const reading = (async () => {
      for await (const { tick } of client.subscribe(ticks, {})) cursors.push(tick.cursor);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'TOO_MANY_CONNECTIONS' });
    expect(cursors).toEqual(numbers(4));
  });

  describe('that is read slower than its events come', () => {
    beforeEach(() => {
      server.eventsEach = 500;
      server.afterwards = () => {};
    });

    it('holds no more of them than it may, is ended at the server, and goes on after the last that waited: none is missed, none comes twice', async () => {
      connect({ maxWaitingEvents: 20 });
      const cursors: string[] = [];
      for await (const { tick } of client.subscribe(ticks, {})) {
        cursors.push(tick.cursor);
        // Reads no more until the server was told that it is enough.
        if (cursors.length === 1) await server.untilEndedByClient();
        if (cursors.length === 130) break;
      }
      expect(cursors).toEqual(numbers(130));
      expect(['20', '21']).toContain(server.afters[1]);
    });

    it('fails where it has no place to go on from, after those that waited', async () => {
      connect({ maxWaitingEvents: 20 });
      const withoutPlace = parse('subscription { tick { cursor note } }') as Ticks;
      const cursors: string[] = [];
      const reading = (async () => {
        for await (const { tick } of client.subscribe(withoutPlace, {})) {
          cursors.push(tick.cursor);
          if (cursors.length === 1) await server.untilEndedByClient();
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW' });
      expect(cursors).toEqual(numbers(cursors.length));
      expect([20, 21]).toContain(cursors.length);
    });
  });

  describe('that the server ends because too many events wait for it', () => {
    const tooSlow = { errors: [{ message: 'too slow', extensions: { code: 'SUBSCRIBER_TOO_SLOW' } }] };
    beforeEach(() => {
      server.afterwards = (socket, id) => {
        socket.send(JSON.stringify({ id, type: 'next', payload: tooSlow }));
        socket.send(JSON.stringify({ id, type: 'complete' }));
      };
    });

    it('goes on by itself after its last event: none is missed, none comes twice', async () => {
      connect();
      expect(await take(8)).toEqual(numbers(8));
      expect(server.afters).toEqual([undefined, '3', '6']);
    });

    it('ends where it has no place to go on from', async () => {
      connect();
      const withoutPlace = parse('subscription { tick { cursor note } }') as Ticks;
      const reading = (async () => {
        for await (const event of client.subscribe(withoutPlace, {})) expect(event.tick.note).toBeNull();
      })();
      await expect(reading).rejects.toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW' });
      expect(server.afters).toEqual([undefined]);
    });
  });
});

/** Takes connections, and says nothing. */
async function muteServer(): Promise<{ url: string; untilTaken(count: number): Promise<void> } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  let taken = 0;
  const server = createServer((socket) => {
    taken += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    server.emit('taken');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async untilTaken(count) {
      for (;;) {
        if (taken >= count) return;
        await once(server, 'taken');
      }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
