import type { Queryable } from '@ocopea/operations';

/** Tables whose rows appear together with the operation that makes them. */
export type OwnedTable = 'app_instances' | 'data_services' | 'app_services' | 'copies' | 'copy_parts';

/**
 * Inserts rows within a transaction of the operation engine, which a Prisma client cannot join. Keys are the names of the
 * Prisma schema; absent ones take the column's default.
 */
export async function insertRows(transaction: Queryable, table: OwnedTable, rows: readonly object[]): Promise<void> {
  for (const row of rows) {
    const entries = Object.entries(row).filter(([, value]) => value !== undefined);
    const columns = entries.map(([name]) => `"${snakeCase(name)}"`).join(', ');
    const places = entries.map((_, index) => `$${index + 1}`).join(', ');
    await transaction.query(`INSERT INTO ${table} (${columns}) VALUES (${places})`, entries.map(([, value]) => columnValue(value)));
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Objects and lists stand for JSON columns here; `pg` would make a PostgreSQL array of a list. */
function columnValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? JSON.stringify(value) : value;
}
