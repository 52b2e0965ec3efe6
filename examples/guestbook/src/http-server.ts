import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { EntryStore } from './entry-store.js';
import { page } from './page.js';

const bodyLimitBytes = 16 * 1024;
const largestFill = 10_000_000;
const biggestId = 2n ** 63n - 1n;

/** An answer other than success: becomes `{error}` with this status. */
class RequestError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The guestbook's HTTP door: `/`, `/entries`, `/fill`, `/digest`, `/healthz`. */
export function createGuestbookServer(store: EntryStore): Server {
  return createServer({ requestTimeout: 30_000 }, (request, response) => {
    answer(store, request, response).catch((error: unknown) => {
      if (error instanceof RequestError) return sendJson(response, error.status, { error: error.message });
      console.error(error instanceof Error ? error.message : 'unknown failure');
      return sendJson(response, 503, { error: 'the database did not answer; try again' });
    });
  });
}

async function answer(store: EntryStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL((request.url ?? '/').replace(/^\/+/, '/'), 'http://guestbook');
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'self' 'unsafe-inline'" }).end(page);
      return;
    case 'GET /healthz': {
      const reachable = await store.isReachable();
      return sendJson(response, reachable ? 200 : 503, { database: reachable ? 'reachable' : 'unreachable' });
    }
    case 'GET /entries': {
      const limit = integer(url, 'limit', 1, 1_000, 50);
      const entries = url.searchParams.get('order') === 'newest' ? await store.newest(limit) : await store.list(id(url, 'after') ?? '0', limit);
      return sendJson(response, 200, { entries });
    }
    case 'POST /entries': {
      const { author, message } = parseEntry(await readBody(request));
      return sendJson(response, 201, await store.add(author, message));
    }
    case 'POST /fill': {
      const rows = integer(url, 'rows', 1, largestFill);
      await store.fill(rows);
      return sendJson(response, 200, { added: rows });
    }
    case 'GET /digest':
      return sendJson(response, 200, await store.digest(id(url, 'through')));
    default:
      throw new RequestError(404, `there is no ${request.method} ${url.pathname} here`);
  }
}

function integer(url: URL, name: string, least: number, most: number, fallback?: number): number {
  const text = url.searchParams.get(name);
  if (text === null && fallback !== undefined) return fallback;
  const value = Number(text ?? Number.NaN);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RequestError(400, `${name} must be a whole number from ${least} to ${most}`);
  }
  return value;
}

function id(url: URL, name: string): string | undefined {
  const text = url.searchParams.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,19}$/.test(text) || BigInt(text) > biggestId) throw new RequestError(400, `${name} must be the id of an entry`);
  return text;
}

function parseEntry(body: string): { author: string; message: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new RequestError(400, 'the body must be JSON: {"author": "…", "message": "…"}');
  }
  const { author, message } = (value ?? {}) as { author?: unknown; message?: unknown };
  return { author: text('author', author, 100), message: text('message', message, 4_000) };
}

function text(name: string, value: unknown, most: number): string {
  // PostgreSQL's text holds every character but U+0000.
  if (typeof value !== 'string' || value.trim() === '' || value.length > most || value.includes('\0')) {
    throw new RequestError(400, `${name} must be a text of 1 to ${most} characters`);
  }
  return value;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) throw new RequestError(413, `the body is larger than ${bodyLimitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
