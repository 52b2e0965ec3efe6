import type pg from 'pg';

/**
 * - `sizeBytes`: what the database takes on its server's disk
 * - `connections`: sessions in it, this one not counted
 * - `lagBytes`: log that the standby furthest behind has not replayed yet; only where there is a standby
 */
export async function databaseFigures(client: pg.Client, database: string): Promise<Readonly<Record<string, number>>> {
  const { rows } = await client.query<{ size: string; connections: string; lag: string | null }>(sql, [database]);
  const { size, connections, lag } = rows[0]!;
  return { sizeBytes: Number(size), connections: Number(connections), ...(lag !== null && { lagBytes: Number(lag) }) };
}

/** Sessions that only take the log, such as base backups, replay nothing. */
const sql = `SELECT pg_catalog.pg_database_size($1::name) AS size,
  (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = $1::name AND pid <> pg_catalog.pg_backend_pid()) AS connections,
  CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN
    (SELECT max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn)) FROM pg_catalog.pg_stat_replication WHERE replay_lsn IS NOT NULL)
  END AS lag`;
