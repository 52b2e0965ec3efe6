import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { beginTrace } from '@ocopea/edge';
import { SiteReport } from '@ocopea/partition';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientErrors } from './client-errors.js';
import type { GatewayContext } from './gateway-context.js';
import { HttpSubgraph, type HttpSubgraphOptions } from './http-subgraph.js';
import { testPrincipal } from './testing/test-fabric.js';
import { answerJson, TestSubgraphServer } from './testing/test-subgraph-server.js';

let server: TestSubgraphServer;
let subgraph: HttpSubgraph;
let client: AbortController;

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const context = (headers: GatewayContext['headers'] = {}): GatewayContext => ({ principal: testPrincipal, signal: client.signal, siteReport: new SiteReport(), headers });
const options = (headers?: GatewayContext['headers']) => ({ context: context(headers), signal: client.signal });
const connect = (more: Partial<HttpSubgraphOptions> = {}): HttpSubgraph => (subgraph = new HttpSubgraph({ name: 'stock', url: server.url, ...more }));
const ask = (query: string, variables = {}) => subgraph.execute({ query, variables }, options());

/** What a client would see of a call that fails. */
async function failure(call: Promise<unknown>): Promise<{ code: unknown; message: string; subgraph: unknown }> {
  const error = await call.then(
    () => expect.fail('the call succeeded'),
    (thrown: unknown) => clientErrors([thrown], log)[0]!,
  );
  const shown = JSON.stringify(error);
  expect(shown).not.toMatch(/127\.0\.0\.1|localhost|http:|ECONN|\.ts:|\.js:/);
  return { code: error.extensions['code'], message: error.message, subgraph: error.extensions['subgraph'] };
}

beforeEach(async () => {
  client = new AbortController();
  server = await new TestSubgraphServer().start();
  connect();
});
afterEach(async () => {
  subgraph.close();
  await server.stop();
});

