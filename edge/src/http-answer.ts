import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { httpStatusOf } from './http-status.js';

/** How long a client whose request was answered early may go on sending it. What it sends is thrown away, chunk by chunk. */
const unreadBodyMs = 5_000;

export function answerJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(text);
}

/** Answers `{ errors: [{ message, extensions }] }`. */
export function answerError(response: ServerResponse, error: GraphQLError): void {
  const status = httpStatusOf(error.extensions['code']);
  answerJson(response, status, { errors: [error.toJSON()] }, status === 401 ? { 'www-authenticate': 'Bearer' } : {});
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
