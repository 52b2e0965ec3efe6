import { mkdir, realpath, rm, stat } from 'node:fs/promises';
import pg from 'pg';
import { EmbeddedError, EmbeddedErrorCode } from './embedded-error.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { runPostgresCommand } from './postgres-command.js';
import { configurePostgres, type PostgresSettings } from './postgres-configuration.js';
import { choosePostgresLaunch, giveToPostgres, type ChooseLaunchOptions, type PostgresLaunch } from './postgres-launch.js';
import { postgresServerFiles as files, readOrMakePassword, writeServerRecord } from './postgres-server-record.js';
import { runSingleUser } from './postgres-single-user.js';
import { scramVerifier } from './scram-verifier.js';

export interface InitialisePostgresOptions {
  /** The server's folder: data, logs, port, password. Made; nothing complete may be in it. */
  readonly directory: string;
  /** @default 'postgres' */
  readonly superuser?: string;
  /** Settings of postgresql.conf, over the defaults of a small, durable server. */
  readonly settings?: PostgresSettings;
  /** How to run PostgreSQL when we are root; see {@link choosePostgresLaunch}. */
  readonly asRoot?: ChooseLaunchOptions['asRoot'];
  /** Statements run as the superuser before anybody can connect, database by database. No secrets in them. */
  readonly preparation?: readonly { readonly database: string; readonly statements: readonly string[] }[];
  /** How long each database's preparation may take, recovery included. @default 10 minutes */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The built-in locale sorts the same on every machine: with the C library's, a copy restored elsewhere has broken indexes. */
const localeArguments = ['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
/** What initdb would find out by a dozen trial runs, half of its time, only for us to write a configuration of our own. */
const probedSettings = ['max_connections=50', 'shared_buffers=64MB', 'timezone=UTC'];

/** Makes the folder of an empty server. What an interrupted call left in it is removed first. */
export async function initialisePostgresDirectory(options: InitialisePostgresOptions): Promise<void> {
  const { superuser = 'postgres', signal } = options;
  const directory = await newDirectory(options.directory);
  const dataDirectory = files.data(directory);
  await rm(dataDirectory, { recursive: true, force: true });
  const { initdb } = await findPostgresBinaries();
  const launch = await launchFor(dataDirectory, options.asRoot);
  await mkdir(dataDirectory, { mode: 0o700 });
  await giveToPostgres(launch, directory);
  await runPostgresCommand({
    launch,
    program: initdb,
    // Nobody gets in by any way until the superuser has a password.
    args: ['-D', dataDirectory, '-U', superuser, '-A', 'reject', '--no-instructions', ...localeArguments, ...probedSettings.flatMap((setting) => ['-c', setting])],
    timeoutMs: 120_000,
    ...(signal && { signal }),
    purpose: `initialise folder "${dataDirectory}"`,
  });
  await complete(directory, launch, options);
}

/** Makes the folder of a server complete that has its data already, in `<directory>/data`. */
export async function completePostgresDirectory(options: InitialisePostgresOptions): Promise<void> {
  const directory = await newDirectory(options.directory);
  const launch = await launchFor(files.data(directory), options.asRoot);
  await giveToPostgres(launch, directory);
  await complete(directory, launch, options);
}

async function complete(directory: string, launch: PostgresLaunch, options: InitialisePostgresOptions): Promise<void> {
  const { superuser = 'postgres', settings = {}, preparation = [], timeoutMs, signal } = options;
  const dataDirectory = files.data(directory);
  const password = await readOrMakePassword(directory);
  await configurePostgres(dataDirectory, settings);
  await giveToPostgres(launch, dataDirectory);
  const ownPassword = `ALTER ROLE ${pg.escapeIdentifier(superuser)} PASSWORD ${pg.escapeLiteral(await scramVerifier(password))}`;
  for (const { database, statements } of joinedByDatabase([{ database: 'postgres', statements: [ownPassword] }, ...preparation])) {
    await runSingleUser({ launch, dataDirectory, database, statements, ...(timeoutMs !== undefined && { timeoutMs }), ...(signal && { signal }) });
  }
  await writeServerRecord(directory, { formatVersion: 1, superuser, settings });
}

type Preparation = NonNullable<InitialisePostgresOptions['preparation']>;

/** Neighbours for one database become one: each is a start and a stop of the server. */
function joinedByDatabase(preparation: Preparation): Preparation {
  const joined: { database: string; statements: string[] }[] = [];
  for (const { database, statements } of preparation) {
    const last = joined.at(-1);
    if (last?.database === database) last.statements.push(...statements);
    else joined.push({ database, statements: [...statements] });
  }
  return joined;
}

/** Makes the folder and answers its real path, by which its processes are recognised. */
async function newDirectory(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await stat(files.record(directory)).catch(() => undefined)) !== undefined) {
    throw new EmbeddedError(EmbeddedErrorCode.DirectoryNotEmpty, `folder "${directory}" holds a PostgreSQL server already; open it, or choose another folder`);
  }
  return realpath(directory);
}

async function launchFor(dataDirectory: string, asRoot?: ChooseLaunchOptions['asRoot']): Promise<PostgresLaunch> {
  const { postgres } = await findPostgresBinaries();
  return choosePostgresLaunch({ dataDirectory, program: postgres, ...(asRoot && { asRoot }) });
}
