import { readFileSync } from 'node:fs';
import pg from 'pg';

/** How to reach a server: where it is, and how far its certificate is trusted. */
export interface PostgresEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly mode: 'disable' | 'require' } | { readonly mode: 'verify-ca' | 'verify-full'; readonly rootCertificateFile: string };
}

/** A login to one database. */
export interface PostgresAccess {
  readonly endpoint: PostgresEndpoint;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** PostgreSQL's programs get no variable of ours: several `PG…` ones would change what they do. */
export const postgresEnvironment: Readonly<Record<string, string>> = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', PGPASSFILE: '/dev/null', PGSERVICEFILE: '/dev/null' };

/** In force whatever the database or the role sets: limits that others chose would end a copy in its middle. */
const sessionOptions = '-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c idle_session_timeout=0 -c search_path=pg_catalog';

/** Runs work on a connection of its own, which is closed afterwards. */
export async function withClient<T>(access: PostgresAccess, work: (client: pg.Client) => Promise<T>, timeoutMs = 30_000): Promise<T> {
  const client = newClient(access, timeoutMs);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Where and as whom to connect. A secret. */
export function clientConfig({ endpoint, database, user, password }: PostgresAccess): pg.ClientConfig {
  return { host: endpoint.host, port: endpoint.port, database, user, password, ssl: clientTls(endpoint) };
}

/** Not connected. @param timeoutMs of the connection and of each statement */
export function newClient(access: PostgresAccess, timeoutMs: number): pg.Client {
  const client = new pg.Client({
    ...clientConfig(access),
    connectionTimeoutMillis: Math.min(timeoutMs, 30_000),
    query_timeout: timeoutMs,
    keepAlive: true,
    application_name: 'ocopea',
    options: sessionOptions,
  });
  // A connection that breaks between two statements is told by the next one.
  client.on('error', () => undefined);
  return client;
}

/** What PostgreSQL's programs read in place of arguments, which every user of the machine could see. A secret. */
export function programEnvironment({ endpoint, database, user, password }: PostgresAccess): Readonly<Record<string, string>> {
  const { tls } = endpoint;
  return {
    ...postgresEnvironment,
    PGHOST: endpoint.host,
    PGPORT: String(endpoint.port),
    PGDATABASE: database,
    PGUSER: user,
    PGPASSWORD: password,
    PGSSLMODE: tls.mode,
    ...('rootCertificateFile' in tls && { PGSSLROOTCERT: tls.rootCertificateFile }),
    PGGSSENCMODE: 'disable',
    PGCONNECT_TIMEOUT: '30',
    PGAPPNAME: 'ocopea',
    PGOPTIONS: `${sessionOptions} -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=6`,
  };
}

/** URI of a database for a role. A secret. */
export function accessUri({ endpoint, database, user, password }: PostgresAccess): string {
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${endpoint.port}/${encodeURIComponent(database)}?sslmode=${endpoint.tls.mode}`;
}

function clientTls({ host, tls }: PostgresEndpoint): NonNullable<pg.ClientConfig['ssl']> {
  switch (tls.mode) {
    case 'disable':
      return false;
    case 'require':
      return { rejectUnauthorized: false };
    case 'verify-ca':
      return { ca: readFileSync(tls.rootCertificateFile, 'utf8'), checkServerIdentity: () => undefined };
    case 'verify-full':
      return { ca: readFileSync(tls.rootCertificateFile, 'utf8'), host };
  }
}
