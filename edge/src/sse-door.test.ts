import { createClient } from 'graphql-sse';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EdgeLimits } from './edge-limits.js';
import { eventually } from './testing/eventually.js';
import { engines, good, startTestEdge, type TestEdge, type TestEdgeOptions } from './testing/test-edge.js';

let edge: TestEdge;
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanup.splice(0)) await each();
  await edge.close();
});
let engine: TestEdgeOptions['engine'];
const start = async (limits: Partial<EdgeLimits> = {}) => (edge = await startTestEdge({ engine, limits }));

interface OpenStream {
  readonly response: Response;
  text(): string;
  readonly ended: Promise<void>;
  leave(): void;
}

async function open(
  query: string,
  options: { path?: string; headers?: Record<string, string>; method?: string } = {},
): Promise<OpenStream> {
  const controller = new AbortController();
  cleanup.push(() => controller.abort());
  const isGet = options.method === 'GET';
  const response = await fetch(
    `${edge.url}${options.path ?? '/graphql/stream'}${isGet ? `?query=${encodeURIComponent(query)}` : ''}`,
    {
      method: options.method ?? 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...good, ...options.headers },
      signal: controller.signal,
      ...(!isGet && { body: JSON.stringify({ query }) }),
    },
  );
  let text = '';
  const read = async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk as Uint8Array).toString();
  };
  return { response, text: () => text, ended: read().catch(() => undefined), leave: () => controller.abort() };
}

const untilTicking = () => eventually(() => expect(edge.tickers.size).toBe(1));

describe.each(engines)('GraphQL over server-sent events, through %s', (through) => {
  beforeAll(() => void (engine = through));

  it('serves the client of the protocol: events, completion and what the client ends', async () => {
    await start();
    const client = createClient({ url: `${edge.url}/graphql/stream`, headers: good, retryAttempts: 0 });
    cleanup.push(() => client.dispose());
    const ticks = client.iterate({ query: 'subscription { ticks { cursor value } }' });
    const first = ticks.next();
    await untilTicking();
    edge.tick(1);
    expect((await first).value).toEqual({ data: { ticks: { cursor: 'c1', value: 1 } } });
    await ticks.return?.();
    await eventually(() => expect(edge.tickers.size).toBe(0));
    const once = client.iterate({ query: '{ me }' });
    expect([(await once.next()).value, (await once.next()).done]).toEqual([{ data: { me: 'administrator admin by sse' } }, true]);
  });

  it.each([
    ['POST /graphql that accepts event streams', { path: '/graphql' }],
    ['GET /graphql/stream', { method: 'GET' }],
  ])('serves %s', async (_, options) => {
    await start();
    const stream = await open('subscription { ticks { value } }', options);
    await untilTicking();
    edge.tick(7);
    await eventually(() => expect(stream.text()).toContain('event: next\ndata: {"data":{"ticks":{"value":7}}}\n\n'));
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  });

  it('ends the source when the client leaves', async () => {
    await start();
    const stream = await open('subscription { ticks { value } }');
    await untilTicking();
    stream.leave();
    await eventually(() => expect(edge.tickers.size).toBe(0));
  });

  it('needs a credential before anything else', async () => {
    await start();
    const { response } = await open('subscription { ticks { value } }', { headers: { authorization: 'Bearer bad' } });
    expect(response.status).toBe(401);
  });

  it('sends heart-beats that are no events', async () => {
    await start({ keepAliveMs: 50 });
    const stream = await open('subscription { ticks { value } }');
    await eventually(() => expect(stream.text()).toBe(':\n\n'.repeat(stream.text().length / 3)));
    await eventually(() => expect(stream.text().length).toBeGreaterThan(6));
  });

  it('ends with TOKEN_EXPIRED when the credential does', async () => {
    await start({ credentialCheckMs: 1_000 });
    const stream = await open('subscription { ticks { value } }', { headers: { authorization: 'Bearer short' } });
    await untilTicking();
    edge.shortIsGood = false;
    await stream.ended;
    expect(stream.text()).toMatch(/event: next\ndata: .*TOKEN_EXPIRED.*\n\nevent: complete\n/);
    expect(edge.tickers.size).toBe(0);
  });

  it.each([
    ['does not fit the schema', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['is too deep', `subscription ${'{ a '.repeat(200)}${'}'.repeat(200)}`, 'QUERY_TOO_DEEP'],
    ['is refused by its resolver', 'subscription { refused { value } }', 'NOT_FOUND'],
  ])('says in an event that an operation %s, as the protocol asks', async (_, query, code) => {
    await start();
    const stream = await open(query);
    await stream.ended;
    expect([stream.response.status, stream.text()]).toEqual([
      200,
      expect.stringMatching(new RegExp(`event: next\ndata: .*"code":"${code}".*\n\nevent: complete\n`)),
    ]);
  });

  it('lets no mutation through by GET', async () => {
    await start();
    const stream = await open('mutation { add(n: 1) }', { method: 'GET' });
    await stream.ended;
    expect(stream.text()).toContain('mutations cannot be sent by GET');
    expect(edge.mutations).toEqual([]);
  });

  it('pulls no event that a client does not read, and then ends the subscription', async () => {
    await start({ slowSubscriberMs: 300 });
    const controller = new AbortController();
    cleanup.push(() => controller.abort());
    const response = await fetch(`${edge.url}/graphql/stream`, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...good },
      body: JSON.stringify({ query: 'subscription { ticks(bytes: 4000000) { cursor filler } }' }),
      signal: controller.signal,
    });
    await untilTicking();
    const [ticker] = edge.tickers;
    for (let value = 1; value <= 50; value += 1) edge.tick(value);
    await eventually(() => expect(edge.tickers.size).toBe(0));
    expect(ticker?.pulled).toBeLessThan(10);
    expect(await response.text()).toMatch(/SUBSCRIBER_TOO_SLOW.*\n\nevent: complete\n/);
  });
});
