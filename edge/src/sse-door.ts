import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { CallScope, clientLeft } from './call-scope.js';
import { CredentialWatch } from './credential-watch.js';
import type { EdgeCall, EdgeServices } from './edge-services.js';
import { operationParameters } from './operation-parameters.js';
import { parametersOfUrl, readJsonBody } from './request-parameters.js';
import { resultText } from './result-text.js';
import { startOperation } from './start-operation.js';

/** Whether a client wants its answer as server-sent events. */
export function acceptsEventStream(request: IncomingMessage): boolean {
  return (request.headers.accept ?? '')
    .split(',')
    .some((each) => each.split(';')[0]?.trim().toLowerCase() === 'text/event-stream');
}

/**
 * One operation per request, its results as server-sent events: the "distinct connections mode" of the GraphQL over SSE protocol
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md). As the protocol asks, what is wrong with the operation is said
 * in a `next` event. The next event is pulled once the socket took the last one.
 */
export async function answerEventStream<TContext extends object>(
  request: IncomingMessage,
  response: ServerResponse,
  call: EdgeCall,
  services: EdgeServices<TContext>,
): Promise<void> {
  const parameters =
    request.method === 'POST' ? operationParameters(await readJsonBody(request, response, services.limits)) : parametersOfUrl(request, call.url);
  using scope = new CallScope({ endedBy: [clientLeft(response), services.stopping] });
  const edgeRequest = { ...call, transport: 'sse' as const, signal: scope.signal };

  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  response.flushHeaders();
  const heartBeat = setInterval(() => response.writableNeedDrain || response.write(':\n\n'), services.limits.keepAliveMs);
  const watch = new CredentialWatch(request.headers.authorization, call.principal, {
    authenticate: services.options.authenticate,
    checkEveryMs: services.limits.credentialCheckMs,
    onRefused: (error) => {
      writeResult(response, { errors: [error] });
      complete(response);
      scope.abort(error);
    },
  });
  try {
    const started = await startOperation(parameters, edgeRequest, services);
    for await (const result of Symbol.asyncIterator in started ? started : [started]) {
      writeResult(response, result);
      if (response.writableNeedDrain) await scope.race(once(response, 'drain'));
    }
    scope.signal.throwIfAborted();
    services.closing.throwIfAborted();
    complete(response);
  } catch {
    // The client left or the process stops. Without `complete` a client knows that there would have been more.
    response.end();
  } finally {
    watch.stop();
    clearInterval(heartBeat);
  }
}

function writeResult(response: ServerResponse, result: ExecutionResult): void {
  if (!response.writableEnded) response.write(`event: next\ndata: ${resultText(result)}\n\n`);
}

function complete(response: ServerResponse): void {
  if (!response.writableEnded) response.end('event: complete\ndata: \n\n');
}
