import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defaultEdgeLimits, type EdgeLimits } from './edge-limits.js';
import { engines, startTestEdge, type TestEdge, type TestEdgeOptions } from './testing/test-edge.js';

let edge: TestEdge;
afterEach(() => edge.close());
let engine: TestEdgeOptions['engine'];
const start = async (limits: Partial<EdgeLimits> = {}) => (edge = await startTestEdge({ engine, limits }));

const head = (extra: string) =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\n${extra}\r\n`;

/** A socket on which a test writes bytes of its own, and what came back on it. */
async function rawSocket(): Promise<{
  socket: Socket;
  received: () => string;
  until: (pattern: RegExp) => Promise<void>;
  closed: Promise<unknown>;
}> {
  const socket = connect(edge.port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  // A reset is one way for the other side to close.
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  const until = async (pattern: RegExp) => {
    while (!pattern.test(text))
      await Promise.race([once(socket, 'data'), closed.then(() => Promise.reject(new Error(`closed after: ${text}`)))]);
  };
  return { socket, received: () => text, until, closed };
}

describe('limits of a body', () => {
  it('a body of 50 MB that says so is refused before a byte of it was sent', async () => {
    await start();
    const { socket, until, received } = await rawSocket();
    socket.write(head(`content-length: ${50 * 1024 * 1024}\r\n`));
    await until(/BODY_TOO_LARGE/);
    expect(received()).toMatch(/^HTTP\/1\.1 413 /);
    expect(received()).toContain('the body is larger than 1048576 bytes');
    socket.destroy();
  });

  it('a client that sends 50 MB all the same gets its answer', async () => {
    await start();
    const response = await edge.post(`{"query":"${'x'.repeat(50 * 1024 * 1024)}"}`);
    expect([response.status, await response.json()]).toMatchObject([
      413,
      { errors: [{ extensions: { code: 'BODY_TOO_LARGE' } }] },
    ]);
  });

  it('a body without a length is refused once it is too large', async () => {
    await start({ bodyBytes: 1_000 });
    const { socket, until, received } = await rawSocket();
    socket.write(head('transfer-encoding: chunked\r\n'));
    const chunk = `200\r\n${'x'.repeat(0x200)}\r\n`;
    socket.write(chunk + chunk);
    await until(/BODY_TOO_LARGE/);
    expect(received()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('a client that waits for a word before its body is told at once, either way', async () => {
    await start({ bodyBytes: 1_000 });
    const refused = await rawSocket();
    refused.socket.write(head('expect: 100-continue\r\ncontent-length: 1001\r\n'));
    await refused.until(/HTTP\/1\.1 413 /);
    expect(refused.received()).not.toContain('100 Continue');
    refused.socket.destroy();

    const body = '{"query":"{ hello }"}';
    const taken = await rawSocket();
    taken.socket.write(head(`expect: 100-continue\r\ncontent-length: ${body.length}\r\n`));
    await taken.until(/HTTP\/1\.1 100 Continue/);
    taken.socket.write(body);
    await taken.until(/hello you/);
    taken.socket.destroy();
  });

  it('a body that trickles in is cut at its deadline', async () => {
    await start({ bodyDeadlineMs: 200 });
    const { socket, until } = await rawSocket();
    socket.write(`${head('content-length: 100\r\n')}{"que`);
    await until(/HTTP\/1\.1 504 .*did not arrive within 200 ms/s);
    socket.destroy();
  });

  it('headers that trickle in are cut at their deadline', async () => {
    await start({ headersDeadlineMs: 300 });
    const { socket, closed, received } = await rawSocket();
    socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\n');
    await closed;
    expect(received()).toContain('408 Request Timeout');
  });
});

describe.each(engines)('limits of a document, through %s', (through) => {
  beforeAll(() => void (engine = through));

  const nested = (levels: number) => `${'{ deep '.repeat(levels)}{ hello }${'}'.repeat(levels)}`;

  it.each([
    ['14 levels and a leaf', nested(14), 200, undefined],
    ['200 levels', nested(200), 400, 'QUERY_TOO_DEEP'],
    ['70,000 levels', nested(70_000), 400, 'QUERY_TOO_DEEP'],
    [
      '201 aliases',
      `{ deep { ${Array.from({ length: 201 }, (_, index) => `a${index}: hello`).join(' ')} } }`,
      400,
      'QUERY_TOO_COMPLEX',
    ],
    ['51 root fields', `{ ${'hello '.repeat(51)} }`, 400, 'QUERY_TOO_COMPLEX'],
    ['101 directives', `{ ${'hello @include(if: true) '.repeat(101)} }`, 400, 'QUERY_TOO_COMPLEX'],
    ['10,001 tokens', `{ ${'#\n hello '.repeat(10_000)} }`, 400, 'QUERY_TOO_COMPLEX'],
  ])('%s', async (_, query, status, code) => {
    await start();
    const response = await edge.post({ query });
    const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    expect([response.status, errors?.[0]?.extensions.code]).toEqual([status, code]);
  });

  it('hold for a document in a URL as well', async () => {
    await start();
    const response = await fetch(`${edge.url}/graphql?query=${encodeURIComponent(nested(20))}`, {
      headers: { authorization: 'Bearer good' },
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_DEEP' } }] });
  });

  it('are those of the defaults where nothing is said', () => {
    expect(defaultEdgeLimits).toMatchObject({ bodyBytes: 1_048_576, depth: 15 });
  });
});

describe('the limit of connections', () => {
  it('answers those beyond it with a code, and goes on with those within', async () => {
    await start({ connections: 2 });
    const first = await rawSocket();
    const second = await rawSocket();
    const third = await rawSocket();
    const body = '{"query":"{ hello }"}';
    const request = head(`content-length: ${body.length}\r\n`) + body;
    third.socket.write(request);
    await third.closed;
    expect(third.received()).toMatch(/^HTTP\/1\.1 503 .*TOO_MANY_CONNECTIONS/s);
    first.socket.write(request);
    await first.until(/hello you/);
    first.socket.destroy();
    second.socket.destroy();
  });
});
