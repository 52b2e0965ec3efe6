import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpPartitionMember } from './http-partition-member.js';
import { PartitionErrorCode } from './partition-error.js';
import type { Fault } from './testing/library.js';
import { LibraryNetwork, type NetworkAnswer } from './testing/library-network.js';

/** Long enough for a healthy member on a busy machine. */
const DEADLINE_MS = 3_000;
const EVERYTHING = `{
  books(first: 9) { totalCount nodes { id title library { id city } } pageInfo { endCursor } }
  branches { name library { id city } }
  stock { books bytes }
  book(id: "oslo.book.00001") { id title stars }
}`;

/** What must never be in an answer: where a member is, what runs there, where in a program something happened. */
const SECRETS = [/127\.0\.0\.1/, /localhost/i, /\bhttps?:/, /\bwss?:/, /E(CONN|PIPE|HOST|NET|AI|NOTFOUND|TIMEDOUT)/, /\bat .*[:(]\d+/, /node:|node_modules|\.[jt]s\b/, /stack/i, /10\.9\.8\.7/, /s3cret/];

function expectNoSecrets(answer: NetworkAnswer): void {
  const text = JSON.stringify({ errors: answer.errors, sites: answer.sites });
  for (const secret of SECRETS) expect(text).not.toMatch(secret);
}

const answerWith = (body: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }, status = 200): Fault => (_request, response) => {
  response.writeHead(status, headers).end(body);
  return true;
};
const errorWith = (error: object): Fault => answerWith(JSON.stringify({ data: null, errors: [error] }));
const stack = 'Error: s3cret\n    at query (/srv/app/node_modules/pg/lib/client.js:526:17)';

const FAULTS: { what: string; fault: Fault }[] = [
  { what: 'plain text', fault: answerWith('upstream connect error to 10.9.8.7:5432', { 'content-type': 'text/plain' }, 502) },
  { what: 'a redirect', fault: answerWith('', { location: 'http://10.9.8.7/elsewhere' }, 302) },
  { what: 'JSON said to be an image', fault: answerWith('{"data":{}}', { 'content-type': 'image/png' }) },
  { what: 'bytes that are no text', fault: answerWith(Buffer.from([0xff, 0xfe, 0, 1, 2])) },
  { what: 'compressed bytes that nobody asked for', fault: answerWith(Buffer.from('1f8b08000000000000ff', 'hex'), { 'content-type': 'application/json', 'content-encoding': 'gzip' }) },
  { what: 'JSON of great depth', fault: answerWith(`{"data":{"books":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`) },
  { what: 'numbers for objects', fault: answerWith('{"data":{"books":1,"branches":{"0":1},"stock":"x","book":[[]]}}') },
  { what: 'nulls everywhere', fault: answerWith('{"data":{"books":null,"branches":null,"stock":null,"book":null}}') },
  { what: 'keys of prototypes', fault: answerWith('{"data":{"__proto__":{"books":1},"constructor":{},"branches":[{"__proto__":null,"name":"x"}]}}') },
  { what: 'an error with a stack and no code', fault: errorWith({ message: stack, extensions: { stacktrace: [stack] } }) },
  { what: 'an error with the code of a defect', fault: errorWith({ message: 'connect ECONNREFUSED 10.9.8.7:5432', extensions: { code: 'INTERNAL_SERVER_ERROR', exception: { stack } } }) },
  { what: 'a coded error with a stack in its message and deep in its extensions', fault: errorWith({ message: `torn${stack.slice(13)}`, extensions: { code: 'TORN', details: { inner: { stacktrace: [stack] } }, url: 'http://10.9.8.7' } }) },
  { what: 'an error whose extensions are huge', fault: errorWith({ message: 'torn', extensions: { code: 'TORN', dump: `10.9.8.7 ${'x'.repeat(100_000)}` } }) },
  { what: '10,000 errors', fault: answerWith(JSON.stringify({ data: null, errors: Array.from({ length: 10_000 }, (_, i) => ({ message: `${stack} ${i}`, path: ['books', 'nodes', i] })) })) },
  { what: 'errors with paths of their own making', fault: answerWith(JSON.stringify({ data: {}, errors: [{ message: 'x', path: 'books', extensions: { code: 'ODD' } }, { message: 'y', path: [{ a: 1 }], extensions: { code: 'ODD' } }] })) },
  { what: 'a closed connection', fault: (_request, response) => Boolean(response.destroy()) },
  { what: 'half a header', fault: (_request, response) => Boolean(response.socket!.end('HTTP/1.1 200 OK\r\ncontent-le')) },
  { what: 'something that is not HTTP', fault: (_request, response) => Boolean(response.socket!.end('SSH-2.0-OpenSSH_9.2\r\n')) },
  { what: 'nothing for ever', fault: () => true },
  {
    what: 'a byte now and then',
    fault: (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write('{'), 200);
      response.on('close', () => clearInterval(drip));
      return true;
    },
  },
];

