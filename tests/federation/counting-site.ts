import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A stream of numbers at every Site; each belongs to a thing, which another subgraph tells more of. */
export const countingSdl = /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@composeDirective"])
    @link(url: "https://ocopea.dev/partition/v1.0", import: ["@everySite", "@oneSite"])
    @composeDirective(name: "@everySite")
    @composeDirective(name: "@oneSite")

  directive @everySite(merge: PartitionMerge!, narrowedBy: String) on FIELD_DEFINITION
  directive @oneSite(by: String!) on FIELD_DEFINITION
  enum PartitionMerge {
    LIST
    CONNECTION
    SUM
    STREAM
  }

  type Query {
    thing(id: ID!): Thing @oneSite(by: "id")
  }
  type Subscription {
    counted(after: String, sites: [ID!]): Counted! @everySite(merge: STREAM)
  }
  type Thing @key(fields: "id") {
    id: ID!
  }
  type Counted {
    cursor: String!
    number: Int!
    thing: Thing!
  }
`;

interface Upstream {
  readonly socket: WebSocket;
  readonly id: string;
  sent: number;
}

/** A Site that counts. It speaks the protocol by hand, and keeps its whole journal: the cursor of an event is its number. */
export class CountingSite implements AsyncDisposable {
  #last = 0;
  readonly #upstreams = new Set<Upstream>();

  private constructor(
    readonly id: string,
    readonly server: Server,
    readonly sockets: WebSocketServer,
  ) {
    server.on('request', (_request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { _service: { sdl: countingSdl } } })));
    sockets.on('connection', (socket) => this.#serve(socket));
  }

  static async start(id: string): Promise<CountingSite> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CountingSite(id, server, new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' }));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  count(events: number): void {
    this.#last += events;
    for (const upstream of this.#upstreams) this.#catchUp(upstream);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  #serve(socket: WebSocket): void {
    const own = new Map<string, Upstream>();
    const end = (upstream: Upstream | undefined): unknown => upstream && this.#upstreams.delete(upstream);
    socket.on('error', () => undefined);
    socket.on('close', () => own.forEach(end));
    socket.on('message', (data: Buffer) => {
      const { id = '', type, payload } = JSON.parse(String(data)) as { id?: string; type: string; payload?: { variables?: Record<string, unknown> } };
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      else if (type === 'ping') socket.send('{"type":"pong"}');
      else if (type === 'complete') end(own.get(id));
      else if (type === 'subscribe') {
        const after = Object.values(payload?.variables ?? {}).find((value) => typeof value === 'string');
        const upstream = { socket, id, sent: after === undefined ? this.#last : Number(after) };
        own.set(id, upstream);
        this.#upstreams.add(upstream);
        this.#catchUp(upstream);
      }
    });
  }

  #catchUp(upstream: Upstream): void {
    while (upstream.sent < this.#last) {
      const number = ++upstream.sent;
      const counted = { __typename: 'Counted', _partition_cursor: String(number), cursor: String(number), number, thing: { __typename: 'Thing', id: `${this.id}.thing.${number % 7}` } };
      upstream.socket.send(JSON.stringify({ id: upstream.id, type: 'next', payload: { data: { counted } } }));
    }
  }
}
