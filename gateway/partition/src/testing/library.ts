import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { EventEmitter, once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, GraphQLError, parse, subscribe, validate, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { compareCursors, decodeCursor, encodeCursor, type ConnectionCursor } from '../cursor.js';
import { HttpPartitionMember, type HttpPartitionMemberOptions } from '../http-partition-member.js';
import { LIBRARY_SDL } from './library-schema.js';

export interface BookRow {
  id: string;
  title: string;
  pages: number | null;
  genre: 'CRIME' | 'POETRY';
}

export interface LibraryRequest {
  query: string;
  variables: Record<string, unknown>;
  headers: IncomingMessage['headers'];
}

/** Answers a request instead of the library; `false` lets the library answer. */
export type Fault = (request: LibraryRequest, response: ServerResponse) => boolean;

interface LoanRow {
  number: number;
  bookId: string;
  reader: string;
}

/** A member with real sockets and data in memory, that can be stopped, started again on its port, and made to misbehave. */
export class Library {
  readonly books: BookRow[] = [];
  readonly loans: LoanRow[] = [];
  readonly requests: LibraryRequest[] = [];
  fault: Fault | undefined;
  refusesSubscriptions: boolean | GraphQLError = false;
  /** What the shelf of a book fails with. */
  shelfError: Error | undefined;
  /** Who subscribes without a cursor gets the loans from then on, not all that there were. */
  tellsNewsOnly = false;
  readonly #schema: GraphQLSchema;
  readonly #listeners = new Set<() => void>();
  readonly #sockets = new Set<Socket>();
  readonly #subscriptions = new EventEmitter();
  #server: Server | undefined;
  #port = 0;

  constructor(
    readonly id: string,
    readonly sdl: string = LIBRARY_SDL,
  ) {
    this.#schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: this.#resolvers() as never });
  }

  addBook(number: number, fields: Partial<BookRow> = {}): BookRow {
    const book: BookRow = { id: `${this.id}.book.${String(number).padStart(5, '0')}`, title: `Title ${number}`, pages: number, genre: 'CRIME', ...fields };
    this.books.push(book);
    return book;
  }

  lend(bookId: string, reader: string): void {
    this.loans.push({ number: this.loans.length + 1, bookId, reader });
    for (const listener of this.#listeners) listener();
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    const webSockets = new WebSocketServer({ server });
    useServer(
      {
        // This package's own copy of graphql would not know the schema.
        onSubscribe: (_context, _id, payload) => {
          const document = parse(payload.query);
          if (this.refusesSubscriptions instanceof GraphQLError) return [this.refusesSubscriptions];
          if (this.refusesSubscriptions) return [new GraphQLError('not for you', { extensions: { code: 'FORBIDDEN' } })];
          const errors = validate(this.#schema, document);
          return errors.length > 0 ? errors : { schema: this.#schema, document, variableValues: payload.variables };
        },
        execute: execute as never,
        subscribe: subscribe as never,
      },
      webSockets,
      // Only the member's own pings may find out about a dead socket here.
      0,
    );
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  /** As a crash does: no goodbye on any socket. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    this.dropConnections();
    server.close();
    await once(server, 'close');
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** As a hung process does: sockets stay open, and nothing is read or written any more. */
  freeze(): void {
    for (const socket of this.#sockets) {
      socket.removeAllListeners('data');
      socket.pause();
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/graphql`;
  }

  member(options: Partial<HttpPartitionMemberOptions> = {}): HttpPartitionMember {
    return new HttpPartitionMember({ id: this.id, sdl: this.sdl, url: this.url, ...options });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { query, variables } = JSON.parse(body) as LibraryRequest;
    const asked = { query, variables, headers: request.headers };
    this.requests.push(asked);
    if (this.fault?.(asked, response)) return;
    const document = parse(query);
    const errors = validate(this.#schema, document);
    const result = errors.length > 0 ? { errors } : await execute({ schema: this.#schema, document, variableValues: variables });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  }

  #resolvers(): Record<string, Record<string, unknown>> {
    const bookOf = (id: string): unknown => this.books.find((book) => book.id === id) ?? null;
    const byId = { __resolveReference: ({ id }: { id: string }) => bookOf(id) };
    const library = { id: this.id };
    return {
      Query: {
        branches: () => ['Main', 'Station'].map((name) => ({ name: `${name} ${this.id}`, library })),
        books: (_: unknown, args: BookArguments) => this.#page(args),
        stock: () => ({ books: this.books.length, bytes: '9007199254740993', byGenre: { crime: this.books.length, poetry: 0 } }),
        book: (_: unknown, { id }: { id: string }) => bookOf(id),
      },
      Mutation: {
        lend: (_: unknown, { input }: { input: { bookId: string; reader: string } }) => {
          if (!bookOf(input.bookId)) throw new GraphQLError(`there is no book "${input.bookId}"`, { extensions: { code: 'NOT_FOUND', stacktrace: ['secret'] } });
          this.lend(input.bookId, input.reader);
          return { book: bookOf(input.bookId), loans: this.loans.length };
        },
      },
      Subscription: {
        loans: { subscribe: (_: unknown, { after }: { after?: string }) => this.#loansAfter(after), resolve: (loan: LoanRow) => loan },
        bookLoans: {
          subscribe: (_: unknown, { bookId, after }: { bookId: string; after?: string }) => this.#loansAfter(after, bookId),
          resolve: (loan: LoanRow) => loan,
        },
      },
      Loan: { cursor: ({ number }: LoanRow) => String(number), book: ({ bookId }: LoanRow) => bookOf(bookId) },
      Book: { ...byId, library: () => library, shelf: () => this.shelfError ?? ({ room: `room of ${this.id}`, row: 1 }) },
      Library: { __resolveReference: ({ id }: { id: string }) => (id === this.id ? library : null), city: () => `City of ${this.id}`, books: (_: unknown, args: BookArguments) => this.#page(args) },
    };
  }

  /** Resolves when nobody is subscribed any more. */
  async untilNoSubscriptions(): Promise<void> {
    while (this.#listeners.size > 0) await once(this.#subscriptions, 'ended');
  }

  /** Resolves when somebody is subscribed. */
  async untilSubscribed(): Promise<void> {
    while (this.#listeners.size === 0) await once(this.#subscriptions, 'started');
  }

  #loansAfter(after: string | undefined, bookId?: string): AsyncIterableIterator<LoanRow> {
    let seen = Number(after ?? (this.tellsNewsOnly ? this.loans.length : 0));
    let wake = (): void => {};
    const listener = (): void => wake();
    this.#listeners.add(listener);
    this.#subscriptions.emit('started');
    const end = (): void => {
      this.#listeners.delete(listener);
      this.#subscriptions.emit('ended');
      wake();
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: async () => {
        for (;;) {
          if (!this.#listeners.has(listener)) return { done: true, value: undefined };
          const next = this.loans.find((loan) => loan.number > seen && (!bookId || loan.bookId === bookId));
          if (next) {
            seen = next.number;
            return { done: false, value: next };
          }
          await new Promise<void>((resolve) => (wake = resolve));
        }
      },
      return: async () => {
        end();
        return { done: true, value: undefined };
      },
    };
  }

  #page({ first, after, last, before, orderBy = 'TITLE_ASC', genre }: BookArguments): unknown {
    const order = orderBy === 'PAGES_DESC' ? 'pages:DESC' : 'title:ASC';
    const cursorOf = (book: BookRow): ConnectionCursor => ({ order, sortKey: orderBy === 'PAGES_DESC' ? book.pages : book.title, id: book.id });
    const all = this.books
      .filter((book) => !genre || book.genre === genre)
      .map((book) => ({ book, cursor: cursorOf(book) }))
      .sort((a, b) => compareCursors(a.cursor, b.cursor));
    const place = (encoded: string): ConnectionCursor => {
      const cursor = decodeCursor(encoded);
      if (cursor?.order !== order) throw new GraphQLError('the cursor is of another order', { extensions: { code: 'BAD_CURSOR' } });
      return cursor;
    };
    const inside = all.filter(({ cursor }) => (!after || compareCursors(cursor, place(after)) > 0) && (!before || compareCursors(cursor, place(before)) < 0));
    const size = first ?? last ?? 20;
    const page = last === undefined || last === null ? inside.slice(0, size) : inside.slice(Math.max(0, inside.length - size));
    const edges = page.map(({ book, cursor }) => ({ cursor: encodeCursor(cursor), node: book }));
    return {
      edges,
      nodes: page.map(({ book }) => book),
      totalCount: all.length,
      pageInfo: {
        hasNextPage: page.length > 0 ? all.indexOf(page.at(-1)!) < all.length - 1 : inside.length > 0,
        hasPreviousPage: page.length > 0 && all.indexOf(page[0]!) > 0,
        startCursor: edges[0]?.cursor,
        endCursor: edges.at(-1)?.cursor,
      },
    };
  }
}

interface BookArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
  orderBy?: 'TITLE_ASC' | 'PAGES_DESC';
  genre?: string | null;
}
