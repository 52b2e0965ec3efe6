import { createClient, type Client, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';
import { EventBuffer } from './event-buffer.js';
import type { MemberGraphQLError, MemberResult, MemberSubscribeOptions } from './partition-member.js';

export interface MemberSocketOptions {
  /** Makes the error of a server that did what `why` says. */
  unavailable: (why: string, cause?: unknown) => Error;
  url: string;
  connectionParams: (() => Record<string, unknown> | Promise<Record<string, unknown>>) | undefined;
  pingIntervalMs: number;
}

/** Events of one subscription that wait for its reader; past that it ends, and its reader resumes by cursor. */
const UPSTREAM_BUFFER = 1_000;

/** The reader of an idle socket is gone for good after this time, not just between two subscriptions. */
const IDLE_CLOSE_MS = 10_000;

/** All subscriptions to one member, or to any other server, over one graphql-ws socket, opened by the first of them. */
export class MemberSocket {
  /** Made for the first subscription: it connects at once. */
  #client: Client | undefined;
  #subscriptions = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #lost = new Set<() => void>();
  readonly #started = new Set<() => void>();
  #isConnected = false;
  #webSocket: WebSocket | undefined;
  #pongTimer: NodeJS.Timeout | undefined;

  constructor(readonly options: MemberSocketOptions) {}

  /** @throws `unavailable` of the options when the socket cannot be opened, is lost, or brings events faster than they are read */
  async *subscribe(payload: SubscribePayload, { signal, onStarted }: Omit<MemberSubscribeOptions, 'context'>): AsyncGenerator<MemberResult, void, void> {
    const { unavailable } = this.options;
    if (signal.aborted) return;
    const events = new EventBuffer<MemberResult>(UPSTREAM_BUFFER);
    const lost = (cause?: unknown): void => events.fail(unavailable('closed the connection of its events', cause));
    clearTimeout(this.#idleTimer);
    this.#subscriptions++;
    const unsubscribe = (this.#client ??= this.#connect()).subscribe(payload, {
      next: (result) => {
        if (!events.push(result as MemberResult)) events.fail(unavailable('sent events faster than they were read'));
      },
      error: (thrown) => {
        if (Array.isArray(thrown)) {
          events.push({ errors: thrown as MemberGraphQLError[] });
          events.end();
        } else lost(thrown);
      },
      complete: () => events.end(),
    });
    // The client would silently subscribe again, without a cursor, after a close with code 1000.
    const onLost = (): void => {
      lost();
      unsubscribe();
    };
    const onAbort = (): void => events.end();
    this.#lost.add(onLost);
    signal.addEventListener('abort', onAbort, { once: true });
    if (onStarted) {
      this.#started.add(onStarted);
      if (this.#isConnected) onStarted();
    }
    try {
      yield* events;
    } finally {
      this.#lost.delete(onLost);
      if (onStarted) this.#started.delete(onStarted);
      signal.removeEventListener('abort', onAbort);
      unsubscribe();
      if (--this.#subscriptions === 0) this.#idleTimer = setTimeout(() => this.#client?.terminate(), IDLE_CLOSE_MS).unref();
    }
  }

  close(): void {
    for (const lost of this.#lost) lost();
    this.#terminate();
  }

  #connect(): Client {
    const { options } = this;
    return createClient({
      url: options.url,
      webSocketImpl: WebSocket,
      ...(options.connectionParams ? { connectionParams: options.connectionParams } : {}),
      // Closed here when it is idle: the library's own timer for that holds the end of the process.
      lazy: false,
      onNonLazyError: () => {},
      connectionAckWaitTimeout: options.pingIntervalMs,
      keepAlive: options.pingIntervalMs,
      // Resuming needs the cursor of the last event, which this client does not know.
      retryAttempts: 0,
      shouldRetry: () => false,
      on: {
        opened: (socket) => {
          this.#webSocket = socket as WebSocket;
        },
        connected: () => {
          this.#isConnected = true;
          for (const started of this.#started) started();
        },
        closed: () => this.#closed(),
        ping: (isFromMember) => {
          if (!isFromMember) this.#pongTimer = setTimeout(() => this.#terminate(), options.pingIntervalMs / 2);
        },
        pong: (isFromMember) => {
          if (isFromMember) clearTimeout(this.#pongTimer);
        },
      },
    });
  }

  /** A closing handshake with a peer that hangs would take its own long time. */
  #terminate(): void {
    clearTimeout(this.#idleTimer);
    this.#client?.terminate();
    this.#webSocket?.terminate();
  }

  #closed(): void {
    this.#isConnected = false;
    clearTimeout(this.#pongTimer);
    for (const lost of this.#lost) lost();
  }
}
