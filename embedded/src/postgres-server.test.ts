import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PostgresServer } from './postgres-server.js';
import type { InitialisePostgresOptions } from './prepare-postgres-directory.js';
import type { Postmaster } from './postmaster.js';
import { processesOfDirectory } from './processes-of-directory.js';
import { identify, isAlive, waitForEnd } from './process-identity.js';
import { temporaryDirectory } from './testing/temporary-directory.js';
import { TestProgram } from './testing/test-program.js';

const opened: PostgresServer[] = [];
async function stopAll(): Promise<void> {
  for (const server of opened.splice(0)) await server.stop({ graceMs: 5_000 });
}

async function initialise(directory: string, more: Partial<InitialisePostgresOptions> = {}): Promise<PostgresServer> {
  const server = await PostgresServer.initialise({ directory, ...more });
  opened.push(server);
  return server;
}

async function ask(server: PostgresServer, sql: string): Promise<unknown> {
  return server.query('postgres', async (client) => Object.values((await client.query<Record<string, unknown>>(sql)).rows[0]!)[0]);
}

function passwordOf(server: PostgresServer): string {
  return new URL(server.connectionString('postgres')).password;
}

// Making a server takes seconds where others need the processors too.
vi.setConfig({ testTimeout: 240_000 });

describe('PostgresServer', () => {
  it('keeps its data, port and password from one run to the next', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const first = await initialise(join(directory.path, 'server'), { settings: { work_mem: '5MB' } });
    await first.start();
    await first.ensureDatabase('my "data"');
    await first.ensureDatabase('my "data"');
    await first.query('my "data"', (client) => client.query('CREATE TABLE t AS SELECT 42 AS x'));
    await first.stop();
    expect(await first.isRunning()).toBe(false);
    const second = await PostgresServer.open(first.directory);
    await second.start();
    expect(second.connectionString('x')).toBe(first.connectionString('x'));
    expect(await second.query('my "data"', async (client) => (await client.query('SELECT x FROM t')).rows)).toEqual([{ x: 42 }]);
    expect(await ask(second, 'SHOW work_mem')).toBe('5MB');
    expect(await ask(second, 'SHOW fsync')).toBe('on');
    await second.stop();
  });

  it('lets nobody in without the password, and listens on loopback only', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const server = await initialise(directory.path);
    await server.start();
    const attempt = (password: string) => new pg.Client({ host: '127.0.0.1', port: server.port!, user: 'postgres', database: 'postgres', password, ssl: false }).connect();
    await expect(attempt('')).rejects.toThrow('password');
    await expect(attempt('wrong')).rejects.toMatchObject({ code: '28P01' });
    expect(await ask(server, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await ask(server, 'SHOW unix_socket_directories')).toBe('');
    expect(await ask(server, `SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules`)).toBe('scram-sha-256');
    const log = await readFile(server.log.path, 'utf8');
    expect(log).not.toContain(passwordOf(server));
    expect((await stat(join(server.directory, 'superuser.password'))).mode & 0o777).toBe(0o600);
    expect((await stat(server.directory)).mode & 0o077).toBe(0);
  });

  it('takes another port when somebody else has its own', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const server = await initialise(directory.path);
    await server.start();
    const before = server.port!;
    await server.stop();
    const squatter: Server = createServer().listen(before, '127.0.0.1');
    await once(squatter, 'listening');
    await server.start();
    expect(server.port).not.toBe(before);
    expect((await PostgresServer.open(directory.path)).port).toBe(server.port);
    squatter.close();
  });

  it('starts over a pid file whose pid has become another process', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const server = await initialise(directory.path);
    await server.start();
    await server.stop();
    // Ours is certainly alive, and certainly no postmaster.
    await writeFile(join(server.dataDirectory, 'postmaster.pid'), `${process.pid}\n${server.dataDirectory}\n1\n${server.port}\n\n127.0.0.1\n\n`);
    expect(await server.isRunning()).toBe(false);
    await server.start();
    expect(await ask(server, 'SELECT 1')).toBe(1);
  });

  it('recovers when the whole server was killed', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const server = await initialise(directory.path);
    await server.start();
    await server.query('postgres', (client) => client.query('CREATE TABLE t AS SELECT generate_series(1, 1000) AS x'));
    const { identity } = (await server.postmaster())!;
    process.kill(identity.pid, 'SIGKILL');
    await waitForEnd(identity, 5_000);
    await server.start();
    expect(await ask(server, 'SELECT count(*)::int FROM t')).toBe(1000);
  });

  it('says why it does not start, with the end of its log, and leaves no process', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const server = await initialise(directory.path);
    await rename(join(server.dataDirectory, 'global'), join(server.dataDirectory, 'elsewhere'));
    await expect(server.start()).rejects.toMatchObject({ code: 'START_FAILED', message: expect.stringMatching(/pg_control|global/) as string });
    expect(processesOfDirectory(server.directory)).toEqual([]);
  });

  it('is not made over another one, but over what an interrupted attempt left', async () => {
    await using directory = await temporaryDirectory(stopAll);
    await mkdir(join(directory.path, 'data/base'), { recursive: true });
    const server = await initialise(directory.path);
    await server.start();
    await expect(PostgresServer.initialise({ directory: directory.path })).rejects.toMatchObject({ code: 'DIRECTORY_NOT_EMPTY' });
    await expect(PostgresServer.open(join(directory.path, 'nothing'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await ask(server, 'SELECT 1')).toBe(1);
  });

  it('does not go on with statements when one of its preparation fails', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const preparation = [{ database: 'postgres', statements: ['CREATE ROLE one', 'CREATE ROLE one'] }];
    await expect(PostgresServer.initialise({ directory: directory.path, preparation })).rejects.toMatchObject({ code: 'COMMAND_FAILED', message: expect.stringContaining('already exists') as string });
    await expect(PostgresServer.open(directory.path)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('after the process that started it was killed', () => {
  let starter: TestProgram;
  beforeAll(async () => {
    starter = await TestProgram.build(join(import.meta.dirname, 'testing/postgres-starter.ts'));
  });
  afterAll(() => starter.remove());

  it('a server goes on and is adopted, not started twice', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const { directory: path } = await PostgresServer.initialise({ directory: directory.path });
    const host = starter.start(path);
    const { postmaster } = await host.message<{ postmaster: Postmaster }>(() => true);
    await host.kill();
    expect(isAlive(postmaster.identity)).toBe(true);
    const server = await PostgresServer.open(path);
    opened.push(server);
    await server.start();
    expect(await server.postmaster()).toEqual(postmaster);
    expect(await ask(server, 'SELECT 1')).toBe(1);
    await server.stop();
    expect(identify(postmaster.identity.pid)).toBeUndefined();
  });

  it('a server that answers to another password is not adopted', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const server = await initialise(directory.path);
    await server.start();
    await writeFile(join(directory.path, 'superuser.password'), 'another');
    const stranger = await PostgresServer.open(directory.path);
    await expect(stranger.start()).rejects.toMatchObject({ code: 'START_FAILED', message: expect.stringContaining('password') as string });
  });
});

describe.runIf(process.getuid?.() === 0)('as root (skipped for others)', () => {
  it.each([
    { way: 'user-namespace', mode: 0o700, owner: 'root' },
    { way: 'other-user', mode: 0o755, owner: 'another user' },
    { way: 'other-user', mode: 0o700, owner: 'another user' },
  ] as const)('$way works below a folder of mode $mode, and the data belongs to $owner', async ({ way, mode, owner }) => {
    await using directory = await temporaryDirectory(stopAll);
    await chmod(directory.path, mode);
    const server = await initialise(join(directory.path, 'server'), { asRoot: way });
    await server.start();
    const { uid } = await stat(join(server.dataDirectory, 'PG_VERSION'));
    expect(uid === 0 ? 'root' : 'another user').toBe(owner);
    await server.query('postgres', (client) => client.query('CREATE TABLE t (x int)'));
    await server.stop();
    await server.start();
    expect(await ask(server, 'SELECT count(*)::int FROM t')).toBe(0);
  });
});
