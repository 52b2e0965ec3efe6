import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.js';

/** The Site's own PostgreSQL database. */
export type Database = PrismaClient;

export interface DatabaseOptions {
  /** Migrated already. */
  readonly databaseUrl: string;
  /** @default 10 */
  readonly maxConnections?: number;
  /** Ends a statement that takes longer. @default 30000 */
  readonly statementTimeoutMs?: number;
}

/** Opens lazily; `$disconnect()` closes it. */
export function openDatabase({ databaseUrl, maxConnections = 10, statementTimeoutMs = 30_000 }: DatabaseOptions): Database {
  const adapter = new PrismaPg({
    connectionString: databaseUrl,
    max: maxConnections,
    connectionTimeoutMillis: 10_000,
    statement_timeout: statementTimeoutMs,
    application_name: 'ocopea-site',
  });
  // Prisma gives up on a transaction that has not begun after two seconds, which a busy machine can take.
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 30_000 } });
}
