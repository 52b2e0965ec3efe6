import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { EmbeddedErrorCode, isEmbeddedError, PostgresServer } from '@ocopea/embedded';

/** A Hub or Site has up to 30 connections at its busiest, and `up` runs three of them on one server. */
const stateConnections = 150;
const lookEveryMs = 500;
const longestPauseMs = 10_000;

/**
 * The embedded PostgreSQL server in `<home>/postgres`, kept running: when its process ends by itself it is started again. Whoever
 * uses it waits for it meanwhile, so its end costs seconds and nothing else.
 */
export class StateServer {
  readonly #stopping = new AbortController();
  readonly #watch: Promise<void>;

  private constructor(
    private readonly server: PostgresServer,
    private readonly onRestart: (reason: string) => void,
  ) {
    this.#watch = this.#keepRunning();
  }

  /** Makes it at the first start, starts it, or adopts the one that runs. @throws EmbeddedError */
  static async open(home: string, onRestart: (reason: string) => void): Promise<StateServer> {
    const directory = join(home, 'postgres');
    const server = await PostgresServer.open(directory).catch((error: unknown) => {
      if (!isEmbeddedError(error, EmbeddedErrorCode.NotFound)) throw error;
      return PostgresServer.initialise({ directory, settings: { max_connections: stateConnections } });
    });
    await server.start();
    return new StateServer(server, onRestart);
  }

  /** A secret. */
  connectionString(database: string): string {
    return this.server.connectionString(database);
  }

  ensureDatabase(name: string): Promise<void> {
    return this.server.ensureDatabase(name);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watch;
    await this.server.stop();
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#stopping;
    for (let pauseMs = lookEveryMs; ; ) {
      await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        if (await this.server.isRunning()) continue;
        const { port } = this.server;
        this.onRestart('the PostgreSQL server of the state has ended; starting it again');
        await this.server.start({ signal });
        pauseMs = lookEveryMs;
        if (this.server.port !== port) this.onRestart(`port ${port} of the PostgreSQL server of the state was taken by another program, so that nothing finds it any more; stop and start again`);
      } catch (error) {
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
        if (!signal.aborted) this.onRestart(`the PostgreSQL server of the state does not start: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}
