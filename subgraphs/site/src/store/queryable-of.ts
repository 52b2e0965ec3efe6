import type { Queryable } from '@ocopea/operations';
import type { Prisma } from './generated/client.js';

/** A Prisma client or transaction as something that runs SQL, for the journal and for statements that Prisma cannot say. */
export function queryableOf(transaction: Pick<Prisma.TransactionClient, '$queryRawUnsafe'>): Queryable {
  return { query: async (sql, values = []) => ({ rows: await transaction.$queryRawUnsafe<object[]>(sql, ...values) }) };
}
