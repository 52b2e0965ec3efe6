import { randomBytes } from 'node:crypto';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { scramVerifier, type PostgresServer } from '@ocopea/embedded';
import pg from 'pg';
import type { LogicalRoles } from './logical/logical-copy.js';
import { copiedOwner, type FurtherRole } from './logical/logical-roles.js';
import type { PostgresAccess } from './logical/postgres-access.js';
import { databaseName, isBindingRole, ownerRole } from './roles.js';

const { escapeIdentifier: id, escapeLiteral: literal } = pg;

/**
 * The broker's own login to the database of a server: with the rights of the owner and of all other roles of the data service, and no
 * others, so that nothing which the database runs in a logical copy or a restore has a superuser's.
 */
const agentRole = 'app_agent';

/** Roles of the data service: all but superusers and those that every server has. */
const ownRoles = `SELECT rolname::text AS name FROM pg_roles WHERE NOT rolsuper AND rolname !~ '^pg_' AND rolname <> '${agentRole}'`;

/** Lets the agent in with a new password, and makes it a member of all roles that there are now. The server must run. */
export async function admitAgent(server: PostgresServer, password: string): Promise<PostgresAccess> {
  const verifier = literal(await scramVerifier(password));
  await server.query('postgres', async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [agentRole]);
    if (rowCount === 0) await client.query(`CREATE ROLE ${agentRole}`);
    await client.query(`ALTER ROLE ${agentRole} LOGIN INHERIT BYPASSRLS PASSWORD ${verifier}`);
    const { rows } = await client.query<{ name: string }>(ownRoles);
    for (const { name } of rows) {
      await client.query(`GRANT ${id(name)} TO ${agentRole}`).catch((error: unknown) => {
        // A binding that was removed meanwhile: nothing is missed.
        if (!(error instanceof pg.DatabaseError) || error.code !== '42704') throw error;
      });
    }
  });
  return { endpoint: { host: '127.0.0.1', port: server.port!, tls: { mode: 'disable' } }, database: databaseName, user: agentRole, password };
}

export function newAgentPassword(): string {
  return randomBytes(24).toString('hex');
}

/** Until it is let in again. */
export async function dismissAgent(server: PostgresServer): Promise<void> {
  await server.query('postgres', (client) => client.query(`ALTER ROLE ${agentRole} NOLOGIN PASSWORD NULL`));
}

/** The roles of a data service as a copy needs them. */
export async function dedicatedRoles(server: PostgresServer): Promise<LogicalRoles> {
  return server.query('postgres', async (client) => {
    const { rows } = await client.query<{ name: string; groups: string[] }>(
      `SELECT own.name, coalesce(array_agg(DISTINCT g.rolname::text) FILTER (WHERE g.rolname IS NOT NULL), '{}') AS groups FROM (${ownRoles}) own
         JOIN pg_roles r ON r.rolname = own.name LEFT JOIN pg_auth_members m ON m.member = r.oid LEFT JOIN pg_roles g ON g.oid = m.roleid GROUP BY 1 ORDER BY 1`,
    );
    const isFurther = (name: string) => name !== ownerRole && !isBindingRole(name);
    const further = rows.filter(({ name }) => isFurther(name));
    const known = new Set(further.map(({ name }) => name));
    return {
      inCopy: new Map([...rows.map(({ name }) => [name, isFurther(name) ? name : copiedOwner] as const), [agentRole, copiedOwner]]),
      further: further.map(({ name, groups }) => ({ name, memberOf: groups.filter((group) => known.has(group)) })),
    };
  });
}

/** Makes the further roles of a copy under the names that they have in it. @throws NOT_SUPPORTED such a name cannot be had */
export async function makeDedicatedRoles(server: PostgresServer, roles: readonly FurtherRole[]): Promise<ReadonlyMap<string, string>> {
  await server.query('postgres', async (client) => {
    for (const { name } of roles) {
      if (isReserved(name, server)) throw new BrokerError(BrokerErrorCode.NotSupported, `role "${name}" of the copy has a name that plan "dedicated" uses itself; rename it and copy again, or restore it to plan "shared"`);
      await client.query(`CREATE ROLE ${id(name)} NOLOGIN; GRANT ${id(name)} TO ${ownerRole}, ${agentRole}`);
    }
    for (const { name, memberOf } of roles) for (const group of memberOf) await client.query(`GRANT ${id(group)} TO ${id(name)}`);
  });
  return new Map(roles.map(({ name }) => [name, name]));
}

function isReserved(name: string, server: PostgresServer): boolean {
  return name === ownerRole || name === agentRole || name === server.superuser || name.startsWith('pg_') || isBindingRole(name) || Buffer.byteLength(name) > 63;
}
