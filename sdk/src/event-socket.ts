import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface EventSocketOptions {
  /** `ws://` or `wss://`. */
  readonly url: string;
  readonly connectionParams: () => Promise<Record<string, unknown>>;
  /** Between pings. A server that does not take the connection within it, or does not answer a ping within half of it, is given up. */
  readonly pingIntervalMs: number;
  /** Called when a server has taken the credential. */
  readonly onWelcome: () => void;
}

/** A graphql-ws client and its WebSocket, which waits for nobody for ever. */
export class EventSocket {
  readonly client: Client;
  #webSocket: WebSocket | undefined;
  #isConnected = false;

  constructor({ url, connectionParams, pingIntervalMs, onWelcome }: EventSocketOptions) {
    let pongTimer: NodeJS.Timeout | undefined;
    const opened = (webSocket: WebSocket): unknown => (this.#webSocket = webSocket);
    this.client = createClient({
      url,
      // A server may take the connection and then not answer: the library would wait as long as it lives.
      webSocketImpl: class extends WebSocket {
        constructor(address: string, protocols: string | string[]) {
          super(address, protocols, { handshakeTimeout: pingIntervalMs });
          opened(this);
        }
      },
      connectionAckWaitTimeout: pingIntervalMs,
      lazy: true,
      retryAttempts: 0,
      keepAlive: pingIntervalMs,
      connectionParams,
      on: {
        connected: () => {
          this.#isConnected = true;
          onWelcome();
        },
        // A network may vanish without a word; the library only sends the pings.
        ping: (isFromServer) => {
          if (!isFromServer) pongTimer = setTimeout(() => this.client.terminate(), pingIntervalMs / 2);
        },
        pong: () => clearTimeout(pongTimer),
        closed: () => {
          this.#isConnected = false;
          clearTimeout(pongTimer);
        },
      },
    });
  }

  /** Ends all subscriptions. One that is still connecting is broken off: the library would wait for it first. */
  async close(): Promise<void> {
    const closed = Promise.resolve(this.client.dispose()).catch(() => undefined);
    if (!this.#isConnected) this.#webSocket?.terminate();
    await closed;
  }
}
