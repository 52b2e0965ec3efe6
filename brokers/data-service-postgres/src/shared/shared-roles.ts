import { createHash } from 'node:crypto';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { scramVerifier } from '@ocopea/embedded';
import pg from 'pg';
import { checkedRoleName, copiedOwner, type FurtherRole } from '../logical/logical-roles.js';
import type { LogicalRoles } from '../logical/logical-copy.js';
import type { SharedServer, SharedServerFacts } from './shared-server.js';

const { escapeIdentifier: id, escapeLiteral: literal } = pg;

/**
 * Names of one data service on its server. All begin with the name of its database, which nobody can guess, so that two Sites may
 * share a server: `<base>` is the database and the role that owns what is in it, `<base>_agent` the broker's own login to it,
 * `<base>_b_…` a binding's, `<base>_r_<name>` a further role that the server's administrator made for it.
 */
export interface SharedNames {
  readonly base: string;
  readonly agent: string;
}

export function sharedNames(base: string): SharedNames {
  return { base, agent: `${base}_agent` };
}

export function sharedBindingRole(base: string, bindingId: string): string {
  return `${base}_b_${createHash('sha256').update(bindingId).digest('hex').slice(0, 24)}`;
}

/** Above what bindings may have: copies and the broker's own work. */
const spareConnections = 5;

/**
 * Makes an empty database with its owner and the broker's login. Nobody but the administrator can connect to it before it is closed
 * to all others. The administrator keeps the database itself, so that its users can neither lift its limits nor let others in.
 */
export async function createSharedDatabase(server: SharedServer, facts: SharedServerFacts, { base, agent }: SharedNames, { agentPassword, maxConnections }: { readonly agentPassword: string; readonly maxConnections: number }): Promise<void> {
  await server.query(async (client) => {
    await client.query(`CREATE ROLE ${id(base)} NOLOGIN`);
    await client.query(`GRANT ${id(base)} TO CURRENT_USER ${withAll(facts)}`);
    await client.query(
      `CREATE ROLE ${id(agent)} LOGIN IN ROLE ${id(base)} ${facts.canBypassRowSecurity ? 'BYPASSRLS' : ''} CONNECTION LIMIT ${spareConnections} PASSWORD ${literal(await scramVerifier(agentPassword))}`,
    );
    await client.query(`GRANT ${id(agent)} TO CURRENT_USER ${withAll(facts)}`);
    await client.query(`CREATE DATABASE ${id(base)} TEMPLATE template0 ENCODING 'UTF8' ${await localeOf(client, facts)} CONNECTION LIMIT ${maxConnections + spareConnections} ALLOW_CONNECTIONS false`);
    await client.query(`REVOKE ALL ON DATABASE ${id(base)} FROM PUBLIC`);
    await client.query(`ALTER DATABASE ${id(base)} ALLOW_CONNECTIONS true`);
  });
  // Nobody has used it yet, so that it holds nothing that could run with the administrator's rights.
  await server.query((client) => client.query(`GRANT CONNECT, TEMPORARY, CREATE ON DATABASE ${id(base)} TO ${id(base)}; ALTER SCHEMA public OWNER TO ${id(base)}`), { database: base });
}

/** Says what a database is for. Waits until that is durable, and with it all that was committed before. */
export async function sealSharedDatabase(server: SharedServer, { base }: SharedNames, comment: string): Promise<void> {
  await server.query((client) => client.query(`SET synchronous_commit = on; COMMENT ON DATABASE ${id(base)} IS ${literal(comment)}`));
}

/** Makes the further roles of a copy. Answers their names here by those in the copy. */
export async function createFurtherRoles(server: SharedServer, facts: SharedServerFacts, { base, agent }: SharedNames, roles: readonly FurtherRole[]): Promise<ReadonlyMap<string, string>> {
  const names = new Map(roles.map(({ name }) => [name, checkedRoleName(`${base}_r_${name}`, name)]));
  if (roles.length === 0) return names;
  await server.query(async (client) => {
    for (const name of names.values()) {
      await client.query(`CREATE ROLE ${id(name)} NOLOGIN`);
      for (const member of ['CURRENT_USER', id(base), id(agent)]) await client.query(`GRANT ${id(name)} TO ${member} ${withAll(facts)}`);
    }
    for (const { name, memberOf } of roles) for (const group of memberOf) await client.query(`GRANT ${id(names.get(group)!)} TO ${id(names.get(name)!)}`);
  });
  return names;
}

