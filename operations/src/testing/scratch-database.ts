import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PostgresServer } from '@ocopea/embedded';
import { applyMigrations, migrationsDirectory } from '@ocopea/migrations';
import pg from 'pg';

/** A real server in a temporary folder, with databases for tests. */
export interface ScratchServer {
  /** A new database with the migrations of a Site or the Hub; the connection string. */
  database(of?: 'site' | 'hub'): Promise<string>;
  /** Stops and starts the server under the feet of its clients. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startScratchServer(): Promise<ScratchServer> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'ocopea-test-'));
  const server = await PostgresServer.initialise({ directory: path.join(directory, 'server') });
  await server.start();
  let count = 0;
  return {
    database: async (of = 'hub') => {
      const name = `scratch_${++count}`;
      await server.ensureDatabase(name);
      const databaseUrl = server.connectionString(name);
      await applyMigrations({ databaseUrl, directory: migrationsDirectory(of) });
      return databaseUrl;
    },
    restart: async () => {
      await server.stop();
      await server.start();
    },
    close: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Runs one statement on a connection of its own. */
export async function query<Row extends object>(databaseUrl: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows as Row[];
  } finally {
    await client.end();
  }
}