describe('a subgraph behind HTTP', () => {
  it('is asked over one kept connection, time after time', async () => {
    for (let i = 0; i < 3; i++) expect(await ask('{ok}', { i })).toEqual({ data: { ok: true } });
    expect(server.connections).toBe(1);
    expect(JSON.parse(server.requests[0]!.body)).toEqual({ query: '{ok}', variables: { i: 0 } });
  });

  it('gives what a status other than 2xx brings along, where that is a GraphQL result', async () => {
    const result = { errors: [{ message: 'no' }], data: null };
    server.answer = (response) => answerJson(response, result, 422, 'application/graphql-response+json');
    expect(await ask('{ok}')).toEqual(result);
  });

  it.each<[string, string, string, (response: ServerResponse) => unknown]>([
    ['a page of HTML', 'SUBGRAPH_UNAVAILABLE', 'body that is not JSON', (response) => response.end('<h1>It works</h1>')],
    ['an empty 502', 'SUBGRAPH_UNAVAILABLE', 'status 502', (response) => response.writeHead(502).end()],
    ['a list', 'SUBGRAPH_ANSWER_INVALID', 'not a GraphQL result', (response) => answerJson(response, [1])],
    ['an empty object', 'SUBGRAPH_ANSWER_INVALID', 'without data and without errors', (response) => answerJson(response, {})],
    ['data that is text', 'SUBGRAPH_ANSWER_INVALID', 'data that is not an object', (response) => answerJson(response, { data: 'x' })],
    ['errors that are none', 'SUBGRAPH_ANSWER_INVALID', 'not GraphQL errors', (response) => answerJson(response, { errors: [null] })],
    ['JSON with status 403', 'SUBGRAPH_UNAVAILABLE', 'status 403', (response) => answerJson(response, { message: 'no' }, 403)],
    ['half an answer', 'SUBGRAPH_UNAVAILABLE', 'broke off', (response) => response.writeHead(200, { 'content-length': '99' }).write('{"da', () => response.destroy())],
    ['no answer at all', 'SUBGRAPH_UNAVAILABLE', 'closed the connection', (response) => response.destroy()],
  ])('that answers %s is reported as %s', async (_, code, message, answer) => {
    server.answer = answer;
    expect(await failure(ask('{ok}'))).toEqual({ code, message: expect.stringContaining(message), subgraph: 'stock' });
  });

  it('that is not there is reported as SUBGRAPH_UNAVAILABLE', async () => {
    const gone = await new TestSubgraphServer().start();
    subgraph = new HttpSubgraph({ name: 'stock', url: gone.url });
    await gone.stop();
    expect(await failure(ask('{ok}'))).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', message: 'subgraph "stock" refused the connection' });
  });

  it('that answers too much is cut off', async () => {
    connect({ maxAnswerBytes: 1_000 });
    server.answer = (response) => answerJson(response, { data: { ok: 'x'.repeat(1_000_000) } });
    expect(await failure(ask('{ok}'))).toMatchObject({ code: 'SUBGRAPH_ANSWER_INVALID', message: expect.stringContaining('more than 1000 bytes') });
  });

  it('that answers nothing is let go of at the deadline', async () => {
    connect({ deadlineMs: 2_000 });
    const left = once(server.arrivals, 'left');
    server.answer = () => {};
    expect(await failure(ask('{ok}'))).toMatchObject({ code: 'SUBGRAPH_TIMEOUT', message: 'subgraph "stock" did not answer within 2000 ms' });
    await left;
  });

  it('takes a bounded number of requests at a time', async () => {
    connect({ maxRequests: 1 });
    server.answer = () => {};
    const first = ask('{ok}').catch(() => 'left');
    expect(await failure(ask('{ok}'))).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', message: expect.stringContaining('1 requests under way') });
    client.abort();
    expect(await first).toBe('left');
  });

  it('is asked again, on a connection of its own, when a kept one was dead', async () => {
    await ask('{ok}');
    server.answer = (response, request) => {
      if (request.connection === server.requests[0]!.connection) response.destroy();
      else answerJson(response, { data: { ok: false } });
    };
    expect(await ask('{ok}')).toEqual({ data: { ok: false } });
  });
});

describe('reads under way', () => {
  it('are sent once when they are the same, and each caller gets objects of its own', async () => {
    const answers = Promise.all([ask('{ok}', { a: 1 }), ask('{ok}', { a: 1 }), ask('{ok}', { a: 2 })]);
    const [one, same, other] = await answers;
    expect(server.requests).toHaveLength(2);
    for (const answer of [one, same, other]) expect(answer).toEqual({ data: { ok: true } });
    expect(one!.data).not.toBe(same!.data);
  });

  it('go on when one of those who wait leaves, and end with the last', async () => {
    const held: ServerResponse[] = [];
    server.answer = (response) => void held.push(response);
    const impatient = new AbortController();
    const first = subgraph.execute({ query: '{ok}' }, { context: context(), signal: impatient.signal });
    const second = subgraph.execute({ query: '{ok}' }, options());
    await server.arrived(1);
    impatient.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    answerJson(held[0]!, { data: { ok: true } });
    expect(await second).toEqual({ data: { ok: true } });

    const left = once(server.arrivals, 'left');
    const third = ask('{ok}');
    await server.arrived(2);
    client.abort(new Error('left too'));
    await expect(third).rejects.toThrow('left too');
    await left;
  });

  it('are not shared with one that is asked after a mutation', async () => {
    const held: ServerResponse[] = [];
    server.answer = (response, { body }) => (body.includes('mutation') ? answerJson(response, { data: { add: 1 } }) : void held.push(response));
    const before = ask('{ok}');
    await server.arrived(1);
    await ask('mutation{add}');
    const after = ask('{ok}');
    await server.arrived(3);
    held.forEach((response, i) => answerJson(response, { data: { ok: i } }));
    expect([await before, await after]).toEqual([{ data: { ok: 0 } }, { data: { ok: 1 } }]);
  });

  it('are not shared by callers whose headers are sent along', async () => {
    connect({ forwardHeaders: ['x-tenant'] });
    const of = (tenant: string) => subgraph.execute({ query: '{ok}' }, options({ 'x-tenant': tenant, cookie: 'secret' }));
    await Promise.all([of('a'), of('b'), of('a')]);
    expect(server.requests.map(({ headers }) => headers['x-tenant']).sort()).toEqual(['a', 'b']);
    expect(server.requests.every(({ headers }) => headers.cookie === undefined)).toBe(true);
  });
});

