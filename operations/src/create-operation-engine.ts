import pg from 'pg';
import type { OperationEngine, OperationEngineOptions } from './operation-engine.js';
import { DurableOperationEngine } from './durable-operation-engine.js';
import { PostgresJournal } from './postgres-journal.js';
import { PostgresListener } from './postgres-listener.js';
import { STATEMENT_MS } from './statement-deadline.js';

/** Connections for rows and events; steps and DBOS have their own. */
const POOL_SIZE = 6;

/**
 * Starts the engine of this process: takes the executor's lease, resumes what it left, and runs what is started. One per
 * process, since the library it stands on has one instance. The migrations must have been applied.
 *
 * @throws CONFLICT when another process runs the same executor, or this one has an engine already
 */
export async function createOperationEngine(options: OperationEngineOptions): Promise<OperationEngine> {
  const { databaseUrl, log } = options;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_SIZE, connectionTimeoutMillis: 10_000, query_timeout: STATEMENT_MS, keepAlive: true, application_name: 'ocopea operations' });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection to the database was lost'));
  const listener = new PostgresListener({ databaseUrl, log });
  const journal = new PostgresJournal({ ...options.journal, pool, listener, log });
  const engine = new DurableOperationEngine({ ...options, pool, listener, postgresJournal: journal });
  try {
    await engine.open();
    // After the caller has the engine in hand: what its definitions do may need it.
    setImmediate(() => engine.beginWork());
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}
