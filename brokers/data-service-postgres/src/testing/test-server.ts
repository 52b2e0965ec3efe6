import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { choosePostgresLaunch, freePort, giveToPostgres, launchCommand } from '@ocopea/embedded';
import type pg from 'pg';
import type { SharedServerOptions } from '../index.js';
import { postgresEnvironment, withClient, type PostgresAccess } from '../logical/postgres-access.js';
import { findPostgresPrograms, type PostgresPrograms } from '../logical/postgres-programs.js';

/** A server as somebody else would run it, made of what is installed on this machine. */
export interface TestServer extends AsyncDisposable {
  readonly majorVersion: number;
  /** Not a superuser: a role with CREATEDB and CREATEROLE. */
  readonly administrator: SharedServerOptions;
  readonly superuser: SharedServerOptions;
  query<T>(work: (client: pg.Client) => Promise<T>, database?: string): Promise<T>;
  /** Ends it as by `kill -9` would a whole machine, and starts it again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Folders that the one who runs the tests names, as for a Site. */
export const testProgramDirectories: readonly string[] = (process.env['OCOPEA_POSTGRES_PROGRAMS'] ?? '').split(':').filter(Boolean);

/** Versions of which both the server and the programs for logical copies are on this machine, newest first. */
export async function installedServers(): Promise<readonly PostgresPrograms[]> {
  const found = await findPostgresPrograms(testProgramDirectories);
  const complete = await Promise.all(found.map(({ directory }) => Promise.all(['initdb', 'postgres'].map((name) => access(join(directory, name)))).then(() => true, () => false)));
  return found.filter((_, index) => complete[index]);
}

export async function startTestServer({ directory: programs, majorVersion }: PostgresPrograms): Promise<TestServer> {
  const root = await mkdtemp(join(await realpath(tmpdir()), 'ocopea-server-'));
  const data = join(root, 'data');
  const password = 'of the superuser';
  await writeFile(join(root, 'password'), password);
  await mkdir(data);
  const launch = await choosePostgresLaunch({ dataDirectory: data, program: join(programs, 'postgres') });
  await giveToPostgres(launch, root);
  const initialise = launchCommand(launch, join(programs, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${join(root, 'password')}`, '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions']);
  await promisify(execFile)(initialise.command, [...initialise.args], { ...initialise.options, cwd: '/', env: postgresEnvironment });
  const port = await freePort();
  const endpoint: SharedServerOptions['endpoint'] = { host: '127.0.0.1', port, tls: { mode: 'disable' } };
  const superuser: PostgresAccess = { endpoint, database: 'postgres', user: 'postgres', password };
  const administrator: PostgresAccess = { ...superuser, user: 'administrator', password: 'of the administrator' };
  let stop = async () => undefined as void;
  const start = async () => {
    const run = launchCommand(launch, join(programs, 'postgres'), ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off', '-c', 'logging_collector=off', '-c', 'log_destination=stderr']);
    const server = spawn(run.command, [...run.args], { ...run.options, cwd: '/', env: postgresEnvironment, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(server, 'close');
    stop = async () => {
      server.kill('SIGQUIT');
      await ended;
    };
    const lines = createInterface(server.stderr);
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        if (line.includes('database system is ready to accept connections')) resolve();
      });
      ended.then(() => reject(new Error('the test server ended before it was ready')), reject);
    });
  };
  await start();
  await withClient(superuser, (client) => client.query(`CREATE ROLE administrator LOGIN CREATEDB CREATEROLE PASSWORD 'of the administrator'`));
  return {
    majorVersion,
    administrator,
    superuser,
    query: (work, database = 'postgres') => withClient({ ...superuser, database }, work),
    stop: () => stop(),
    start,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
