import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { isSystemError } from '@ocopea/embedded';
import type pg from 'pg';
import { oldestMajorVersion } from '../logical/logical-format.js';
import { withClient, type PostgresAccess, type PostgresEndpoint } from '../logical/postgres-access.js';

/** An existing server, and its administrator's login: a role with CREATEDB and CREATEROLE, or a superuser. */
export interface SharedServerOptions {
  readonly endpoint: PostgresEndpoint;
  /** A database for the administrator, who connects to no other that somebody uses. */
  readonly database: string;
  readonly user: string;
  /** A secret. */
  readonly password: string;
}

/** What a server says of itself and of its administrator. */
export interface SharedServerFacts {
  readonly majorVersion: number;
  /** `15.18` */
  readonly version: string;
  /** Whether roles that the administrator makes can be exempt from row-level security. */
  readonly canBypassRowSecurity: boolean;
  readonly isSuperuser: boolean;
  /** Whether any login of the server may connect to the administrator's database. */
  readonly isOpenToAll: boolean;
}

/** The administrator's side of a server that several data services share. */
export class SharedServer {
  constructor(private readonly options: SharedServerOptions) {}

  get endpoint(): PostgresEndpoint {
    return this.options.endpoint;
  }

  /**
   * Runs work as the administrator.
   * @param database the administrator's own, or one that nobody else has ever used: code of whoever uses a database would run with the administrator's rights
   * @throws UNAVAILABLE it cannot be reached, or does not accept the login
   */
  async query<T>(work: (client: pg.Client) => Promise<T>, { database = this.options.database, timeoutMs = 60_000 } = {}): Promise<T> {
    let isConnected = false;
    try {
      return await withClient({ ...this.options, database } satisfies PostgresAccess, (client) => ((isConnected = true), work(client)), timeoutMs);
    } catch (error) {
      throw isConnected ? error : connectionFailure(error, this.options);
    }
  }

  /**
   * Sees that the server and the administrator's role are what the plan needs.
   * @throws UNAVAILABLE; NOT_SUPPORTED saying what is missing
   */
  async check(timeoutMs = 60_000): Promise<SharedServerFacts> {
    const { user } = this.options;
    const facts = await this.query(async (client) => {
      const { rows } = await client.query<{ version: string; number: string; superuser: boolean; createdb: boolean; createrole: boolean; bypass: boolean; standby: boolean; open: boolean }>(
        `SELECT pg_catalog.current_setting('server_version') AS version, pg_catalog.current_setting('server_version_num') AS number,
                rolsuper AS superuser, rolcreatedb AS createdb, rolcreaterole AS createrole, rolbypassrls AS bypass, pg_catalog.pg_is_in_recovery() AS standby,
                pg_catalog.has_database_privilege('public', pg_catalog.current_database(), 'CONNECT') AS open
           FROM pg_catalog.pg_roles WHERE rolname = current_user`,
      );
      return rows[0]!;
    }, { timeoutMs });
    const majorVersion = Math.floor(Number(facts.number) / 10_000);
    const notSupported = (what: string) => new BrokerError(BrokerErrorCode.NotSupported, `plan "shared" cannot use its PostgreSQL server: ${what}`);
    if (majorVersion < oldestMajorVersion) throw notSupported(`it is of version ${facts.version}; give one of version ${oldestMajorVersion} or newer`);
    if (facts.standby) throw notSupported('it is a standby, which takes no writes; give the address of the primary');
    const missing = facts.superuser ? [] : [...(facts.createdb ? [] : ['CREATEDB']), ...(facts.createrole ? [] : ['CREATEROLE'])];
    if (missing.length > 0) throw notSupported(`the administrator's role lacks ${missing.join(' and ')}; a superuser gives it with ALTER ROLE "${user}" ${missing.join(' ')}`);
    return {
      majorVersion,
      version: facts.version.split(' ')[0] ?? facts.version,
      // Before 16 only a superuser can give it, since 16 whoever has it.
      canBypassRowSecurity: facts.superuser || (facts.bypass && majorVersion >= 16),
      isSuperuser: facts.superuser,
      isOpenToAll: facts.open,
    };
  }
}

/** The address stays out of it: messages go to people who may not know it. The cause, which the operator's log has, holds it. */
function connectionFailure(error: unknown, { user, database }: SharedServerOptions): BrokerError {
  const code = error instanceof Error ? (error as Error & { code?: string }).code : undefined;
  const made = (why: string) => new BrokerError(BrokerErrorCode.Unavailable, `the PostgreSQL server of plan "shared" ${why}`, { cause: error });
  if (isSystemError(error, 'ENOTFOUND', 'EAI_AGAIN')) return made('has a name that nobody knows; look at its address in the configuration of the Site');
  if (code === '28P01' || code === '28000') return made(`does not accept the login of "${user}"; look at user and password in the configuration of the Site, and at the server's pg_hba.conf`);
  if (code === '3D000') return made(`has no database "${database}"; name one that is there in its address`);
  if (code === '53300') return made('has no connection free; try again, or raise its max_connections');
  if (error instanceof Error && /SSL|certificate|self.signed|altnames/i.test(error.message)) return made('and the Site do not agree about TLS; look at sslmode and sslrootcert in its address, and at the certificate of the server');
  return made('cannot be reached; look whether it runs, and at its address in the configuration of the Site');
}
