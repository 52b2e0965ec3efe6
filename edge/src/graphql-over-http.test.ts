import { once } from 'node:events';
import { connect } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import type { EdgeLimits } from './edge-limits.js';
import { eventually } from './testing/eventually.js';
import { engines, good, startTestEdge, type TestEdge, type TestEdgeOptions } from './testing/test-edge.js';

let edge: TestEdge;
afterEach(() => edge.close());

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
  extensions?: Record<string, unknown>;
}
const json = async (response: Response | Promise<Response>) => (await (await response).json()) as Answer;

describe.each(engines)('GraphQL over HTTP through %s', (engine) => {
  const startWith = async (options: TestEdgeOptions) => (edge = await startTestEdge({ engine, ...options }));
  const start = (limits: Partial<EdgeLimits> = {}) => startWith({ limits });

  it('answers a POST and a GET with the caller known', async () => {
    await start();
    expect(await json(edge.post({ query: '{ me }' }))).toEqual({ data: { me: 'administrator admin by http' } });
    const search = new URLSearchParams({ query: 'query($n: String) { hello(name: $n) }', variables: '{"n":"Ada"}' });
    const got = await fetch(`${edge.url}/graphql?${search}`, { headers: { ...good, 'apollo-require-preflight': '1' } });
    expect(await json(got)).toEqual({ data: { hello: 'hello Ada' } });
  });

  it('has neither a landing page nor a mutation by GET, and a form of a foreign page cannot ask', async () => {
    await start();
    const page = await fetch(`${edge.url}/graphql`, { headers: { ...good, accept: 'text/html' } });
    expect(await page.text()).not.toContain('<html');
    const mutation = await fetch(`${edge.url}/graphql?query=${encodeURIComponent('mutation { add(n: 1) }')}`, {
      headers: { ...good, 'apollo-require-preflight': '1' },
    });
    expect(mutation.status).toBe(405);
    const form = await fetch(`${edge.url}/graphql`, {
      method: 'POST',
      headers: { ...good, 'content-type': 'text/plain' },
      body: '{"query":"{ me }"}',
    });
    expect([form.status, (await json(form)).errors?.[0]?.message]).toEqual([
      400,
      expect.stringContaining('Cross-Site Request Forgery'),
    ]);
    expect(edge.mutations).toEqual([]);
  });

  it.each([
    ['{', 'GRAPHQL_PARSE_FAILED', 'Syntax Error', 400],
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED', 'Cannot query field "nothing"', 400],
    ['query($n: Int!) { big(bytes: $n) }', 'BAD_INPUT', 'Variable "$n"', 400],
    ['subscription { ticks { value } }', 'BAD_REQUEST', 'over a WebSocket', 400],
    ['query A { me } query B { me }', 'OPERATION_RESOLUTION_FAILURE', 'name one in "operationName"', 400],
    ['query A { me }', 'OPERATION_RESOLUTION_FAILURE', 'no operation named "B"', 400, 'B'],
    ['{ fail }', 'NOT_FOUND', 'there is no copy "a.copy.b"; it may have been deleted; check the id', 200],
  ])('answers %s with %s', async (query, code, message, status, operationName?: string) => {
    await start();
    const response = await edge.post({ query, operationName });
    const { errors } = await json(response);
    expect([response.status, errors?.[0]?.extensions['code'], errors?.[0]?.message]).toEqual([
      status,
      code,
      expect.stringContaining(message),
    ]);
  });

  it.each([
    ['application/json', 'application/json', 200],
    ['application/json; charset=utf-8', 'application/json', 200],
    ['application/graphql-response+json', 'application/graphql-response+json', 400],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json', 400],
    ['application/graphql-response+json;q=0.8, application/json', 'application/json', 200],
    ['text/html, */*;q=0.1', 'application/json', 400],
    ['text/html', 'application/json', 406],
  ])('says to a client that accepts %s what is wrong as %s with %d', async (accept, type, status) => {
    await start();
    const response = await edge.post({ query: '{ nothing }' }, { ...good, accept });
    expect([response.headers.get('content-type'), response.status]).toEqual([`${type}; charset=utf-8`, status]);
    expect((await json(response)).errors).toHaveLength(1);
  });

  it('does not let a page of another site ask by GET, unless its browser has asked first', async () => {
    await start();
    const ask = (headers: Record<string, string>) => fetch(`${edge.url}/graphql?query={me}`, { headers: { ...good, ...headers } });
    const foreign = await ask({ 'sec-fetch-site': 'cross-site' });
    expect([foreign.status, (await json(foreign)).errors?.[0]?.message]).toEqual([400, expect.stringContaining('Cross-Site Request Forgery')]);
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, { 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': '1' }]) {
      expect((await ask(headers)).status).toBe(200);
    }
  });

  it.each(['PUT', 'DELETE', 'HEAD'])('does not know %s', async (method) => {
    await start();
    const response = await fetch(`${edge.url}/graphql?query={me}`, { method, headers: good });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  it('says of a defect only where to look, and logs it whole', async () => {
    await start();
    const response = await edge.post({ query: '{ broken hello }' });
    const text = await response.text();
    expect(text).not.toMatch(/hunter2|10\.1\.2\.3|stack|\.ts:|node_modules/);
    const { data, errors } = JSON.parse(text) as Answer;
    expect(data).toEqual({ broken: null, hello: 'hello you' });
    expect(errors?.[0]).toMatchObject({ path: ['broken'], extensions: { code: 'INTERNAL' } });
    const correlationId = errors?.[0]?.extensions['correlationId'];
    expect(errors?.[0]?.message).toBe(`something went wrong here; see the log for ${String(correlationId)}`);
    const logged = edge.log.find(({ fields }) => fields['correlationId'] === correlationId);
    expect(String((logged?.fields['err'] as Error | undefined)?.message)).toContain('hunter2');
  });

  it.each([
    ['no JSON', '{"query"', 'the body is not JSON'],
    ['no query', '{"a":1}', '"query" is missing'],
  ])('refuses a body with %s', async (_, body, message) => {
    await start();
    const response = await edge.post(body);
    expect([response.status, (await json(response)).errors?.[0]]).toMatchObject([
      400,
      { message: expect.stringContaining(message), extensions: { code: 'BAD_REQUEST' } },
    ]);
  });

  it('adds what the process says to the extensions of each answer', async () => {
    await startWith({ extensions: ({ request }) => ({ sites: [request.principal.name] }) });
    expect((await json(edge.post({ query: '{ hello }' }))).extensions).toEqual({ sites: ['admin'] });
    expect((await json(edge.post({ query: '{ nothing }' }))).extensions).toEqual({ sites: ['admin'] });
  });

  it('shows the schema unless told not to, and then suggests no names either', async () => {
    await start();
    expect((await json(edge.post({ query: getIntrospectionQuery() }))).data).toHaveProperty('__schema');
    await edge.close();
    await startWith({ introspection: false });
    expect((await json(edge.post({ query: getIntrospectionQuery() }))).errors?.[0]?.extensions['code']).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    expect((await json(edge.post({ query: '{ hellp }' }))).errors?.[0]?.message).not.toContain('hello');
  });

  it('answers at the deadline and tells the resolver to stop', async () => {
    await start({ requestDeadlineMs: 150 });
    const response = await edge.post({ query: '{ slow }' });
    expect([response.status, (await json(response)).errors?.[0]]).toMatchObject([
      504,
      { message: 'the request did not end within 150 ms and was stopped', extensions: { code: 'DEADLINE_EXCEEDED' } },
    ]);
    await eventually(() => expect(edge.aborted).toEqual(['slow']));
  });

  it('tells the resolver to stop when the client leaves', async () => {
    await start();
    const body = JSON.stringify({ query: '{ slow }' });
    const socket = connect(edge.port, '127.0.0.1');
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await once(socket, 'connect');
    // A second answer on another connection shows that the first request has arrived.
    await edge.post({ query: '{ hello }' });
    socket.destroy();
    await eventually(() => expect(edge.aborted).toEqual(['slow']));
  });

  it('records each field of a mutation with who, from where and the outcome', async () => {
    await start();
    await edge.post({ query: 'mutation Two { one: add(n: 1) ...F } fragment F on Mutation { refuse }', operationName: 'Two' });
    expect(edge.mutations).toMatchObject([
      { principal: { name: 'admin' }, operationName: 'Two', field: 'add', outcome: 'OK', remoteAddress: '127.0.0.1' },
      { principal: { name: 'admin' }, operationName: 'Two', field: 'refuse', outcome: 'NOT_FOUND', remoteAddress: '127.0.0.1' },
    ]);
    await edge.post({ query: '{ hello }' });
    expect(edge.mutations).toHaveLength(2);
  });

  it('answers even when the audit record cannot be written, and says so in the log', async () => {
    await startWith({ onMutation: () => Promise.reject(new Error('disk full')) });
    expect(await json(edge.post({ query: 'mutation { add(n: 1) }' }))).toEqual({ data: { add: 2 } });
    expect(edge.log).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'the audit record of a mutation could not be written' }),
    );
  });
});
