import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { OcopeaError, unknownPath } from '@ocopea/graph';
import type { Principal } from '@ocopea/security';
import { CallScope, clientLeft } from './call-scope.js';
import type { EdgeRoute } from './edge-options.js';
import type { EdgeServices } from './edge-services.js';
import { foreignName, isCalledByLoopback } from './foreign-pages.js';
import { answerGraphql } from './graphql-door.js';
import { answerError, cutUnreadBody } from './http-answer.js';
import { answerAlive, answerMetrics, answerReady } from './probes.js';
import { expectsContinue } from './read-body.js';
import { acceptsEventStream, answerEventStream } from './sse-door.js';

export const graphqlPath = '/graphql';
const streamPath = '/graphql/stream';

/**
 * Answers every HTTP request of an edge: probes to anyone, all else to those with a credential; only routes that check by themselves
 * are let through without. Whoever has none is not told which paths exist, and their body is not read.
 */
export class HttpDoor<TContext extends object> {
  constructor(
    private readonly services: EdgeServices<TContext>,
    /** Why nothing is answered on this socket, now. */
    private readonly refusalOf: (socket: Socket) => OcopeaError | undefined,
  ) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = randomUUID();
    const { engine, metrics, options } = this.services;
    response.setHeader('x-request-id', id);
    response.once('finish', () => {
      metrics.answered(request.method ?? '', response.statusCode);
      cutUnreadBody(request);
    });
    response.on('error', (error) => options.log.debug({ err: error, requestId: id }, 'an answer could not be sent'));
    try {
      await this.dispatch(request, response, id);
    } catch (error) {
      const clientError = engine.toClient(error);
      metrics.refused(clientError.extensions['code']);
      options.log.debug({ requestId: id, code: clientError.extensions['code'] }, 'a request was refused');
      if (response.headersSent) response.destroy();
      else answerError(response, clientError);
    }
  }

  private async dispatch(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    const url = requestUrl(request);
    if (request.method === 'GET' && url.pathname === '/healthz') return answerAlive(response);
    if (request.method === 'GET' && url.pathname === '/readyz') return answerReady(response, this.services.options);
    const refusal = this.refusalOf(request.socket);
    if (refusal !== undefined) {
      response.setHeader('connection', 'close');
      throw refusal;
    }
    if (this.services.options.loopbackNamesOnly === true && !isCalledByLoopback(request)) throw foreignName();
    const remoteAddress = request.socket.remoteAddress ?? 'unknown';
    const route = this.routeOf(request.method, url.pathname);
    if (route?.auth === 'own') return this.answerRoute(route, request, response, { id, remoteAddress, principal: undefined });

    const { options, rates } = this.services;
    const principal = await rates.guard(remoteAddress, () => options.authenticate(request.headers.authorization));
    rates.count(principal);
    const call = { id, principal, remoteAddress, headers: request.headers, url };
    if (url.pathname === streamPath || (url.pathname === graphqlPath && acceptsEventStream(request))) {
      return answerEventStream(request, response, call, this.services);
    }
    if (url.pathname === graphqlPath) return answerGraphql(request, response, call, this.services);
    if (request.method === 'GET' && url.pathname === '/metrics') return answerMetrics(response, this.services.metrics);
    if (route === undefined) throw unknownPath(request.method ?? '', url.pathname);
    return this.answerRoute(route, request, response, call);
  }

  private routeOf(method: string | undefined, path: string): EdgeRoute | undefined {
    return this.services.options.routes?.find(
      (route) =>
        (route.method === undefined || route.method === method) &&
        (route.path === path || (route.path.endsWith('/') && path.startsWith(route.path))),
    );
  }

  private async answerRoute(
    route: EdgeRoute,
    request: IncomingMessage,
    response: ServerResponse,
    { id, remoteAddress, principal }: { id: string; remoteAddress: string; principal: Principal | undefined },
  ): Promise<void> {
    using scope = new CallScope({ endedBy: [clientLeft(response), this.services.stopping] });
    if (expectsContinue(request)) response.writeContinue();
    const isAnswered = await route.handle(request, response, { id, remoteAddress, principal, signal: scope.signal });
    if (isAnswered === false) throw unknownPath(request.method ?? '', requestUrl(request).pathname);
  }
}

/** Only path and query matter; what a client says about the host is not to be relied on. */
export function requestUrl(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://edge.invalid');
  } catch {
    throw new OcopeaError('BAD_REQUEST', 'the target of the request is not a path');
  }
}
