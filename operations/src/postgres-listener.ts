import pg from 'pg';
import type { OperationLog } from './log.js';
import { STATEMENT_MS } from './statement-deadline.js';

export interface PostgresListenerOptions {
  readonly databaseUrl: string;
  readonly log: OperationLog;
}

/** Called with the payload of a notification; without one after a reconnect, when any number may have been missed. */
export type NotificationHandler = (payload: string | undefined) => void;

/**
 * The process's one connection for LISTEN. It comes back by itself when it is lost, and then tells every handler, since
 * PostgreSQL keeps no notifications for those who were away.
 */
export class PostgresListener {
  #client: pg.Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  #failures = 0;
  readonly #handlers = new Map<string, NotificationHandler>();

  constructor(private readonly options: PostgresListenerOptions) {}

  /** Set the handlers before {@link open}; one for each channel. */
  on(channel: string, handler: NotificationHandler): void {
    this.#handlers.set(channel, handler);
  }

  async open(): Promise<void> {
    await this.#connect();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      query_timeout: STATEMENT_MS,
      application_name: 'ocopea listener',
    });
    client.on('notification', ({ channel, payload }) => this.#handlers.get(channel)?.(payload));
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    this.#client = client;
    await client.connect();
    for (const channel of this.#handlers.keys()) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    this.#failures = 0;
  }

  #lost(client: pg.Client): void {
    if (this.#isClosed || this.#client !== client) return;
    this.#client = undefined;
    void client.end().catch(() => undefined);
    const delayMs = Math.min(10_000, 100 * 2 ** this.#failures++) * (0.5 + Math.random());
    this.options.log.warn({ delayMs }, 'lost the connection that listens for notifications; connecting again');
    this.#retry = setTimeout(() => void this.#reconnect(), delayMs);
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#connect();
      for (const handler of this.#handlers.values()) handler(undefined);
    } catch {
      if (this.#client !== undefined) this.#lost(this.#client);
    }
  }
}
