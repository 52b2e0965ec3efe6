import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.js';

/** The Hub's own PostgreSQL database. */
export type Database = PrismaClient;

/** Opens lazily; `$disconnect()` closes it. The database must have been migrated. */
export function openDatabase(databaseUrl: string): Database {
  const adapter = new PrismaPg({
    connectionString: databaseUrl,
    max: 6,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    application_name: 'ocopea hub',
  });
  // Prisma gives up on a transaction that has not begun after two seconds, which a busy machine can take.
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 30_000 } });
}
