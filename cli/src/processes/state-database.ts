import { join } from 'node:path';
import { EmbeddedErrorCode, isEmbeddedError, PostgresServer } from '@ocopea/embedded';

/** The PostgreSQL that a process keeps its state in. */
export interface StateDatabase {
  /** A secret. */
  readonly url: string;
  close(): Promise<void>;
}

/** The server named by `DATABASE_URL`, or an embedded one in `<home>/postgres` with one database. */
export async function openStateDatabase(options: { readonly databaseUrl?: string | undefined; readonly home: string; readonly database: string }): Promise<StateDatabase> {
  if (options.databaseUrl !== undefined) return { url: options.databaseUrl, close: async () => {} };
  const server = await openStateServer(options.home);
  await server.ensureDatabase(options.database);
  return { url: server.connectionString(options.database), close: () => server.stop() };
}

/** A Hub or Site has up to 30 connections at its busiest, and `up` runs three of them on one server. */
const stateConnections = 150;

/** The embedded server in `<home>/postgres`, made at the first start, running. */
export async function openStateServer(home: string): Promise<PostgresServer> {
  const directory = join(home, 'postgres');
  const server = await PostgresServer.open(directory).catch((error: unknown) => {
    if (!isEmbeddedError(error, EmbeddedErrorCode.NotFound)) throw error;
    return PostgresServer.initialise({ directory, settings: { max_connections: stateConnections } });
  });
  await server.start();
  return server;
}
