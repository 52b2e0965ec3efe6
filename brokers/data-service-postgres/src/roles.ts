import { createHash } from 'node:crypto';
import { scramVerifier } from '@ocopea/embedded';
import pg from 'pg';

/** The database that app services get. */
export const databaseName = 'app';
/**
 * Owns the database and all that is made in it. Every binding acts as this role from its first moment, so that what one
 * app service creates another can use, and nothing stops a binding's role from being dropped.
 */
export const ownerRole = 'app_owner';
const bindingPrefix = 'binding_';

/** What a session made after `SET ROLE` to itself is kept, as the owner's. `%1$I` is the role. */
const removal = [`REASSIGN OWNED BY %1$I TO ${ownerRole}`, 'DROP OWNED BY %1$I', 'DROP ROLE %1$I'];

/** @example bindingRole('web') // 'binding_…', 24 hex digits, since ids may be longer than names of roles can be */
export function bindingRole(bindingId: string): string {
  return bindingPrefix + createHash('sha256').update(bindingId).digest('hex').slice(0, 24);
}

export function isBindingRole(role: string): boolean {
  return /^binding_[0-9a-f]{24}$/.test(role);
}

/** Statements for a new server. */
export const newServerPreparation = [
  {
    database: 'postgres',
    statements: [
      `CREATE ROLE ${ownerRole} NOLOGIN`,
      `CREATE DATABASE ${databaseName} OWNER ${ownerRole}`,
      `REVOKE CONNECT ON DATABASE postgres FROM PUBLIC`,
      `REVOKE CONNECT ON DATABASE template1 FROM PUBLIC`,
    ],
  },
];

/** Statements for a server made of a copy: after them, none of the roles that were copied can log in, and bindings are gone. */
export const restoredServerPreparation = [
  {
    database: 'postgres',
    statements: [
      forEachRole(`rolcanlogin AND rolname <> current_user`, `ALTER ROLE %1$I NOLOGIN NOSUPERUSER NOREPLICATION PASSWORD NULL`),
    ],
  },
  { database: databaseName, statements: [forEachRole(`rolname ~ '^${bindingPrefix}[0-9a-f]{24}$'`, ...removal)] },
];

/** Makes a login with this password that acts as the owner. One transaction. */
export async function createBindingRole(client: pg.Client, role: string, password: string): Promise<void> {
  const name = pg.escapeIdentifier(role);
  await client.query(`CREATE ROLE ${name} LOGIN IN ROLE ${ownerRole} PASSWORD ${pg.escapeLiteral(await scramVerifier(password))}; ALTER ROLE ${name} SET role TO ${ownerRole}`);
}

/** Ends the sessions of a role and drops it. Nothing to do when it is not there. @param client of {@link databaseName} */
export async function dropBindingRole(client: pg.Client, role: string, sessionEndMs: number): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount === 0) return;
  await client.query(`ALTER ROLE ${pg.escapeIdentifier(role)} NOLOGIN`);
  await client.query('SELECT pg_terminate_backend(pid, $2) FROM pg_stat_activity WHERE usename = $1', [role, sessionEndMs]);
  await client.query(forEachRole(`rolname = ${pg.escapeLiteral(role)}`, ...removal));
}

/** One statement that runs others for each role that fits a condition. */
function forEachRole(condition: string, ...statements: readonly string[]): string {
  const body = statements.map((statement) => `EXECUTE format('${statement}', name);`).join(' ');
  return `DO $do$ DECLARE name name; BEGIN FOR name IN SELECT rolname FROM pg_roles WHERE ${condition} LOOP ${body} END LOOP; END $do$`;
}
