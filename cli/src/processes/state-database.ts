import { StateServer } from './state-server.js';

/** The PostgreSQL that a process keeps its state in. */
export interface StateDatabase {
  /** A secret. */
  readonly url: string;
  close(): Promise<void>;
}

export interface StateDatabaseOptions {
  readonly databaseUrl?: string | undefined;
  readonly home: string;
  readonly database: string;
  /** Told when an embedded server has ended and is started again. */
  readonly onRestart: (reason: string) => void;
}

/** The server named by `DATABASE_URL`, or an embedded one in `<home>/postgres` with one database. */
export async function openStateDatabase({ databaseUrl, home, database, onRestart }: StateDatabaseOptions): Promise<StateDatabase> {
  if (databaseUrl !== undefined) return { url: databaseUrl, close: async () => {} };
  const server = await StateServer.open(home, onRestart);
  await server.ensureDatabase(database);
  return { url: server.connectionString(database), close: () => server.stop() };
}
