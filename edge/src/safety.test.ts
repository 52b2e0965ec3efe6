import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { createClient } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { EdgeLimits } from './edge-limits.js';
import { documentIdOf, KnownDocuments } from './known-documents.js';
import { engines, good, startTestEdge, type TestEdge, type TestEdgeOptions } from './testing/test-edge.js';

let edge: TestEdge;
afterEach(() => edge.close());

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
  readonly extensions?: Record<string, unknown>;
}

type Request = Record<string, unknown>;
const inUrl = (request: Request) =>
  new URLSearchParams(Object.fromEntries(Object.entries(request).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])));

/** Each way that an operation may come by, and the answer to a query. */
const transports: Readonly<Record<string, (request: Request, authorization?: string) => Promise<Answer>>> = {
  POST: async (request, authorization = good.authorization) => (await (await edge.post(request, { authorization })).json()) as Answer,
  GET: async (request, authorization = good.authorization) => (await (await fetch(`${edge.url}/graphql?${inUrl(request)}`, { headers: { authorization } })).json()) as Answer,
  SSE: async (request, authorization = good.authorization) => {
    const response = await fetch(`${edge.url}/graphql/stream`, {
      method: 'POST',
      headers: { authorization, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    const text = await response.text();
    return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as Answer;
  },
  WebSocket: async (request, authorization = good.authorization) => {
    const client = createClient({ url: `${edge.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 });
    try {
      for await (const result of client.iterate({ query: '', ...request })) return result as Answer;
      return {};
    } catch (error) {
      return { errors: error as NonNullable<Answer['errors']> };
    } finally {
      await client.dispose();
    }
  },
};
const codeOf = (answer: Answer) => answer.errors?.[0]?.extensions['code'];
const start = async (limits: Partial<EdgeLimits> = {}, options: TestEdgeOptions = {}) => (edge = await startTestEdge({ limits, ...options }));

describe.each(Object.keys(transports))('by %s', (transport) => {
  const ask = transports[transport]!;

  // `things(first:)` costs as much as it is long.
  const things = 'query($n: Int) { things(first: $n) { name } }';

  it('an operation at the limit of cost is run, and one beyond is refused with the dearest field', async () => {
    await start({ cost: 20 });
    expect(codeOf(await ask({ query: things, variables: { n: 20 } }))).toBeUndefined();
    const refused = await ask({ query: things, variables: { n: 21 } });
    expect(refused.errors?.[0]).toMatchObject({
      message: expect.stringContaining('the operation costs 21, and the limit is 20; "things" makes 21 of it') as string,
      extensions: { code: 'QUERY_TOO_EXPENSIVE', cost: 21, limit: 20, dearest: { field: 'things', cost: 21 } },
    });
    expect(refused.data ?? null).toBeNull();
  });

  it.each([
    ['a fragment', { query: 'query { ...F } fragment F on Query { things(first: 21) { name } }' }],
    ['aliases', { query: '{ a: things(first: 11) { name } b: things(first: 10) { name } }' }],
    ['the default of a variable', { query: 'query($n: Int = 21) { things(first: $n) { name } }' }],
    ['no length at all', { query: '{ things { things { name } } }' }],
    ['an operation behind another one', { query: '{ ...F @include(if: true) } fragment F on Query { ... on Query { things(first: 21) { name } } }' }],
    ['the dear one of two operations', { query: 'query Dear { things(first: 21) { name } } query Cheap { hello }', operationName: 'Dear' }],
  ])('is refused for its cost although it comes by way of %s', async (_, request) => {
    await start({ cost: 20 });
    expect(codeOf(await ask(request))).toBe('QUERY_TOO_EXPENSIVE');
  });

  it('the cheap one of two operations is run', async () => {
    await start({ cost: 20 });
    expect(await ask({ query: 'query Dear { things(first: 21) { name } } query Cheap { hello }', operationName: 'Cheap' })).toMatchObject({ data: { hello: 'hello you' } });
  });

  it('the cost is told when it is asked for, and not else', async () => {
    await start();
    const request = { query: '{ things(first: 3) { name } }' };
    expect((await ask({ ...request, extensions: { cost: true } })).extensions).toEqual({ cost: { cost: 3, limit: 100_000, dearest: { field: 'things', cost: 3 } } });
    expect((await ask(request)).extensions).toBeUndefined();
  });

  it('a caller is served as often as the limit says, and then refused with the time to wait', async () => {
    await start({ requestsBurst: 3, requestsPerSecond: 1 / 3600 });
    for (let times = 0; times < 3; times += 1) expect(codeOf(await ask({ query: '{ hello }' }))).toBeUndefined();
    expect((await ask({ query: '{ hello }' })).errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 3600 });
    // Another caller is another matter.
    expect(codeOf(await ask({ query: '{ hello }' }, 'Bearer short'))).toBeUndefined();
  });

  it('persisted documents are found by id, and an unknown one is said to be unknown', async () => {
    const text = 'query Me { me }';
    await start({}, { documents: new KnownDocuments(new Map([['me', text]])) });
    for (const documentId of ['me', documentIdOf(text)]) expect((await ask({ documentId })).data).toMatchObject({ me: expect.stringContaining('admin') as string });
    expect((await ask({ extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(text) } } })).data).toHaveProperty('me');
    expect(codeOf(await ask({ documentId: 'you' }))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('in safelist mode only documents of the manifest are run, by text or id, whatever else calls itself so', async () => {
    const text = 'query Me { me }';
    await start({}, { documents: new KnownDocuments(new Map([['me', text]])), safelistOnly: true });
    expect((await ask({ query: text })).data).toHaveProperty('me');
    expect((await ask({ documentId: 'me' })).data).toHaveProperty('me');
    for (const request of [
      { query: '{ me }' },
      { query: `${text} ` },
      { query: `${text} query Other { hello }`, operationName: 'Me' },
      { query: '{ __schema { queryType { name } } }' },
      { documentId: 'you' },
      { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf('{ hello }') } }, query: '{ hello }' },
    ]) {
      expect(codeOf(await ask(request))).toBe('DOCUMENT_NOT_SAFELISTED');
    }
  });

  it('a process of ours that asks for others is held neither to safelist nor cost nor rate, which it has kept for them', async () => {
    await start({ cost: 20, requestsBurst: 1, requestsPerSecond: 1 / 3600 }, { safelistOnly: true, asksForOthers: ({ kind }) => kind === 'hub' });
    const request = { query: things, variables: { n: 21 } };
    for (let times = 0; times < 3; times += 1) expect((await ask(request, 'Bearer short')).data).toEqual({ things: [] });
    expect(codeOf(await ask(request))).toBe('DOCUMENT_NOT_SAFELISTED');
  });

  it('an explanation is refused to who may not have it, and where there is none', async () => {
    await start({}, { mayExplain: ({ kind }) => kind === 'administrator', extensions: ({ request }) => (request.asked.explain ? { explain: 'so' } : undefined) });
    const request = { query: '{ hello }', extensions: { explain: true } };
    expect((await ask(request)).extensions).toEqual({ explain: 'so' });
    expect(codeOf(await ask(request, 'Bearer short'))).toBe('FORBIDDEN');
    expect((await ask({ query: '{ hello }' })).extensions).toBeUndefined();
    await edge.close();
    await start();
    expect(codeOf(await ask(request))).toBe('NOT_SUPPORTED');
  });
});

describe.each(['SSE', 'WebSocket'])('a subscription by %s', (transport) => {
  it('is run at the limit of cost, and refused beyond it before its source is asked', async () => {
    const request = { query: 'subscription { fails { cursor } }' };
    await start({ cost: 1 });
    expect((await transports[transport]!(request)).data).toEqual({ fails: { cursor: 'c1' } });
    await edge.close();
    await start({ cost: 0 });
    expect(codeOf(await transports[transport]!(request))).toBe('QUERY_TOO_EXPENSIVE');
  });
});

describe('over HTTP', () => {
  it('a refused caller is told when to come back in the header as well, and /healthz is not counted', async () => {
    await start({ requestsBurst: 1, requestsPerSecond: 0.1 });
    await edge.post({ query: '{ hello }' });
    const response = await edge.post({ query: '{ hello }' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '10']);
    expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
  });

  it('an address with many wrong credentials is answered without a look, by both doors', async () => {
    await start({ refusalsBurst: 2, refusalsPerSecond: 1 / 3600 });
    const wrong = { authorization: 'Bearer wrong' };
    const statuses = [];
    for (let times = 0; times < 3; times += 1) statuses.push((await edge.post({ query: '{ hello }' }, wrong)).status);
    expect(statuses).toEqual([401, 401, 429]);
    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: good }));
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, String(reason)]).toEqual([4429, expect.stringContaining('RATE_LIMITED') as string]);
  });

  it('an Apollo client registers a document with its hash, and then sends the hash alone, unless that is off', async () => {
    const persistedQuery = { version: 1, sha256Hash: hashOf('{ hello }') };
    await start();
    const unknown = await edge.post({ extensions: { persistedQuery } });
    expect([unknown.status, ((await unknown.json()) as Answer).errors]).toMatchObject([200, [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }]]);
    await edge.post({ query: '{ hello }', extensions: { persistedQuery } });
    expect(await (await edge.post({ extensions: { persistedQuery } })).json()).toEqual({ data: { hello: 'hello you' } });
    await edge.close();
    await start({ registeredDocumentCharacters: 0 });
    expect(await (await edge.post({ query: '{ hello }', extensions: { persistedQuery } })).json()).toEqual({ data: { hello: 'hello you' } });
    expect(codeOf((await (await edge.post({ extensions: { persistedQuery } })).json()) as Answer)).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it.each([
    [{ extensions: { persistedQuery: { version: 2, sha256Hash: 'a'.repeat(64) } } }, '"extensions.persistedQuery" is not of version 1'],
    [{ extensions: { persistedQuery: { version: 1, sha256Hash: 'short' } } }, '"extensions.persistedQuery" is not of version 1'],
    [{ documentId: 7 }, '"documentId" is not a text'],
  ])('refuses %o', async (body, message) => {
    await start();
    expect(((await (await edge.post(body)).json()) as Answer).errors?.[0]).toMatchObject({ message: expect.stringContaining(message) as string, extensions: { code: 'BAD_REQUEST' } });
  });

  it('metrics name known documents alone, and count refusals by code', async () => {
    const text = 'query Me { me }';
    await start({ cost: 1 }, { documents: new KnownDocuments(new Map([['me', text]])) });
    await edge.post({ query: text });
    await edge.post({ query: 'query Me { me hello }' });
    await edge.post({ query: 'query Invented7 { hello }' });
    await edge.post({ query: '{ things { name } }' });
    await edge.post({ query: '{ hello }' }, { authorization: 'Bearer wrong' });
    const figures = await (await fetch(`${edge.url}/metrics`, { headers: good })).text();
    expect(figures).toContain('ocopea_graphql_operation_seconds_count{operation="Me",type="query",result="ok"} 1');
    expect(figures).toContain('ocopea_graphql_operation_seconds_count{operation="other",type="query",result="ok"} 2');
    expect(figures).not.toContain('Invented7');
    expect(figures).toContain('ocopea_graphql_operation_cost_sum{operation="other"} 50');
    expect(figures).toContain('ocopea_refusals_total{code="QUERY_TOO_EXPENSIVE"} 1');
    expect(figures).toContain('ocopea_refusals_total{code="UNAUTHENTICATED"} 1');
  });
});

describe.each(engines)('a list of requests, through %s', (engine) => {
  const hello = { query: '{ hello }' };
  const postList = async (list: unknown) => {
    const response = await edge.post(list);
    return { status: response.status, body: (await response.json()) as Answer & Answer[] };
  };

  it('is refused unless it is allowed', async () => {
    await start({}, { engine });
    for (const list of [[], [hello], [hello, hello]]) {
      const { status, body } = await postList(list);
      expect([status, codeOf(body), body.errors?.[0]?.message]).toEqual([400, 'BATCH_REFUSED', 'this process takes one request at a time; send the others by themselves']);
    }
  });

  it('is answered with the list of answers up to the limit', async () => {
    await start({ batch: 2 }, { engine });
    expect(await postList([hello, { query: '{ nothing }' }])).toMatchObject({ status: 200, body: [{ data: { hello: 'hello you' } }, { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }] });
    expect(await postList([hello])).toMatchObject({ status: 200, body: [{ data: { hello: 'hello you' } }] });
    expect(codeOf((await postList([hello, hello, hello])).body)).toBe('BATCH_REFUSED');
    expect(codeOf((await postList([])).body)).toBe('BATCH_REFUSED');
  });

  it('costs as much as all in it together', async () => {
    await start({ batch: 3, cost: 20 }, { engine });
    const things = (n: number) => ({ query: `{ things(first: ${n}) { name } }` });
    expect((await postList([things(10), things(10)])).status).toBe(200);
    const { body } = await postList([things(10), things(10), things(1)]);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE', cost: 21, limit: 20 });
  });

  it('counts each of them for the rate', async () => {
    await start({ batch: 10, requestsBurst: 3, requestsPerSecond: 1 / 3600 }, { engine });
    expect((await postList([hello, hello, hello])).status).toBe(200);
    expect(codeOf((await postList([hello])).body)).toBe('RATE_LIMITED');
  });

  it('holds every document to the other limits, and runs nothing when one is beyond them', async () => {
    await start({ batch: 3, depth: 3 }, { engine });
    const { body } = await postList([{ query: 'mutation { add(n: 1) }' }, { query: '{ deep { deep { deep { hello } } } }' }]);
    expect(codeOf(body)).toBe('QUERY_TOO_DEEP');
    expect(edge.mutations).toEqual([]);
  });

  it('is no way in over a WebSocket or an event stream', async () => {
    await start({ batch: 3 }, { engine });
    const response = await fetch(`${edge.url}/graphql/stream`, { method: 'POST', headers: { ...good, 'content-type': 'application/json' }, body: JSON.stringify([hello]) });
    expect(codeOf((await response.json()) as Answer)).toBe('BAD_REQUEST');
  });
});

describe('a page of another site', () => {
  const upgrade = (headers: Record<string, string>) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`${edge.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
      socket.on('open', () => resolve(101)).on('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.on('error', () => undefined);
    });

  it('opens no WebSocket, unless its origin is allowed; the own page and programs do', async () => {
    await start({}, { origins: ['https://console.example.org'] });
    expect(await upgrade({})).toBe(101);
    expect(await upgrade({ origin: edge.url })).toBe(101);
    expect(await upgrade({ origin: 'https://console.example.org' })).toBe(101);
    for (const origin of ['https://evil.example', 'null', `${edge.url}0`, edge.url.replace('127.0.0.1', 'localhost')]) expect(await upgrade({ origin })).toBe(403);
  });

  it('cannot ask by a URL or a form, neither for an answer nor for an event stream', async () => {
    await start();
    for (const path of ['/graphql', '/graphql/stream']) {
      for (const site of ['cross-site', 'same-site']) {
        const byUrl = await fetch(`${edge.url}${path}?query=${encodeURIComponent('{ me }')}`, { headers: { ...good, 'sec-fetch-site': site } });
        expect([byUrl.status, await byUrl.text()]).toEqual([400, expect.stringContaining('Cross-Site Request Forgery')]);
      }
      for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
        const byForm = await fetch(`${edge.url}${path}`, { method: 'POST', headers: { ...good, 'content-type': contentType }, body: '{"query":"mutation { add(n: 1) }"}' });
        expect([byForm.status, await byForm.text()]).toEqual([400, expect.stringContaining('Cross-Site Request Forgery')]);
      }
    }
    expect(edge.mutations).toEqual([]);
  });

  it('reaches nothing by a name of its own where no credential is asked for', async () => {
    await start({}, { loopbackNamesOnly: true });
    const port = String(edge.port);
    const by = (host: string, path = '/graphql') =>
      new Promise<number>((resolve, reject) => {
        httpRequest({ host: '127.0.0.1', port, path: `${path}?query={me}`, headers: { ...good, host } }, (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject).end();
      });
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) expect(await by(host)).toBe(200);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1']) {
      expect(await by(host)).toBe(403);
      expect(await by(host, '/metrics')).toBe(403);
      expect(await upgrade({ host })).toBe(403);
    }
  });
});

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
