import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedError, EmbeddedErrorCode } from './embedded-error.js';
import { freePort, isPortFree } from './free-port.js';
import { OutputLog } from './output-log.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { postgresEnvironment } from './postgres-command.js';
import { configurePostgres } from './postgres-configuration.js';
import { choosePostgresLaunch, giveToPostgres, launchCommand } from './postgres-launch.js';
import { postgresServerFiles as files, readOrMakePassword, readServerRecord, writeServerRecord, type PostgresServerRecord } from './postgres-server-record.js';
import { findPostmaster, type Postmaster } from './postmaster.js';
import { completePostgresDirectory, initialisePostgresDirectory, type InitialisePostgresOptions } from './prepare-postgres-directory.js';
import { endProcess, signalProcess, waitForEnd, type ProcessIdentity } from './process-identity.js';

export interface StartPostgresOptions {
  /** Includes recovery after a crash. @default 60000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface StopPostgresOptions {
  /** How long the fast shutdown may take, which writes all changed pages, before the immediate one. @default 30000 */
  readonly graceMs?: number;
}

const logBounds = { name: 'postgres', maxFileBytes: 4 * 1024 * 1024, keepFiles: 1 };
const rotateEveryMs = 60_000;
const pollMs = 25;
const adminDatabase = 'postgres';

/**
 * An embedded PostgreSQL server in a folder, on 127.0.0.1 with passwords only. Its process is in a session of its own: it
 * goes on when we are killed, and {@link start} adopts it. One object per folder; a {@link DirectoryLock} of whoever owns the
 * folder keeps other processes away.
 */
export class PostgresServer {
  private record: PostgresServerRecord;
  private queue: Promise<unknown> = Promise.resolve();
  private rotation: NodeJS.Timeout | undefined;
  /** Output of the server. */
  readonly log: OutputLog;

  private constructor(
    /** Real path of its folder. */
    readonly directory: string,
    record: PostgresServerRecord,
    private readonly password: string,
  ) {
    this.record = record;
    this.log = new OutputLog({ ...logBounds, directory: files.logs(directory) });
  }

  /**
   * Makes an empty server, not running. What an interrupted call left in the folder is removed first.
   * @throws DIRECTORY_NOT_EMPTY a server is there already; NOT_SUPPORTED; COMMAND_FAILED
   */
  static async initialise(options: InitialisePostgresOptions): Promise<PostgresServer> {
    await initialisePostgresDirectory(options);
    return PostgresServer.open(options.directory);
  }

  /**
   * Makes a server of a base backup that was unpacked into `<directory>/data`, not running: recovers it, gives it a superuser's
   * password and a configuration of its own, and prepares it. Nobody can connect before that.
   * @throws DIRECTORY_NOT_EMPTY a complete server is there; NOT_SUPPORTED; COMMAND_FAILED
   */
  static async restore(options: InitialisePostgresOptions): Promise<PostgresServer> {
    await completePostgresDirectory(options);
    return PostgresServer.open(options.directory);
  }

  /** @throws NOT_FOUND no complete server is in the folder */
  static async open(directory: string): Promise<PostgresServer> {
    const record = await readServerRecord(directory);
    const path = await realpath(directory);
    return new PostgresServer(path, record, await readOrMakePassword(path));
  }

  get superuser(): string {
    return this.record.superuser;
  }

  /** Where it listens, or listened last; undefined before the first start. */
  get port(): number | undefined {
    return this.record.port;
  }

  get dataDirectory(): string {
    return files.data(this.directory);
  }

  /** URI of a database for the superuser. A secret. @throws NOT_FOUND before the first start */
  connectionString(database: string): string {
    return this.connectionStringFor(database, this.superuser, this.password);
  }

  /** URI of a database for some role. A secret. @throws NOT_FOUND before the first start */
  connectionStringFor(database: string, role: string, password: string): string {
    if (this.port === undefined) throw new EmbeddedError(EmbeddedErrorCode.NotFound, `the PostgreSQL server in "${this.directory}" has no port before its first start; start it`);
    // Without sslmode, a variable PGSSLMODE of whoever connects would decide.
    return `postgresql://${encodeURIComponent(role)}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${encodeURIComponent(database)}?sslmode=disable`;
  }

  /** The living server process, or undefined. */
  async postmaster(): Promise<Postmaster | undefined> {
    return findPostmaster(this.dataDirectory);
  }

  /** Whether its process is there. */
  async isRunning(): Promise<boolean> {
    return (await this.postmaster()) !== undefined;
  }

  /**
   * Starts it, or adopts the process that an earlier one of us left, and resolves when it answers. Uses its former port unless
   * somebody else has it now, then another one. Idempotent.
   * @throws START_FAILED with the last lines of its log
   */
  start(options: StartPostgresOptions = {}): Promise<void> {
    return this.inTurn(() => this.startUntil(Date.now() + (options.timeoutMs ?? 60_000), options.signal));
  }

  /** Ends it cleanly, whoever started it. Idempotent. @throws STOP_FAILED */
  stop({ graceMs = 30_000 }: StopPostgresOptions = {}): Promise<void> {
    return this.inTurn(async () => {
      clearInterval(this.rotation);
      const found = await this.postmaster();
      if (found === undefined) return;
      // Fast shutdown: sessions are ended, changes are written.
      signalProcess(found.identity, 'SIGINT');
      if (await waitForEnd(found.identity, graceMs)) return;
      // Immediate shutdown: the next start recovers from the write-ahead log.
      await endProcess(found.identity, { signal: 'SIGQUIT', graceMs: 5_000 });
    });
  }