describe('mutations', () => {
  it('are each sent once, on a connection of their own', async () => {
    await ask('{ok}');
    await Promise.all([ask('mutation{add}'), ask('mutation{add}')]);
    expect([server.requests.length, server.connections]).toEqual([3, 3]);
    server.answer = (response) => response.destroy();
    expect(await failure(ask('mutation{add}'))).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    expect(server.requests).toHaveLength(4);
  });
});

it("sends none of the client's headers unless told to", async () => {
  await subgraph.execute({ query: '{ok}' }, options({ authorization: 'Bearer secret', cookie: 'secret', 'x-tenant': 'a' }));
  expect(JSON.stringify(server.requests[0]!.headers)).not.toContain('secret');
  expect(Object.keys(server.requests[0]!.headers).sort()).toEqual(['accept', 'connection', 'content-length', 'content-type', 'host']);
});

it.each(['{ok}', 'mutation{add}'])('goes on with the trace of a client: %s', async (query) => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const trace = beginTrace('query', { traceparent }, {});
  await subgraph.execute({ query }, { context: { ...context(), trace }, signal: client.signal });
  expect(server.requests[0]!.headers).toMatchObject({ traceparent });
});

describe('subscriptions', () => {
  const count = (to: number, headers?: GatewayContext['headers']) => subgraph.subscribe({ query: `subscription{count(to:${to})}` }, options(headers))[Symbol.asyncIterator]();

  it('share one socket, and end upstream when they are returned', async () => {
    const [first, second] = [count(2), count(1)];
    expect((await first.next()).value).toEqual({ data: { count: 1 } });
    expect((await first.next()).value).toEqual({ data: { count: 2 } });
    expect((await second.next()).value).toEqual({ data: { count: 1 } });
    expect(server.webSockets).toBe(1);
    expect(server.connectionParams).toEqual([undefined]);
    await first.return!(undefined);
    await second.return!(undefined);
  });

  it('have a socket for each set of headers that is sent along', async () => {
    connect({ forwardHeaders: ['x-tenant'] });
    await Promise.all(['a', 'b', 'a'].map((tenant) => count(1, { 'x-tenant': tenant, cookie: 'secret' }).next()));
    expect(server.connectionParams).toEqual(expect.arrayContaining([{ 'x-tenant': 'a' }, { 'x-tenant': 'b' }]));
    expect(server.webSockets).toBe(2);
  });

  it('leave no timer behind that would hold the end of the process', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const events = count(1);
    await events.next();
    await events.return!(undefined);
    subgraph.close();
    await expect.poll(() => server.webSockets).toBe(0);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('fail with SUBGRAPH_UNAVAILABLE when the connection is lost', async () => {
    const events = count(1);
    await events.next();
    const next = events.next();
    server.dropWebSockets();
    expect(await failure(next)).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', message: 'subgraph "stock" closed the connection of its events' });
  });

  it('that are read slower than events come end, instead of filling the memory', async () => {
    const sent = once(server.arrivals, 'sent');
    const events = count(5_000);
    await events.next();
    // The events of another subscription come after those on the same socket.
    await sent;
    await count(1).next();
    expect(await failure(events.next())).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', message: expect.stringContaining('faster than they were read') });
  });
});
