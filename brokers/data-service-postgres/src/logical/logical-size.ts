import { withClient, type PostgresAccess } from './postgres-access.js';

/** Statements of a table take some hundred bytes, whatever is in it. */
const bytesOfObject = 500;

/** Bytes that a logical copy would write, roughly: tables without their indexes, of which a copy has only the statements. */
export async function logicalBytes(access: PostgresAccess): Promise<number> {
  const sql = `SELECT pg_catalog.pg_relation_size('pg_catalog.pg_largeobject') + coalesce(sum(pg_catalog.pg_relation_size(c.oid) + coalesce(pg_catalog.pg_relation_size(nullif(c.reltoastrelid, 0)), 0)), 0) AS bytes, count(*) AS objects
                 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`;
  const { rows } = await withClient(access, (client) => client.query<{ bytes: string; objects: string }>(sql));
  return Number(rows[0]!.bytes) + bytesOfObject * (Number(rows[0]!.objects) + 1);
}