  /** Makes a database unless it is there. The server must run. */
  async ensureDatabase(name: string): Promise<void> {
    await this.query(adminDatabase, async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    });
  }

  /** Runs work on a connection of the superuser, which is closed afterwards. */
  async query<T>(database: string, work: (client: pg.Client) => Promise<T>, timeoutMs = 30_000): Promise<T> {
    const client = new pg.Client({ connectionString: this.connectionString(database), connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs, application_name: 'ocopea', options: '' });
    // A connection lost between two queries fails the next query; without a listener it would end the process.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async startUntil(deadline: number, signal: AbortSignal | undefined): Promise<void> {
    const logPosition = await this.log.end();
    for (;;) {
      const running = await this.postmaster();
      const ended = running === undefined ? await this.launch(deadline, signal) : await this.awaitAnswer(running.identity, deadline, signal);
      if (ended === 'ready') break;
      if (Date.now() < deadline && (await this.mayTryAgain(running !== undefined, logPosition))) continue;
      const { bytes } = await this.log.read(Math.max(logPosition, (await this.log.end()) - 4096), 4096);
      throw new EmbeddedError(EmbeddedErrorCode.StartFailed, `the PostgreSQL server in "${this.directory}" did not start (${ended}); the end of its log: ${bytes.toString('utf8').trim() || 'empty'}`);
    }
    clearInterval(this.rotation);
    this.rotation = setInterval(() => void this.log.rotateIfNeeded().catch(() => undefined), rotateEveryMs).unref();
  }

  /** Spawns it and waits until it answers or ends. */
  private async launch(deadline: number, signal: AbortSignal | undefined): Promise<StartOutcome> {
    const { postgres } = await findPostgresBinaries();
    const launch = await choosePostgresLaunch({ dataDirectory: this.dataDirectory, program: postgres });
    const port = this.port !== undefined && (await isPortFree(this.port)) ? this.port : await freePort();
    if (await configurePostgres(this.dataDirectory, this.record.settings)) await giveToPostgres(launch, this.dataDirectory);
    await this.remember(port);
    await this.log.rotateIfNeeded();
    await using output = await this.log.openForAppend();
    const { command, args, options } = launchCommand(launch, postgres, ['-p', String(port), '-D', this.dataDirectory]);
    const child = spawn(command, args, { ...options, cwd: '/', env: postgresEnvironment, detached: true, stdio: ['ignore', output.fd, output.fd] });
    await once(child, 'spawn');
    child.unref();
    const gone = new AbortController();
    child.once('exit', () => gone.abort());
    while (!gone.signal.aborted) {
      const found = await this.postmaster();
      if (found?.identity.pid === child.pid) {
        const outcome = await this.awaitAnswer(found!.identity, deadline, signal);
        // Ours, and of no use: not left behind.
        if (outcome === 'no answer in time') await endProcess(found!.identity, { signal: 'SIGQUIT', graceMs: 5_000 });
        return outcome;
      }
      if (Date.now() >= deadline || signal?.aborted) {
        child.kill('SIGQUIT');
        signal?.throwIfAborted();
        return 'no answer in time';
      }
      await Promise.race([once(gone.signal, 'abort'), delay(pollMs)]);
    }
    return 'it ended';
  }

  /** Waits until the process answers for this very folder with our password. */
  private async awaitAnswer(identity: ProcessIdentity, deadline: number, signal: AbortSignal | undefined): Promise<StartOutcome> {
    for (;;) {
      signal?.throwIfAborted();
      const found = await this.postmaster();
      if (found?.identity.startedAt !== identity.startedAt) return 'it ended';
      if (found.port !== undefined) {
        await this.remember(found.port);
        const answer = await this.ask();
        if (answer !== 'not yet') return answer;
      }
      if (Date.now() >= deadline) return 'no answer in time';
      await delay(pollMs);
    }
  }

  private async ask(): Promise<StartOutcome | 'not yet'> {
    try {
      const answered = await this.query(adminDatabase, async (client) => (await client.query<{ data_directory: string }>('SHOW data_directory')).rows[0]?.data_directory, 5_000);
      return answered === this.dataDirectory ? 'ready' : 'another server has its port';
    } catch (error) {
      // 28P01 and 28000: wrong password, role unknown. Everything else passes while it starts or recovers.
      const code = error instanceof Error ? (error as Error & { code?: string }).code : undefined;
      return code === '28P01' || code === '28000' ? 'it does not accept the password of this folder' : 'not yet';
    }
  }

  private async mayTryAgain(wasRunning: boolean, logPosition: number): Promise<boolean> {
    // It was shutting down when we found it, or another start was faster.
    if (wasRunning) return !(await this.isRunning());
    if (await this.isRunning()) return true;
    const { bytes } = await this.log.read(logPosition, 64 * 1024);
    // Someone took the port between our look and its bind; the children of a killed postmaster are not gone yet.
    return /could not create any TCP\/IP sockets|shared memory block .* is still in use/.test(bytes.toString('utf8'));
  }

  private async remember(port: number): Promise<void> {
    if (this.record.port === port) return;
    this.record = { ...this.record, port };
    await writeServerRecord(this.directory, this.record);
  }
}

type StartOutcome = 'ready' | 'it ended' | 'no answer in time' | 'another server has its port' | 'it does not accept the password of this folder';
