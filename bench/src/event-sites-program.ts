// The Sites and the other subgraph of the benchmark of events, in one process. Answers are made by hand: the Sites are not what is measured.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { eventSiteSdl } from './event-schema.js';

/** What the benchmark tells this process. */
export type EventSitesCommand = { readonly kind: 'stream'; readonly perSecond: number; readonly seconds: number } | { readonly kind: 'count' } | { readonly kind: 'cut' };

interface Upstream {
  readonly socket: WebSocket;
  readonly id: string;
  sent: number;
}

const copies = 50;

class EventSite {
  readonly upstreams = new Set<Upstream>();
  /** Subscriptions that were taken so far. */
  taken = 0;
  /** When each event happened; its cursor is its place from 1 on. */
  readonly journal: number[] = [];
  readonly sockets = new Set<WebSocket>();

  constructor(readonly id: string) {}

  append(): void {
    this.journal.push(performance.timeOrigin + performance.now());
    for (const upstream of this.upstreams) this.catchUp(upstream);
  }

  catchUp(upstream: Upstream): void {
    const { socket, id } = upstream;
    while (upstream.sent < this.journal.length) {
      const place = ++upstream.sent;
      const event = {
        __typename: 'Progress',
        _partition_cursor: String(place),
        cursor: String(place),
        at: this.journal[place - 1],
        phase: 'RUNNING',
        bytesDone: place * 1_024,
        bytesTotal: 1_073_741_824,
        copy: { __typename: 'Copy', id: `${this.id}.copy.${place % copies}` },
      };
      socket.send(JSON.stringify({ id, type: 'next', payload: { data: { progress: event } } }));
    }
  }

  async start(): Promise<string> {
    const server = createServer(async (request, response) => {
      const { query } = await bodyOf(request);
      const data = query.includes('_service') ? { _service: { sdl: eventSiteSdl } } : {};
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
    });
    new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' }).on('connection', (socket) => this.#serve(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #serve(socket: WebSocket): void {
    this.sockets.add(socket);
    const own = new Map<string, Upstream>();
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      const { id = '', type, payload } = JSON.parse(String(data)) as { id?: string; type: string; payload?: { variables?: Record<string, string | null> } };
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      else if (type === 'ping') socket.send('{"type":"pong"}');
      else if (type === 'subscribe') {
        const after = payload?.variables?.['_partition_after'] ?? payload?.variables?.['after'];
        const upstream = { socket, id, sent: after ? Number(after) : this.journal.length };
        own.set(id, upstream);
        this.upstreams.add(upstream);
        this.taken++;
        this.catchUp(upstream);
      } else if (type === 'complete') this.upstreams.delete(own.get(id)!);
    });
    socket.on('close', () => {
      this.sockets.delete(socket);
      for (const upstream of own.values()) this.upstreams.delete(upstream);
    });
  }
}

async function bodyOf(request: IncomingMessage): Promise<{ query: string; variables?: { representations?: { id: string }[] } }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Awaited<ReturnType<typeof bodyOf>>;
}

let entityFetches = 0;
const notes = createServer(async (request, response) => {
  const { variables } = await bodyOf(request);
  entityFetches++;
  const entities = (variables?.representations ?? []).map(({ id }) => ({ __typename: 'Copy', id, note: `note of ${id}`, pinned: id.endsWith('7') }));
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { _entities: entities } }));
});
await new Promise<void>((resolve) => notes.listen(0, '127.0.0.1', resolve));

const sites = [new EventSite('east'), new EventSite('west')];
const urls = await Promise.all(sites.map((site) => site.start()));

// The benchmark has ended, however it did.
process.on('disconnect', () => process.exit());
process.on('message', (command: EventSitesCommand) => {
  if (command.kind === 'cut') for (const { sockets } of sites) for (const socket of sockets) socket.terminate();
  if (command.kind === 'stream') stream(command);
  if (command.kind === 'count') {
    process.send?.({ open: sites.map(({ upstreams }) => upstreams.size), taken: sites.map(({ taken }) => taken), entityFetches, journal: sites.map(({ journal }) => journal.length) });
  }
});
process.send?.({ urls, notesUrl: `http://127.0.0.1:${(notes.address() as AddressInfo).port}` });

/** Evenly, the Sites in turn. */
function stream({ perSecond, seconds }: { readonly perSecond: number; readonly seconds: number }): void {
  const begin = performance.now();
  let made = 0;
  const timer = setInterval(() => {
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - begin) / 1_000) * perSecond));
    while (made < due) sites[made++ % sites.length]!.append();
    if (made < perSecond * seconds) return;
    clearInterval(timer);
    process.send?.({ streamed: made });
  }, 2);
}
