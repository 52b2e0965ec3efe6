import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

export interface ServerRequest {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly connection: object;
}

type Answer = (response: ServerResponse, request: ServerRequest) => void;

/** A server that answers whatever a test wants it to, and sends `count` events to a subscription. */
export class TestSubgraphServer {
  readonly requests: ServerRequest[] = [];
  /** `request` for each that has arrived whole, `left` when one is cut before its answer, `sent` when a subscription has sent all its events. */
  readonly arrivals = new EventEmitter();
  readonly connectionParams: unknown[] = [];
  /** Set to keep events back until it resolves. */
  hold: Promise<unknown> | undefined;
  answer: Answer = (response) => answerJson(response, { data: { ok: true } });
  readonly #server: Server;
  readonly #sockets: WebSocketServer;

  constructor() {
    this.#server = createServer((incoming, outgoing) => void this.#take(incoming, outgoing));
    this.#sockets = new WebSocketServer({ server: this.#server });
    const schema = buildSchema('type Query { ok: Boolean } type Subscription { count(to: Int!): Int! }');
    const { arrivals } = this;
    const held = (): Promise<unknown> => Promise.resolve(this.hold);
    schema.getSubscriptionType()!.getFields()['count']!.subscribe = async function* (_root, { to }: { to: number }) {
      await held();
      for (let count = 1; count <= to; count++) yield { count };
      arrivals.emit('sent');
      await new Promise(() => {});
    };
    useServer({ schema, onConnect: ({ connectionParams }) => void this.connectionParams.push(connectionParams) }, this.#sockets);
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  get connections(): number {
    return new Set(this.requests.map(({ connection }) => connection)).size;
  }

  /** Resolves when this many requests have arrived since the start. */
  async arrived(count: number): Promise<void> {
    while (this.requests.length < count) await once(this.arrivals, 'request');
  }

  get webSockets(): number {
    return this.#sockets.clients.size;
  }

  dropWebSockets(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async stop(): Promise<void> {
    this.dropWebSockets();
    this.#sockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #take(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += String(chunk);
    const request = { body, headers: incoming.headers, connection: incoming.socket };
    outgoing.on('close', () => outgoing.writableFinished || this.arrivals.emit('left'));
    this.requests.push(request);
    this.arrivals.emit('request');
    this.answer(outgoing, request);
  }
}

export function answerJson(response: ServerResponse, value: unknown, status = 200, contentType = 'application/json'): void {
  response.writeHead(status, { 'content-type': contentType }).end(JSON.stringify(value));
}
