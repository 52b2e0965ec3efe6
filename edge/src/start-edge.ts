import { setMaxListeners } from 'node:events';
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { shuttingDown, tooManyConnections, type OcopeaError } from '@ocopea/graph';
import { Connections } from './connections.js';
import { defaultEdgeLimits } from './edge-limits.js';
import { EdgeMetrics } from './edge-metrics.js';
import type { Edge, EdgeOptions } from './edge-options.js';
import type { EdgeServices } from './edge-services.js';
import { isCalledByLoopback, isForeignPage } from './foreign-pages.js';
import { GraphqlEngine } from './graphql-engine.js';
import { graphqlPath, HttpDoor } from './http-door.js';
import { isLoopback, listen, localUrl } from './listen.js';
import { RequestRates } from './request-rates.js';
import { WebsocketDoor } from './websocket-door.js';

/**
 * Opens the doors of a process: GraphQL over HTTP, WebSocket and server-sent events, health, metrics and further routes, all
 * behind one set of credentials and limits.
 *
 * @throws PORT_IN_USE
 */
export async function startEdge<TContext extends object>(options: EdgeOptions<TContext>): Promise<Edge> {
  const host = options.host ?? '127.0.0.1';
  const metrics = new EdgeMetrics(options.metrics);
  const engine = await GraphqlEngine.start(options, metrics);
  const edge = new RunningEdge(options, engine, metrics);
  try {
    const port = await listen(edge.server, host, options.port);
    const url = localUrl(host, port);
    if (isLoopback(host)) options.log.info({ url }, `listening on ${url}`);
    else options.log.warn({ url, host }, `listening on ${host}:${port}, an address that other machines can reach, without TLS`);
    return { url, port, close: () => edge.close() };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

/** Beyond the connections that are answered with an error, the operating system's queue must do. */
const connectionsToRefuse = 100;

class RunningEdge<TContext extends object> {
  readonly server: Server;
  private readonly closing = new AbortController();
  private readonly stopping = new AbortController();
  private readonly limits;
  private readonly http: HttpDoor<TContext>;
  private readonly websocket: WebsocketDoor<TContext>;
  private readonly connections: Connections;
  private closed: Promise<void> | undefined;

  constructor(
    private readonly options: EdgeOptions<TContext>,
    private readonly engine: GraphqlEngine<TContext>,
    metrics: EdgeMetrics,
  ) {
    this.limits = { ...defaultEdgeLimits, ...options.limits };
    const signals = { closing: this.closing.signal, stopping: this.stopping.signal };
    // Every call listens to them, and takes its listener away at its end: many are no leak.
    for (const signal of Object.values(signals)) setMaxListeners(0, signal);
    const services: EdgeServices<TContext> = { options, limits: this.limits, engine, metrics, rates: new RequestRates(this.limits, options.asksForOthers), ...signals };
    this.http = new HttpDoor(services, (socket) => this.refusalOf(socket));
    this.websocket = new WebsocketDoor(services);
    this.server = this.createServer();
    this.connections = new Connections(this.server, this.limits.connections);
  }

  /** The same promise for every call. */
  close(): Promise<void> {
    return (this.closed ??= this.closeOnce());
  }

  private createServer(): Server {
    const server = createServer({
      headersTimeout: this.limits.headersDeadlineMs,
      // Bodies have deadlines of their own: those of GraphQL are short, those of routes may run for hours.
      requestTimeout: 0,
      keepAliveTimeout: 60_000,
      connectionsCheckingInterval: 1_000,
    });
    server.maxConnections = this.limits.connections + connectionsToRefuse;
    server.on('drop', () =>
      this.options.log.warn({ limit: server.maxConnections }, 'a connection was dropped: there are too many'),
    );
    const onRequest = (request: IncomingMessage, response: ServerResponse) => {
      this.connections.track(request.socket, response);
      void this.http.answer(request, response);
    };
    server.on('request', onRequest);
    // Whether a client may send its body is decided where the body is read.
    server.on('checkContinue', onRequest);
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
    return server;
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until the WebSocket takes over nobody else listens, and an unheard error ends the process.
    socket.on('error', () => socket.destroy());
    if (this.refusalOf(socket) !== undefined) return refuseUpgrade(socket, 503);
    if (request.url?.split('?')[0] !== graphqlPath) return refuseUpgrade(socket, 404);
    if (isForeignPage(request, this.options.origins)) return refuseUpgrade(socket, 403);
    if (this.options.loopbackNamesOnly === true && !isCalledByLoopback(request)) return refuseUpgrade(socket, 403);
    this.connections.release(socket);
    this.websocket.accept(request, socket, head);
  }

  private refusalOf(socket: Duplex): OcopeaError | undefined {
    if (this.closed !== undefined) return shuttingDown();
    return this.connections.isSurplus(socket) ? tooManyConnections('connections', this.limits.connections) : undefined;
  }

  private async closeOnce(): Promise<void> {
    const stopped = new Promise<void>((resolve) => this.server.close(() => resolve()));
    // Sockets first: what ends on them then is not taken for its natural end.
    this.websocket.close();
    this.closing.abort(shuttingDown());
    this.connections.closeWhenIdle();
    const deadline = setTimeout(() => {
      this.stopping.abort(shuttingDown());
      this.websocket.terminate();
      // One turn of the loop, so that those who wait learn why.
      setImmediate(() => this.server.closeAllConnections());
    }, this.limits.closeDeadlineMs);
    await stopped;
    clearTimeout(deadline);
    await this.engine.stop();
  }
}

function refuseUpgrade(socket: Duplex, status: number): void {
  const answer = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;
  socket.end(answer, () => socket.destroy());
}
