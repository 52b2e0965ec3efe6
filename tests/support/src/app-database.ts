import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

/**
 * The database address that the app service behind an entry point was given. No answer of the graph ever holds it, so it
 * is read where only the machine's owner can: in the environment of the process.
 */
export async function databaseUrlBehind(entryPointUrl: string): Promise<string> {
  return (await environmentBehind(entryPointUrl, 'DATABASE_URL'))['DATABASE_URL']!;
}

/** The environment of the process that serves there and has this variable. */
export async function environmentBehind(entryPointUrl: string, variable: string): Promise<Record<string, string>> {
  const { port } = new URL(entryPointUrl);
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).split('\0');
    if (!environment.includes(`PORT=${port}`)) continue;
    const variables = Object.fromEntries(environment.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    if (variables[variable] !== undefined) return variables;
  }
  throw new Error(`no process serves ${entryPointUrl}`);
}

/** Per table of the database: rows and an MD5 over all of them in a fixed order, read in one snapshot. */
export async function tableChecksums(databaseUrl: string, where: Readonly<Record<string, string>> = {}): Promise<Record<string, { rows: number; md5: string }>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const tables = await client.query<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    const checksums: Record<string, { rows: number; md5: string }> = {};
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ rows: number; md5: string }>(
        `SELECT count(*)::int AS rows, md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) AS md5 FROM ${name} t ${where[name] === undefined ? '' : `WHERE ${where[name]}`}`,
      );
      checksums[name] = rows[0]!;
    }
    return checksums;
  } finally {
    await client.end();
  }
}
