import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { encodeCursor } from '@ocopea/partition';
import { graphql, GraphQLError, parse, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { TestJournal } from './test-journal.js';
import { testSiteSdl } from './test-site-schema.js';

export interface TestCopy {
  readonly id: string;
  readonly bytes: number;
}

export interface TestRequest {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly authorization: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  wasAborted: boolean;
}

/** A Site in small behind real sockets. Its copies and journal outlive `stop` and `start`, and so does its port. */
export class TestSite {
  readonly copies: TestCopy[] = [];
  readonly journal = new TestJournal();
  /** Of each subscription that came. */
  readonly subscriptionExtensions: (Record<string, unknown> | undefined)[] = [];
  /** Of each socket for subscriptions that was opened. */
  readonly connectionParams: (Record<string, unknown> | undefined)[] = [];
  /** Whose subscriptions are FORBIDDEN here, by their token. */
  forbids: (authorization: unknown) => boolean = () => false;
  /** With what subscriptions are refused here. */
  refusal: GraphQLError | undefined;
  /** Everything that was asked over HTTP, with the token it came with. */
  readonly requests: TestRequest[] = [];
  /** Emits `request` for each of them, and `closed` when it is over. */
  readonly arrivals = new EventEmitter();
  /** Set to keep answers back until it resolves. */
  hold: Promise<unknown> | undefined;
  readonly #schema: GraphQLSchema;
  #port = 0;
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  #streams = new AbortController();

  constructor(
    readonly id: string,
    readonly sdl = testSiteSdl,
  ) {
    this.#schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: this.#resolvers() });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Subscriptions that are open at this Site now. */
  openStreams = 0;

  /** Resolves when this many subscriptions are open; what is appended from then on reaches them. */
  async streams(count: number): Promise<void> {
    while (this.openStreams !== count) await once(this.arrivals, 'stream');
  }

  addCopy(bytes: number): TestCopy {
    const copy = { id: `${this.id}.copy.${String(this.copies.length + 1).padStart(4, '0')}`, bytes };
    this.copies.push(copy);
    return copy;
  }

  async start(): Promise<this> {
    this.#streams = new AbortController();
    const server = createServer((incoming, outgoing) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      incoming.on('end', async () => {
        const { query, variables = {} } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
        const request: TestRequest = { query, variables, authorization: incoming.headers.authorization, headers: incoming.headers, wasAborted: false };
        this.requests.push(request);
        outgoing.on('close', () => {
          request.wasAborted = !outgoing.writableFinished;
          this.arrivals.emit('closed', request);
        });
        this.arrivals.emit('request', request);
        const isSchemaRequest = query.includes('_service');
        if (!isSchemaRequest) await this.hold;
        const result = await graphql({ schema: this.#schema, source: query, variableValues: variables });
        outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(result));
      });
    });
    this.#sockets = new WebSocketServer({ server, path: '/graphql' });
    useServer(
      {
        schema: this.#schema,
        onConnect: ({ connectionParams }) => void this.connectionParams.push(connectionParams),
        onSubscribe: ({ connectionParams }, _id, { extensions }) => {
          this.subscriptionExtensions.push(extensions ?? undefined);
          if (this.refusal) return [this.refusal];
          return this.forbids(connectionParams?.['authorization']) ? [new GraphQLError('not for you', { extensions: { code: 'FORBIDDEN' } })] : undefined;
        },
      },
      this.#sockets,
    );
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  /** As if killed: every socket breaks. */
  async stop(): Promise<void> {
    this.#streams.abort();
    for (const socket of this.#sockets?.clients ?? []) socket.terminate();
    this.#sockets?.close();
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined));
  }

  #resolvers() {
    const site = () => ({ __typename: 'Site', id: this.id, name: this.id.toUpperCase(), health: 'HEALTHY' });
    const withSite = (copy: TestCopy) => ({ __typename: 'Copy', ...copy, site: site() });
    const byId = (id: string) => {
      const copy = this.copies.find((each) => each.id === id);
      return copy ? withSite(copy) : null;
    };
    return {
      Query: {
        sites: () => [site()],
        copies: (_: unknown, { first = 50, after }: { first?: number; after?: string }) => this.#page(first, after, withSite),
        copy: (_: unknown, { id }: { id: string }) => byId(id),
        copyStatistics: () => ({ copies: this.copies.length, bytes: this.copies.reduce((sum, { bytes }) => sum + bytes, 0) }),
        operation: (_: unknown, { id }: { id: string }) => ({ id, kind: 'createCopy' }),
      },
      Mutation: {
        createCopy: (_: unknown, { input }: { input: { bytes: number } }) => ({ copy: withSite(this.addCopy(input.bytes)) }),
      },
      Subscription: {
        copyProgress: {
          subscribe: (_: unknown, args: { copyId?: string; after?: string | null }) => {
            if (args.copyId && !byId(args.copyId)) throw new GraphQLError(`there is no copy "${args.copyId}"`, { extensions: { code: 'NOT_FOUND' } });
            return this.#stoppable((signal) => this.#progress(args, byId, signal));
          },
        },
      },
      Site: { __resolveReference: ({ id }: { id: string }) => (id === this.id ? site() : null) },
      Copy: {
        __resolveReference: ({ id }: { id: string }) => byId(id),
        secret: () => {
          throw new Error(`connect ECONNREFUSED ${this.url}`);
        },
      },
      Operation: { __resolveReference: ({ id }: { id: string }) => ({ id, kind: 'createCopy' }) },
    };
  }

  #page(first: number, after: string | undefined, withSite: (copy: TestCopy) => object) {
    const cursorOf = ({ id, bytes }: TestCopy) => encodeCursor({ order: 'bytes:ASC', sortKey: bytes, id });
    const ordered = this.copies.toSorted((a, b) => a.bytes - b.bytes || (a.id < b.id ? -1 : 1));
    const [, , afterBytes, afterId] = after ? (JSON.parse(Buffer.from(after, 'base64url').toString()) as [number, string, number, string]) : [0, '', -1, ''];
    const rest = ordered.filter(({ id, bytes }) => bytes > afterBytes || (bytes === afterBytes && id > afterId));
    const edges = rest.slice(0, first).map((copy) => ({ cursor: cursorOf(copy), node: withSite(copy) }));
    return {
      edges,
      totalCount: this.copies.length,
      pageInfo: { hasNextPage: rest.length > first, hasPreviousPage: false, startCursor: edges[0]?.cursor, endCursor: edges.at(-1)?.cursor },
    };
  }

  async *#progress({ copyId, after }: { copyId?: string; after?: string | null }, byId: (id: string) => object | null, signal: AbortSignal) {
    const event = (seq: number, id: string, bytesDone: number, snapshot: boolean) => ({
      copyProgress: { cursor: String(seq), copy: byId(id), bytesDone, snapshot },
    });
    const last = this.journal.last;
    const isNew = after === undefined || after === null;
    this.#countStream(+1);
    signal.addEventListener('abort', () => this.#countStream(-1), { once: true });
    if (isNew && last) yield event(last.seq, last.copyId, last.bytesDone, true);
    const from = isNew ? (last?.seq ?? 0) : Number(after);
    for await (const entry of this.journal.follow(from, signal)) {
      if (copyId === undefined || entry.copyId === copyId) yield event(entry.seq, entry.copyId, entry.bytesDone, false);
    }
  }

  #countStream(by: number): void {
    this.openStreams += by;
    this.arrivals.emit('stream');
  }

  /** A generator that waits does not hear `return()`; the signal ends its waiting. */
  #stoppable<T>(begin: (signal: AbortSignal) => AsyncGenerator<T, void, void>): AsyncIterableIterator<T> {
    const left = new AbortController();
    const events = begin(AbortSignal.any([left.signal, this.#streams.signal]));
    return {
      next: () => events.next(),
      return: () => {
        left.abort();
        return events.return();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
