import { createClient, type Client, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';
import { EventBuffer } from './event-buffer.js';
import type { MemberGraphQLError, MemberResult, MemberSubscribeOptions } from './partition-member.js';

export interface MemberSocketOptions {
  /** Makes the error of a server that did what `why` says. */
  unavailable: (why: string, cause?: unknown) => Error;
  url: string;
  /** Asked for each time the socket is opened, with the context of a subscription that is there. */
  connectionParams: ((context: unknown) => Record<string, unknown> | Promise<Record<string, unknown>>) | undefined;
  /** The server takes newer parameters by a `ping` whose payload they are; it is sent them this often. */
  renewEveryMs?: number | undefined;
  pingIntervalMs: number;
  /** Called when it closes because nobody has subscribed for a while. */
  onIdle?: () => void;
}

/** Events of one subscription that wait for its reader; past that it ends, and its reader resumes by cursor. */
const UPSTREAM_BUFFER = 1_000;

/** The reader of an idle socket is gone for good after this time, not just between two subscriptions. */
const IDLE_CLOSE_MS = 10_000;

/** All subscriptions to one member, or to any other server, over one graphql-ws socket, opened by the first of them. */
export class MemberSocket {
  /** Made for the first subscription: it connects at once. */
  #client: Client | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #lost = new Set<(event: unknown) => void>();
  readonly #started = new Set<() => void>();
  #isConnected = false;
  #webSocket: WebSocket | undefined;
  #pongTimer: NodeJS.Timeout | undefined;
  #renewTimer: NodeJS.Timeout | undefined;
  /** Of the subscriptions that are there. */
  readonly #callers = new Set<{ readonly context: unknown }>();

  constructor(readonly options: MemberSocketOptions) {}

  /** @throws `unavailable` of the options when the socket cannot be opened, is lost, or brings events faster than they are read */
  async *subscribe(payload: SubscribePayload, { signal, context, onStarted }: MemberSubscribeOptions): AsyncGenerator<MemberResult, void, void> {
    const { unavailable } = this.options;
    if (signal.aborted) return;
    const events = new EventBuffer<MemberResult>(UPSTREAM_BUFFER);
    const lost = (cause?: unknown): void => events.fail(unavailable('closed the connection of its events', cause));
    clearTimeout(this.#idleTimer);
    const caller = { context };
    this.#callers.add(caller);
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
    const onLost = (event: unknown): void => {
      lost(event);
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
      this.#callers.delete(caller);
      if (this.#callers.size === 0) this.#idleTimer = setTimeout(() => this.#idle(), IDLE_CLOSE_MS).unref();
    }
  }

  close(): void {
    for (const lost of this.#lost) lost(undefined);
    this.#terminate();
  }

  #connect(): Client {
    const { options } = this;
    return createClient({
      url: options.url,
      webSocketImpl: WebSocket,
      ...(options.connectionParams ? { connectionParams: () => this.#params() } : {}),
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
          this.#renewLater();
          for (const started of this.#started) started();
        },
        closed: (event) => this.#closed(event),
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

  #closed(event: unknown): void {
    this.#isConnected = false;
    clearTimeout(this.#pongTimer);
    clearTimeout(this.#renewTimer);
    for (const lost of this.#lost) lost(event);
  }

  #idle(): void {
    this.#client?.terminate();
    this.options.onIdle?.();
  }

  /** For somebody who is there: the credential of one who has left may have ended. */
  async #params(): Promise<Record<string, unknown>> {
    const [caller] = this.#callers;
    return (await this.options.connectionParams?.(caller?.context)) ?? {};
  }

  /** Nobody needs a newer credential while nobody listens; the next subscription of an idle socket opens another one soon enough. */
  #renewLater(): void {
    const { renewEveryMs } = this.options;
    if (renewEveryMs === undefined) return;
    clearTimeout(this.#renewTimer);
    this.#renewTimer = setTimeout(() => void this.#renew(), renewEveryMs).unref();
  }

  async #renew(): Promise<void> {
    const socket = this.#webSocket;
    if (this.#callers.size > 0) {
      const payload = await this.#params().catch(() => undefined);
      if (payload && this.#isConnected && socket === this.#webSocket) socket?.send(JSON.stringify({ type: 'ping', payload }));
    }
    if (this.#isConnected) this.#renewLater();
  }
}
