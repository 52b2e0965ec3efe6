import { setMaxListeners } from 'node:events';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { OcopeaError, tooManyConnections } from '@ocopea/graph';
import type { Principal } from '@ocopea/security';
import { parse, type ExecutionArgs, type ExecutionResult, type GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type Context } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { CredentialWatch } from './credential-watch.js';
import type { EdgeServices } from './edge-services.js';
import { operationParameters } from './operation-parameters.js';
import { resultText } from './result-text.js';
import { SharedPayload } from './shared-payload.js';
import { startOperation } from './start-operation.js';
import { WebsocketLine } from './websocket-line.js';

const unauthorized: number = CloseCode.Unauthorized;
/** With which a socket is closed for an error with a code; else it is {@link unauthorized}. */
const closeCodes: Readonly<Record<string, number>> = { FORBIDDEN: CloseCode.Forbidden, RATE_LIMITED: CloseCode.TooManyInitialisationRequests };
const goingAway = 1001;
const internalError = 1011;

interface Connection {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  /** Aborted when the socket closes. */
  readonly signal: AbortSignal;
  /** Set by `connection_init`. */
  principal?: Principal;
  watch?: CredentialWatch;
}

/** `ExecutionArgs` as the protocol library wants them, with what was started already. */
type StartedArgs = ExecutionArgs & { readonly started: Awaited<ReturnType<typeof startOperation>> };

/**
 * Operations of all kinds over the graphql-transport-ws protocol (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md).
 * The credential comes in `authorization` of the connection's parameters or in the header of the upgrade. Before it expires, a client
 * may put a newer one in its place by a `ping` message with the payload `{ "authorization": "Bearer …" }`.
 */
export class WebsocketDoor<TContext extends object> {
  private readonly sockets: WebSocketServer;
  private readonly protocol;

  constructor(private readonly services: EdgeServices<TContext>) {
    const { bodyBytes, connectionInitMs } = services.limits;
    this.sockets = new WebSocketServer({ noServer: true, maxPayload: bodyBytes, perMessageDeflate: false, handleProtocols });
    this.protocol = makeServer<Record<string, unknown>, Connection>({
      connectionInitWaitTimeout: connectionInitMs,
      onConnect: (context) => this.connect(context),
      onPing: ({ extra }, payload) => this.renew(extra, payload?.['authorization']),
      onSubscribe: (context, _id, payload) => this.start(context, payload),
      // Errors are written by the library, which knows how they are told apart.
      onNext: (_context, _id, _payload, _args, result) => {
        if (result.errors === undefined) return new SharedPayload(resultText(result)) as never;
      },
      execute: async (args) => (args as StartedArgs).started as ExecutionResult,
      subscribe: async (args) => (args as StartedArgs).started as AsyncGenerator<ExecutionResult>,
    });
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.sockets.handleUpgrade(request, socket, head, (websocket) => this.open(websocket, socket, request));
  }

  /** Says goodbye to every client. */
  close(): void {
    for (const socket of this.sockets.clients) socket.close(goingAway, 'the process is stopping; connect again when it is back');
  }

  /** Cuts those that did not say goodbye in turn. */
  terminate(): void {
    for (const socket of this.sockets.clients) socket.terminate();
  }

  private open(socket: WebSocket, below: Duplex, request: IncomingMessage): void {
    const { log } = this.services.options;
    const closed = new AbortController();
    // Each operation of the socket listens to it.
    setMaxListeners(0, closed.signal);
    const connection: Connection = { socket, request, signal: closed.signal };
    const line = new WebsocketLine(socket, below, this.services.limits.keepAliveMs, {
      lost: () => log.info({}, 'a WebSocket client did not answer a ping and was cut'),
      defect: (error) => {
        log.error({ err: error }, 'a WebSocket message met a defect');
        close(socket, internalError, 'something went wrong here; see the log');
      },
    });
    const onClosed = this.protocol.opened(line, connection);
    socket.on('error', (error) => log.debug({ err: error }, 'a WebSocket failed'));
    socket.once('close', (code, reason) => {
      closed.abort(new OcopeaError('CANCELLED', 'the client closed its WebSocket'));
      connection.watch?.stop();
      line.stop();
      void onClosed(code, String(reason)).catch((error: unknown) =>
        log.error({ err: error }, 'a WebSocket did not close cleanly'),
      );
    });
  }

  private async connect({ connectionParams, extra }: Context<Record<string, unknown>, Connection>): Promise<boolean> {
    const { authenticate } = this.services.options;
    const address = extra.request.socket.remoteAddress ?? 'unknown';
    const parameter = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
    const authorization = typeof parameter === 'string' ? parameter : extra.request.headers.authorization;
    try {
      extra.principal = await this.services.rates.guard(address, () => authenticate(authorization));
    } catch (error) {
      this.refuse(extra, this.services.engine.toClient(error));
      return false;
    }
    extra.watch = new CredentialWatch(authorization, extra.principal, {
      authenticate,
      checkEveryMs: this.services.limits.credentialCheckMs,
      onRefused: (error) => this.refuse(extra, error),
    });
    if (extra.signal.aborted) extra.watch.stop();
    return true;
  }

  private async renew(connection: Connection, authorization: unknown): Promise<void> {
    if (typeof authorization !== 'string' || connection.watch === undefined) return;
    try {
      connection.principal = await connection.watch.renew(authorization);
    } catch (error) {
      this.refuse(connection, this.services.engine.toClient(error));
    }
  }

  private refuse({ socket }: Connection, error: GraphQLError): void {
    const code = error.extensions['code'];
    this.services.metrics.refused(code);
    close(socket, closeCodes[String(code)] ?? unauthorized, `${String(code)}: ${error.message}`);
  }

  private async start(
    { extra, subscriptions }: Context<Record<string, unknown>, Connection>,
    payload: unknown,
  ): Promise<StartedArgs | readonly GraphQLError[]> {
    const { engine, limits, metrics, rates } = this.services;
    if (extra.principal === undefined) throw new Error('invariant: an operation came before the connection was acknowledged');
    try {
      if (Object.keys(subscriptions).length > limits.subscriptionsPerConnection) {
        throw tooManyConnections('operations on this WebSocket', limits.subscriptionsPerConnection);
      }
      rates.count(extra.principal);
      const request = {
        id: randomUUID(),
        principal: extra.principal,
        transport: 'websocket' as const,
        remoteAddress: extra.request.socket.remoteAddress ?? 'unknown',
        headers: extra.request.headers,
        signal: extra.signal,
      };
      const started = await startOperation(operationParameters(payload), request, this.services);
      // The protocol has a message of its own for operations that could not start.
      if ('errors' in started && started.errors !== undefined && started.data === undefined) return started.errors;
      return { schema: engine.apiSchema, document: startedDocument, started };
    } catch (error) {
      const refusal = engine.toClient(error);
      metrics.refused(refusal.extensions['code']);
      return [refusal];
    }
  }
}

/** The library looks into the document for the kind of operation; what was started is the same for both. */
const startedDocument: ExecutionArgs['document'] = parse('{ started }');

/** A reason has room for 123 bytes. */
function close(socket: WebSocket, code: number, reason: string): void {
  socket.close(
    code,
    Buffer.from(reason)
      .subarray(0, 123)
      .toString('utf8')
      .replace(/\uFFFD+$/, ''),
  );
}
