import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerJson } from './http-answer.js';
import { good, startTestEdge, type TestEdge } from './testing/test-edge.js';

let edge: TestEdge;
let readiness: { ready: boolean; missing: string[] } | Error = { ready: true, missing: [] };

beforeAll(async () => {
  edge = await startTestEdge({
    ready: () => {
      if (readiness instanceof Error) throw readiness;
      return readiness;
    },
    routes: [
      {
        method: 'POST',
        path: '/join',
        auth: 'own',
        handle: async (_, response, { principal }) => answerJson(response, 200, { principal: principal ?? null }),
      },
      {
        path: '/files/',
        auth: 'required',
        handle: async (request, response, { principal }) =>
          request.url === '/files/a' ? answerJson(response, 200, { by: principal?.name }) : false,
      },
    ],
  });
});
afterAll(() => edge.close());

const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${edge.url}${path}`, { method, headers });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: response.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as unknown) : text,
  };
};

describe('credentials', () => {
  it.each([
    ['POST', '/graphql'],
    ['GET', '/graphql?query=%7Bhello%7D'],
    ['OPTIONS', '/graphql'],
    ['POST', '/graphql/stream'],
    ['GET', '/metrics'],
    ['GET', '/files/a'],
    ['GET', '/join'],
    ['GET', '/'],
    ['GET', '/nowhere'],
    ['POST', '/healthz'],
  ])('without one, %s %s is answered 401 with a code and nothing else', async (method, path) => {
    const { status, headers, body } = await ask(method, path);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(body).toEqual({
      errors: [{ message: expect.stringContaining('no valid credential') as string, extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('an expired one is told apart', async () => {
    const { status, body } = await ask('POST', '/graphql', { authorization: 'Bearer old' });
    expect([status, body]).toEqual([
      401,
      { errors: [{ message: 'the token has expired; ask for a new one', extensions: { code: 'TOKEN_EXPIRED' } }] },
    ]);
  });

  it('/healthz answers anyone', async () => {
    expect(await ask('GET', '/healthz')).toMatchObject({ status: 200, body: { alive: true } });
  });

  it('/readyz answers anyone, 503 with what is missing', async () => {
    expect(await ask('GET', '/readyz')).toMatchObject({ status: 200, body: { ready: true, missing: [] } });
    readiness = { ready: false, missing: ['database'] };
    expect(await ask('GET', '/readyz')).toMatchObject({ status: 503, body: { ready: false, missing: ['database'] } });
    readiness = new Error('postgres://admin:hunter2@db/x');
    const broken = await ask('GET', '/readyz');
    expect([broken.status, broken.text]).toEqual([503, expect.not.stringContaining('hunter2')]);
  });

  it('/metrics shows the figures of the edge and of the process', async () => {
    await edge.post({ query: '{ hello }' });
    const { text } = await ask('GET', '/metrics', good);
    expect(text).toMatch(/ocopea_http_answers_total\{method="POST",status="200"\} \d/);
    expect(text).toMatch(/ocopea_graphql_operation_seconds_count\{operation="other",type="query",result="ok"\} \d/);
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('routes get the caller, or do their own checks', async () => {
    expect(await ask('GET', '/files/a', good)).toMatchObject({ status: 200, body: { by: 'admin' } });
    expect(await ask('POST', '/join')).toMatchObject({ status: 200, body: { principal: null } });
  });

  it.each(['/nowhere', '/files/b', '/graphql/more'])('with one, %s is an unknown path', async (path) => {
    expect(await ask('GET', path, good)).toMatchObject({
      status: 404,
      body: { errors: [{ extensions: { code: 'UNKNOWN_PATH' } }] },
    });
  });
});
