/**
 * Something that runs SQL: a `pg` client or pool, or an adapter over a Prisma transaction
 * (`{ query: async (sql, values) => ({ rows: await tx.$queryRawUnsafe(sql, ...values) }) }`).
 */
export interface Queryable {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape of a row is known to who wrote the SQL
  query(sql: string, values?: unknown[]): Promise<{ rows: any[] }>;
}