/** The roles of a data service as a copy needs them. Those of others on the same server are not among them. */
export async function sharedRoles(server: SharedServer, { base, agent }: SharedNames): Promise<LogicalRoles> {
  const furtherPrefix = `${base}_r_`;
  return server.query(async (client) => {
    const { rows } = await client.query<{ name: string; groups: string[] }>(
      `SELECT r.rolname::text AS name, coalesce(pg_catalog.array_agg(DISTINCT g.rolname::text) FILTER (WHERE g.rolname IS NOT NULL), '{}') AS groups
         FROM pg_catalog.pg_roles r LEFT JOIN pg_catalog.pg_auth_members m ON m.member = r.oid LEFT JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
        WHERE r.rolname = $1 OR pg_catalog.starts_with(r.rolname::text, $1 || '_') GROUP BY 1 ORDER BY 1`,
      [base],
    );
    const further = rows.filter(({ name }) => name.startsWith(furtherPrefix));
    const inCopy = new Map(rows.map(({ name }) => [name, name.startsWith(furtherPrefix) ? name.slice(furtherPrefix.length) : copiedOwner]));
    return {
      inCopy: inCopy.set(agent, copiedOwner),
      further: further.map(({ name, groups }) => ({
        name: name.slice(furtherPrefix.length),
        memberOf: groups.filter((group) => group.startsWith(furtherPrefix)).map((group) => group.slice(furtherPrefix.length)),
      })),
    };
  });
}

/** Makes a login with this password that acts as the owner, unless it is there. */
export async function createSharedBinding(server: SharedServer, facts: SharedServerFacts, { base, agent }: SharedNames, role: string, password: string, maxConnections: number): Promise<void> {
  await server.query(async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_roles WHERE rolname = $1', [role]);
    if (rowCount !== 0) return;
    const verifier = literal(await scramVerifier(password));
    // One string is one transaction: a role without its setting would make things that are its own.
    await client.query(
      `CREATE ROLE ${id(role)} LOGIN IN ROLE ${id(base)} CONNECTION LIMIT ${maxConnections} PASSWORD ${verifier}; ` +
        `ALTER ROLE ${id(role)} SET role TO ${id(base)}; GRANT ${id(role)} TO CURRENT_USER ${withAll(facts)}; GRANT ${id(role)} TO ${id(agent)} ${withAll(facts)}`,
    );
  });
}

/**
 * Ends a binding's sessions and drops its role. Nothing to do when it is not there.
 * @param asAgent runs a statement in the data service's database as the broker's login to it
 */
export async function dropSharedBinding(server: SharedServer, { base }: SharedNames, role: string, sessionEndMs: number, asAgent: (sql: string) => Promise<void>): Promise<void> {
  const isThere = await server.query(async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_roles WHERE rolname = $1', [role]);
    if (rowCount === 0) return false;
    await client.query(`ALTER ROLE ${id(role)} NOLOGIN`);
    await client.query('SELECT pg_catalog.pg_terminate_backend(pid, $2) FROM pg_catalog.pg_stat_activity WHERE usename = $1', [role, sessionEndMs]);
    return true;
  });
  if (!isThere) return;
  // What a session made after `SET ROLE` to itself is kept, as the owner's.
  await asAgent(`REASSIGN OWNED BY ${id(role)} TO ${id(base)}; DROP OWNED BY ${id(role)}`);
  await server.query((client) => dropRole(client, role));
}

/** Removes the database with all that is in it, and all roles of the data service. Idempotent. */
export async function dropShared(server: SharedServer, base: string): Promise<void> {
  await server.query(async (client) => {
    const { rows } = await client.query<{ name: string }>(`SELECT rolname::text AS name FROM pg_catalog.pg_roles WHERE rolname = $1 OR pg_catalog.starts_with(rolname::text, $1 || '_') ORDER BY rolname DESC`, [base]);
    for (const { name } of rows) await client.query(`ALTER ROLE ${id(name)} NOLOGIN`);
    await client.query(`DROP DATABASE IF EXISTS ${id(base)} WITH (FORCE)`);
    for (const { name } of rows) await dropRole(client, name);
  }, { timeoutMs: 300_000 });
}

/** Also when it has made something in the administrator's database, to which servers let everybody in unless told otherwise. */
async function dropRole(client: pg.Client, role: string): Promise<void> {
  await client.query(`DROP OWNED BY ${id(role)}`);
  try {
    await client.query(`DROP ROLE ${id(role)}`);
  } catch (error) {
    if (!(error instanceof Error) || (error as Error & { code?: string }).code !== '2BP01') throw error;
    throw new BrokerError(BrokerErrorCode.Conflict, `role "${role}" of the data service owns something in another database of its PostgreSQL server; the server's administrator removes it with DROP OWNED BY in that database, then delete again`, { cause: error });
  }
}

/** Since 16, whoever makes a role cannot use it without saying so. */
function withAll({ majorVersion }: SharedServerFacts): string {
  return majorVersion >= 16 ? 'WITH INHERIT TRUE, SET TRUE' : '';
}

/** Sorts the same on every machine. */
async function localeOf(client: pg.Client, { majorVersion }: SharedServerFacts): Promise<string> {
  if (majorVersion >= 17) return `LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'`;
  const { rowCount } = await client.query(`SELECT FROM pg_catalog.pg_collation WHERE collname IN ('C.utf8', 'C.UTF-8') AND collprovider = 'c'`);
  return `LC_COLLATE 'C' LC_CTYPE '${rowCount === 0 ? 'C' : 'C.UTF-8'}'`;
}
