import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { encodeCursor } from '@ocopea/partition/schema';
import { Kind, parse, valueFromASTUntyped, type ArgumentNode, type FieldNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

export interface SimulatedSiteOptions {
  readonly id: string;
  readonly number: number;
  readonly rows: number;
  readonly latencyMs: number;
  readonly sdl: string;
}

type Variables = Record<string, unknown>;
type Resolver = (args: Record<string, unknown>) => unknown;

/** Between two copies of one Site; those of the others lie in between. */
const stepMs = 600_000;
const newest = Date.parse('2026-11-01T00:00:00.000Z');

/**
 * A Site that costs next to nothing: rows are made up when they are asked for, and a document is parsed once. What a real one would spend
 * on a machine of its own must not be counted against a gateway on this one.
 */
export class SimulatedSite {
  bytesSent = 0;
  readonly #documents = new Map<string, OperationDefinitionNode>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #hangs = false;

  constructor(private readonly options: SimulatedSiteOptions) {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        if (this.#hangs) return;
        const { query, variables = {} } = JSON.parse(body) as { query: string; variables?: Variables };
        setTimeout(() => this.#answer(query, variables, response), this.options.latencyMs);
      });
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The port is closed, as after a crash. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Connections are taken and nothing is answered. */
  hang(): void {
    this.#hangs = true;
  }

  #answer(query: string, variables: Variables, response: ServerResponse): void {
    let operation = this.#documents.get(query);
    if (!operation) {
      const [definition] = parse(query, { noLocation: true }).definitions;
      this.#documents.set(query, (operation = definition as OperationDefinitionNode));
    }
    const body = JSON.stringify({ data: select(this.#root, operation.selectionSet, variables) });
    this.bytesSent += Buffer.byteLength(body);
    response.setHeader('content-type', 'application/json').end(body);
  }

  readonly #root: Record<string, unknown> = {
    __typename: 'Query',
    _service: () => ({ sdl: this.options.sdl }),
    _entities: ({ representations }: Record<string, unknown>) => (representations as { id: string }[]).map(({ id }) => this.#copy(Number(id.slice(-12)))),
    brokers: () => ['POSTGRES', 'PROCESSES', 'FILES'].map((name) => ({ __typename: 'Broker', id: `${this.options.id}.broker.${name}`, name, kind: 'DATA_SERVICE' })),
    copies: (args: Record<string, unknown>) => this.#page(args as { first?: number; after?: string | null }),
  } satisfies Record<string, unknown>;

  #page({ first = 50, after }: { first?: number; after?: string | null }): unknown {
    const from = after ? this.#placeBehind(after) : 0;
    const numbers = Array.from({ length: Math.max(0, Math.min(first, this.options.rows - from)) }, (_, index) => from + index);
    const edges = numbers.map((number) => {
      const node = this.#copy(number);
      return { __typename: 'CopyEdge', cursor: encodeCursor({ order: 'createdAt:DESC', sortKey: node.createdAt, id: node.id }), node };
    });
    return {
      __typename: 'CopyConnection',
      edges,
      totalCount: this.options.rows,
      pageInfo: { __typename: 'PageInfo', hasNextPage: from + numbers.length < this.options.rows, hasPreviousPage: from > 0, startCursor: edges[0]?.cursor, endCursor: edges.at(-1)?.cursor },
    };
  }

  /** The number of the first row behind a cursor of any Site. */
  #placeBehind(encoded: string): number {
    const [, , createdAt, id] = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as [number, string, string, string];
    let place = Math.max(0, Math.floor((newest - Date.parse(createdAt)) / stepMs) - 1);
    const isBehind = (number: number): boolean => {
      const own = this.#createdAt(number);
      return own < createdAt || (own === createdAt && this.#id(number) < id);
    };
    while (place < this.options.rows && !isBehind(place)) place++;
    return place;
  }

  #createdAt(number: number): string {
    const jitter = (Math.imul(this.options.number * 7919 + number + 1, 2654435761) >>> 0) % stepMs;
    return new Date(newest - number * stepMs - jitter).toISOString();
  }

  #id(number: number): string {
    return `${this.options.id}.copy.0192aaaa-bbbb-7ccc-8ddd-${String(number).padStart(12, '0')}`;
  }

  #copy(number: number) {
    const { id: siteId } = this.options;
    const createdAt = this.#createdAt(number);
    return {
      __typename: 'Copy',
      id: this.#id(number),
      appInstanceId: `${siteId}.app.0192aaaa-bbbb-7ccc-8ddd-000000000001`,
      appInstanceName: `orders of ${siteId}`,
      phase: 'DONE',
      outcome: 'SUCCEEDED',
      usable: true,
      consistency: 'APPLICATION',
      takenAt: createdAt,
      createdAt,
      verifiedAt: createdAt,
      bytes: 1_000_000 + number,
      storedBytes: 10_000 + number,
      site: { __typename: 'Site', id: siteId, name: `The Site ${siteId}`, health: 'HEALTHY' },
    };
  }
}

/** As much of an executor as the documents of a gateway need: fields, aliases, arguments, fragments; no conditions. */
function select(value: unknown, selectionSet: SelectionSetNode | undefined, variables: Variables): unknown {
  if (Array.isArray(value)) return value.map((item) => select(item, selectionSet, variables));
  if (!selectionSet || typeof value !== 'object' || value === null) return value;
  const selected: Record<string, unknown> = {};
  selectInto(selected, value as Record<string, unknown>, selectionSet, variables);
  return selected;
}

function selectInto(selected: Record<string, unknown>, value: Record<string, unknown>, { selections }: SelectionSetNode, variables: Variables): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) selected[selection.alias?.value ?? selection.name.value] = select(resolve(value, selection, variables), selection.selectionSet, variables);
    else if (selection.kind === Kind.INLINE_FRAGMENT) selectInto(selected, value, selection.selectionSet, variables);
  }
}

function resolve(value: Record<string, unknown>, { name, arguments: given }: FieldNode, variables: Variables): unknown {
  const found = value[name.value];
  return typeof found === 'function' ? (found as Resolver)(argumentsOf(given, variables)) : found;
}

function argumentsOf(given: readonly ArgumentNode[] = [], variables: Variables): Record<string, unknown> {
  const pairs = given.map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}
