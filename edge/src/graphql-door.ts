import type { IncomingMessage, ServerResponse } from 'node:http';
import { CallScope, clientLeft } from './call-scope.js';
import { checkDocument } from './check-document.js';
import { bindRequest } from './edge-context.js';
import type { EdgeLimits } from './edge-limits.js';
import type { EdgeRequest } from './edge-options.js';
import type { EdgeCall, EdgeServices } from './edge-services.js';
import { parseJson } from './operation-parameters.js';
import { readBody } from './read-body.js';

/** Queries and mutations as GraphQL over HTTP. The caller is known; the document is checked before Apollo Server sees it. */
export async function answerGraphql<TContext extends object>(
  request: IncomingMessage,
  response: ServerResponse,
  call: EdgeCall,
  services: EdgeServices<TContext>,
): Promise<void> {
  const { engine, limits, options } = services;
  const body = request.method === 'POST' ? await readJsonBody(request, response, limits) : undefined;
  const document =
    request.method === 'POST' ? (body as { query?: unknown } | undefined)?.query : call.url.searchParams.get('query');
  if (typeof document === 'string') checkDocument(document, limits);

  using scope = new CallScope({ endedBy: [clientLeft(response), services.stopping], deadlineMs: limits.requestDeadlineMs });
  const edgeRequest: EdgeRequest = { ...call, transport: 'http', signal: scope.signal };
  const context = bindRequest(await options.context(edgeRequest), edgeRequest);
  const answer = await scope.race(
    engine.executeHttp({ method: request.method ?? '', headers: singleHeaders(request), search: call.url.search, body }, context),
  );
  if (answer.body.kind !== 'complete') throw new Error('invariant: @defer and @stream are not in the schema');
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('content-length', Buffer.byteLength(answer.body.string));
  response.statusCode = answer.status ?? 200;
  response.end(answer.body.string);
}

/** Other content types are left unread, and refused by Apollo Server: they might come from a form of a foreign page. */
async function readJsonBody(request: IncomingMessage, response: ServerResponse, limits: EdgeLimits): Promise<unknown> {
  const contentType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return contentType === 'application/json' ? parseJson(await readBody(request, response, limits)) : undefined;
}

function singleHeaders(request: IncomingMessage): [string, string][] {
  return Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
}