describe('whatever a library answers', () => {
  let network: LibraryNetwork;
  beforeEach(async () => {
    network = await LibraryNetwork.start({ caller: { deadlineMs: DEADLINE_MS } });
    for (const library of network.libraries) library.addBook(1);
  });
  afterEach(() => network.stop());

  it.each(FAULTS)('$what: the others answer, every error has a code, and nothing shows the inside of a process', async ({ fault }) => {
    network.library('oslo').fault = fault;
    const answer = await network.query(EVERYTHING);
    const { data, errors } = answer;
    expect(data.books.nodes.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(['bergen.book.00001', 'tromso.book.00001']));
    expect(data.branches.filter(({ name }: { name: string }) => /bergen|tromso/.test(name))).toHaveLength(4);
    expect(data.branches.filter(({ library }: { library: { id: string } | null }) => library?.id === 'bergen')).toMatchObject([{ library: { city: 'City of bergen' } }, { library: { city: 'City of bergen' } }]);
    expect(data.stock.books).toBeGreaterThanOrEqual(2);
    expect(data.book).toBeNull();
    expect(errors.length).toBeLessThan(100);
    for (const { extensions } of errors) expect(extensions['code']).toEqual(expect.any(String));
    expectNoSecrets(answer);
    expect(JSON.stringify(errors).length).toBeLessThan(50_000);
  });

  it('an answer without end is cut off at its limit', async () => {
    network.members[1]!.close();
    network.directory.put(network.library('oslo').member({ maxAnswerBytes: 100_000 }));
    let sent = 0;
    const closed = new Promise<void>((resolve) => {
      network.library('oslo').fault = (_request, response) => {
        response.on('close', resolve).writeHead(200, { 'content-type': 'application/json' });
        const pour = (): void => {
          while (!response.destroyed && response.write(' '.repeat(10_000))) sent += 10_000;
          if (!response.destroyed) response.once('drain', pour);
        };
        pour();
        return true;
      };
    });
    const answer = await network.query('{ stock { books } }');
    await closed;
    expect(answer.data.stock.books).toBe(2);
    expect(answer.errors).toMatchObject([{ message: 'site "oslo" answered with more than 100000 bytes', extensions: { code: 'SITE_INCOMPATIBLE', site: 'oslo' } }]);
    expect(sent).toBeLessThan(20_000_000);
  });

  it('addresses where nothing, something else, or nobody is', async () => {
    const sockets = new Set<Socket>();
    const silent: Server = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const closedPort = await freePort();
    const sdl = network.library('oslo').sdl;
    for (const url of [`http://127.0.0.1:${closedPort}/graphql`, `http://127.0.0.1:${port}/graphql`, `https://127.0.0.1:${port}/graphql`, 'http://no-such-host.invalid/graphql']) {
      const member = new HttpPartitionMember({ id: 'oslo', sdl, url });
      network.directory.put(member);
      const answer = await network.query(EVERYTHING);
      expect(answer.data.stock.books).toBe(2);
      expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(expect.arrayContaining([expect.stringMatching(/^SITE_(UNAVAILABLE|TIMEOUT)$/)]));
      for (const { extensions } of answer.errors) expect(PartitionErrorCode).toHaveProperty(String(extensions['code']));
      expectNoSecrets(answer);
      member.close();
    }
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('all of them away: every field is null or empty, each with its reasons', async () => {
    for (const library of network.libraries) await library.stop();
    const answer = await network.query('{ books(first: 2) { nodes { id } totalCount } stock { books } branches { name } book(id: "oslo.book.00001") { id } }');
    expect(answer.data).toEqual({ books: null, stock: null, branches: [], book: null });
    expect(answer.errors.map(({ path, extensions }) => `${path?.join('.')} ${String(extensions['site'])}`).toSorted()).toEqual(
      ['bergen', 'oslo', 'tromso'].flatMap((site) => ['books', 'branches', 'stock'].map((path) => `${path} ${site}`)).concat('book oslo').toSorted(),
    );
    expectNoSecrets(answer);
  });
});

describe('a library that comes and goes', () => {
  let network: LibraryNetwork;
  afterEach(() => network.stop());

  it('does not hold up a request beyond the time that it has as a whole, over all its fetches', async () => {
    network = await LibraryNetwork.start({ requestDeadlineMs: 1_500, keysFirstFrom: 1 });
    for (const library of network.libraries) library.addBook(1);
    await network.query('{ books(first: 3) { nodes { title } } }');
    const oslo = network.library('oslo');
    const bodiesAsked: string[] = [];
    // The keys come, the bodies never.
    oslo.fault = ({ query }) => query.includes('_entities') && bodiesAsked.push(query) > 0;
    const { data, errors } = await network.query('{ books(first: 3) { totalCount nodes { title } } }');
    expect(bodiesAsked).toHaveLength(1);
    expect(data.books).toMatchObject({ totalCount: 3, nodes: [{ title: 'Title 1' }, { title: 'Title 1' }] });
    expect(errors).toMatchObject([{ path: ['books'], message: expect.stringContaining('the request as a whole'), extensions: { code: 'SITE_TIMEOUT', site: 'oslo' } }]);
  });

  it('is replaced at another address, away and back again while 1,500 requests run, and none fails for it', async () => {
    network = await LibraryNetwork.start();
    for (const library of network.libraries) library.addBook(1);
    const oslo = network.library('oslo');
    const others = [oslo.member(), oslo.member(), oslo.member()];
    let answered = 0;
    const failures: unknown[] = [];
    const clients = Array.from({ length: 6 }, async (_, client) => {
      while (answered < 1_500) {
        const { data, errors } = await network.query(client % 2 ? '{ stock { books } }' : '{ books(first: 2) { totalCount nodes { id title } } }');
        answered++;
        // Every answer is one of the whole, with or without the one that comes and goes.
        const count = client % 2 ? data.stock?.books : data.books?.totalCount;
        if (errors.length > 0 || ![2, 3].includes(count)) failures.push({ data, errors });
        if (answered % 20 === 0) network.directory.remove('oslo');
        if (answered % 20 === 7) network.directory.put(others[answered % 3]!);
      }
    });
    await Promise.all(clients);
    for (const member of others) member.close();
    expect(failures).toEqual([]);
  });

  it('is asked again as soon as it is back, request after request', async () => {
    network = await LibraryNetwork.start({ caller: { openMs: 0 } });
    const oslo = network.library('oslo');
    for (let round = 0; round < 5; round++) {
      await oslo.stop();
      const away = await network.query('{ stock { books } branches { name } }');
      expect(away.data.branches).toHaveLength(4);
      expect(away.sites[1]).toMatchObject({ id: 'oslo', outcome: 'FAILED', code: 'SITE_UNAVAILABLE' });
      await oslo.start();
      expect((await network.query('{ branches { name } }')).errors).toEqual([]);
    }
  });

  it('is not bothered by the clock of this process being set', async () => {
    network = await LibraryNetwork.start();
    const now = Date.now;
    try {
      for (const skew of [-86_400_000, 86_400_000 * 365]) {
        Date.now = () => now() + skew;
        const { data, errors, sites } = await network.query('{ branches { name } }');
        expect(errors).toEqual([]);
        expect(data.branches).toHaveLength(6);
        for (const { durationMs } of sites) expect(durationMs).toBeLessThan(60_000);
      }
    } finally {
      Date.now = now;
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
