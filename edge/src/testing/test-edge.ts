import { setTimeout as delay } from 'node:timers/promises';
import { notFound, tokenExpired, unauthenticated } from '@ocopea/graph';
import type { Principal } from '@ocopea/security';
import { buildSchema, subscribe, type ExecutionResult } from 'graphql';
import type { EdgeLimits } from '../edge-limits.js';
import type { Edge, EdgeOptions, EdgeRequest, MutationRecord } from '../edge-options.js';
import { silentLogger, type Logger } from '../logger.js';
import { startEdge } from '../start-edge.js';
import { schemaOperationExecutor } from './schema-operation-executor.js';

/** For tests of this package: an edge over a small schema on a free port, with what happened behind it. */
export interface TestEdge extends Edge {
  readonly mutations: MutationRecord[];
  readonly log: { level: string; fields: Record<string, unknown>; message: string }[];
  /** Requests whose signal was aborted, by the name of the field that waited. */
  readonly aborted: string[];
  /** Puts an event into every running `ticks`. */
  tick(value: number): void;
  /** Running `ticks`. */
  readonly tickers: Set<Ticker>;
  /** What `authenticate` says of `Bearer short`. */
  shortIsGood: boolean;
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export const good = { authorization: 'Bearer good' };

interface Context {
  readonly request: EdgeRequest;
}

/** What runs the operations of a test edge: a Site has the one, the Hub the other. */
export const engines = ['Apollo Server', 'an executor of its own'] as const;

export interface TestEdgeOptions extends Partial<Omit<EdgeOptions<Context>, 'limits'>> {
  limits?: Partial<EdgeLimits>;
  /** @default 'Apollo Server' */
  engine?: (typeof engines)[number] | undefined;
}

export async function startTestEdge({ engine = 'Apollo Server', ...overrides }: TestEdgeOptions = {}): Promise<TestEdge> {
  const log: TestEdge['log'] = [];
  const state = {
    mutations: [] as MutationRecord[],
    log,
    aborted: [] as string[],
    tickers: new Set<Ticker>(),
    shortIsGood: true,
  };
  const roots = rootValue(state);
  const schema = withRoot(buildSchema(sdl), roots);
  const options: EdgeOptions<Context> = {
    port: 0,
    graphql: engine === 'Apollo Server' ? { schema } : { executor: schemaOperationExecutor(schema, recordingLogger(log)) },
    subscribe: ({ document, variables, operationName, context, signal }) =>
      subscribe({
        schema,
        document,
        variableValues: variables,
        operationName: operationName ?? null,
        contextValue: { ...context, request: { ...context.request, signal } },
        rootValue: roots,
      }) as Promise<AsyncIterable<ExecutionResult> | ExecutionResult>,
    authenticate: async (authorization) => authenticate(authorization, state),
    context: (request) => ({ request }),
    ready: () => ({ ready: true, missing: [] }),
    log: recordingLogger(log),
    onMutation: (record) => void state.mutations.push(record),
    ...overrides,
  };
  const edge = await startEdge(options);
  return Object.assign(state, edge, {
    tick: (value: number) => state.tickers.forEach((ticker) => ticker.push(value)),
    post: (body: unknown, headers: Record<string, string> = good) =>
      fetch(`${edge.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  });
}

const sdl = `
  type Query { hello(name: String = "you"): String! me: String! slow: String fail: String broken: String deep: Query big(bytes: Int!): String! things(first: Int): [Thing!]! }
  type Thing { name: String things: [Thing!]! }
  type Mutation { add(n: Int!): Int refuse: Int }
  type Subscription { ticks(bytes: Int = 0): Tick! waits: Tick! fails: Tick! refused: Tick! }
  type Tick { cursor: String! value: Int! filler: String! }
`;

function rootValue(state: { aborted: string[]; tickers: Set<Ticker> }): Record<string, unknown> {
  const roots: Record<string, unknown> = {
    hello: ({ name }: { name: string }) => `hello ${name}`,
    me: (_: unknown, { request }: Context) => `${request.principal.kind} ${request.principal.name} by ${request.transport}`,
    slow: async (_: unknown, { request }: Context) => {
      await delay(60_000, undefined, { signal: request.signal }).catch(() => state.aborted.push('slow'));
      return 'at last';
    },
    fail: () => {
      throw notFound('copy', 'a.copy.b');
    },
    broken: () => {
      throw new Error('password=hunter2 at 10.1.2.3:5432');
    },
    deep: () => roots,
    things: () => [],
    big: ({ bytes }: { bytes: number }) => 'x'.repeat(bytes),
    add: ({ n }: { n: number }) => n + 1,
    refuse: () => {
      throw notFound('copy', 'a.copy.b');
    },
    ticks: ({ bytes }: { bytes: number }, { request }: Context) => new Ticker(bytes, request.signal, state.tickers),
    // A generator that waits does not hear of its `return` before its next event: only the signal reaches it.
    async *waits(_: unknown, { request }: Context) {
      state.aborted.push('waiting');
      await delay(60_000, undefined, { signal: request.signal }).catch(() => state.aborted.push('waits'));
      yield { waits: { cursor: 'c1', value: 1, filler: '' } };
    },
    async *fails() {
      yield { fails: { cursor: 'c1', value: 1, filler: '' } };
      throw new Error('password=hunter2');
    },
    refused: () => {
      throw notFound('copy', 'a.copy.b');
    },
  };
  return roots;
}

/** A source of events under the hand of a test. */
export class Ticker implements AsyncIterableIterator<unknown> {
  private readonly waiting: ((result: IteratorResult<unknown>) => void)[] = [];
  private readonly buffer: number[] = [];
  pulled = 0;

  constructor(
    private readonly bytes: number,
    signal: AbortSignal,
    private readonly all: Set<Ticker>,
  ) {
    all.add(this);
    signal.addEventListener('abort', () => void this.return());
  }

  push(value: number): void {
    const waiting = this.waiting.shift();
    if (waiting === undefined) this.buffer.push(value);
    else waiting(this.event(value));
  }

  next(): Promise<IteratorResult<unknown>> {
    this.pulled += 1;
    const value = this.buffer.shift();
    return value === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(this.event(value));
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.all.delete(this);
    this.waiting.splice(0).forEach((resolve) => resolve({ done: true, value: undefined }));
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private event(value: number): IteratorResult<unknown> {
    return { done: false, value: { ticks: { cursor: `c${value}`, value, filler: 'x'.repeat(this.bytes) } } };
  }
}

function authenticate(authorization: string | undefined, state: { shortIsGood: boolean }): Principal {
  switch (authorization) {
    case 'Bearer good':
      return { kind: 'administrator', name: 'admin' };
    case 'Bearer short':
      if (!state.shortIsGood) throw tokenExpired('token');
      return { kind: 'hub', name: 'short', expiresAt: new Date(Date.now() + 500) };
    case 'Bearer old':
      throw tokenExpired('token');
    default:
      throw unauthenticated();
  }
}

function recordingLogger(lines: TestEdge['log']): Logger {
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields: fields as Record<string, unknown>, message });
  return {
    ...silentLogger,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => recordingLogger(lines),
  };
}

/** Apollo Server resolves from `undefined`: the roots take the place of resolvers. */
function withRoot(schema: ReturnType<typeof buildSchema>, roots: Record<string, unknown>): ReturnType<typeof buildSchema> {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      field.resolve = (_source, args, context) => {
        const root = roots[field.name];
        return typeof root === 'function' ? (root(args, context) as unknown) : root;
      };
    }
  }
  return schema;
}
