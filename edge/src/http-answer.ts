import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { httpStatusOf } from './http-status.js';

/** How long a client whose request was answered early may go on sending it. What it sends is thrown away, chunk by chunk. */
const unreadBodyMs = 5_000;

export function answerJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  answerText(response, status, JSON.stringify(body), 'application/json; charset=utf-8', { 'cache-control': 'no-store', ...headers });
}

/** In one write. */
export function answerText(response: ServerResponse, status: number, text: string, contentType: string, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(text);
}

/** Answers `{ errors: [{ message, extensions }] }`. @param as - `status` when the code does not say it */
export function answerError(response: ServerResponse, error: GraphQLError, as: { status?: number; headers?: Record<string, string> } = {}): void {
  const status = as.status ?? httpStatusOf(error.extensions['code']);
  const { retryAfterSeconds } = error.extensions;
  answerJson(response, status, { errors: [error.toJSON()] }, {
    // The clock that the credential was judged by: who asks with a short-lived one sees a difference in clocks.
    ...(status === 401 && { 'www-authenticate': 'Bearer', date: new Date().toUTCString() }),
    ...(typeof retryAfterSeconds === 'number' && { 'retry-after': String(retryAfterSeconds) }),
    ...as.headers,
  });
}

/**
 * Deals with a body that is still coming when the request was answered. Closing the socket at once would reset it, and the client
 * would never see the answer; so it may go on for a moment and is then cut.
 */
export function cutUnreadBody(request: IncomingMessage): void {
  if (request.complete) return;
  const cut = setTimeout(() => request.destroy(), unreadBodyMs);
  request.once('close', () => clearTimeout(cut));
  request.resume();
}
