import { databaseFigures } from './database-figures.js';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binding, DataServiceHealth, RunResult } from '@ocopea/broker-contract';
import { PostgresServer, readDurableJson, writeDurableFile } from '@ocopea/embedded';
import { BaseBackup } from './base-backup.js';
import { countGiven } from './counted-streams.js';
import { admitAgent, dedicatedRoles, newAgentPassword } from './dedicated-agent.js';
import { LogicalCopy } from './logical/logical-copy.js';
import { dumpVersionOf } from './logical/logical-format.js';
import { logicalBytes } from './logical/logical-size.js';
import type { PostgresAccess } from './logical/postgres-access.js';
import { programsToDump, type PostgresPrograms } from './logical/postgres-programs.js';
import { bindingRole, createBindingRole, databaseName, dropBindingRole } from './roles.js';
import { runStatements, statementsBindingId, type StatementsRun } from './run-statements.js';
import type { CopiedContent, CopyContentOptions, DataServiceRecord, ServedDataService } from './served-data-service.js';

interface BindingRecord {
  readonly bindingId: string;
  readonly password: string;
}

const host = '127.0.0.1';
/** `health` has two seconds in all. */
const healthTimeoutMs = 1_800;
const sessionEndMs = 10_000;

/** One data service: a PostgreSQL server in a folder, with the bindings of its dependents. */
export class PostgresDataService implements ServedDataService {
  /** One for as long as the object lives: copies side by side use it. */
  private readonly agentPassword = newAgentPassword();
  private lastAdmission: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly directory: string,
    readonly record: DataServiceRecord,
    readonly server: PostgresServer,
    private readonly programs: readonly PostgresPrograms[],
  ) {}

  /** Opens a complete folder; undefined when it is none. */
  static async open(directory: string, programs: readonly PostgresPrograms[]): Promise<PostgresDataService | undefined> {
    const record = await readDurableJson<DataServiceRecord>(recordPath(directory));
    return record === undefined ? undefined : new PostgresDataService(directory, record, await PostgresServer.open(directory), programs);
  }

  /** Writes the last file of a complete folder. */
  static async seal(directory: string, record: DataServiceRecord): Promise<void> {
    await mkdir(join(directory, 'bindings'), { mode: 0o700 });
    await writeDurableFile(recordPath(directory), `${JSON.stringify(record, undefined, 2)}\n`);
  }

  async start(signal?: AbortSignal): Promise<void> {
    await this.server.start(signal && { signal });
  }

  async stop(graceMs: number): Promise<void> {
    await this.server.stop({ graceMs });
  }

  async isRunning(): Promise<boolean> {
    return this.server.isRunning();
  }

  async bind(bindingId: string): Promise<Binding> {
    const path = this.bindingPath(bindingId);
    const kept = await readDurableJson<BindingRecord>(path);
    const { password } = kept ?? { password: randomBytes(24).toString('hex') };
    // Written first: a role whose password nobody knows could not be given out again.
    if (kept === undefined) await writeDurableFile(path, JSON.stringify({ bindingId, password } satisfies BindingRecord));
    const role = bindingRole(bindingId);
    await this.server.query('postgres', async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      if (rowCount === 0) await createBindingRole(client, role, password);
    });
    const port = this.server.port!;
    const uri = this.server.connectionStringFor(databaseName, role, password);
    return {
      bindingId,
      values: { uri, host, port: String(port), database: databaseName, username: role, password },
      ports: [{ protocol: 'postgresql', host, port }],
    };
  }

  async unbind(bindingId: string): Promise<void> {
    await this.server.query(databaseName, (client) => dropBindingRole(client, bindingRole(bindingId), sessionEndMs));
    await rm(this.bindingPath(bindingId), { force: true });
  }

  async health(): Promise<DataServiceHealth> {
    const unhealthy: DataServiceHealth = { state: 'unhealthy', reason: 'its PostgreSQL server does not answer', figures: {} };
    const measured = this.figures().then(
      (figures): DataServiceHealth => ({ state: 'healthy', figures }),
      () => unhealthy,
    );
    return Promise.race([measured, delay(healthTimeoutMs, unhealthy, { ref: false })]);
  }

  private figures(): Promise<Readonly<Record<string, number>>> {
    return this.server.query(databaseName, (client) => databaseFigures(client, databaseName), healthTimeoutMs);
  }

  async copyBytes(format: string): Promise<number> {
    if (dumpVersionOf(format) !== undefined) return logicalBytes(await this.agent());
    // All databases: what a copy writes, but for the log and the frames of files.
    return this.server.query('postgres', async (client) => {
      const { rows } = await client.query<{ size: string }>('SELECT sum(pg_database_size(oid)) AS size FROM pg_database');
      return Number(rows[0]!.size);
    });
  }

  copy(options: CopyContentOptions): Promise<CopiedContent> {
    return dumpVersionOf(options.format) === undefined ? this.copyPhysically(options) : this.copyLogically(options);
  }

  /** Writes the whole server to the target. */
  private async copyPhysically({ label, target, signal, onProgress, barrier }: CopyContentOptions): Promise<CopiedContent> {
    const backup = new BaseBackup(this.server, { label, signal, reusesBlocks: target.takesCopies === true, ...(barrier && { barrier }) });
    const part = await target.accept(countGiven(backup.stream(), { bytesTotal: () => backup.estimatedBytes, signal, onProgress }));
    return { part, ...backup.end!, warnings: [] };
  }

  /** Writes the database to the target. @throws NOT_SUPPORTED the programs that it needs are not here */
  private async copyLogically({ format, label, target, signal, onProgress, barrier }: CopyContentOptions): Promise<CopiedContent> {
    const programs = programsToDump(this.programs, dumpVersionOf(format) ?? 0);
    const access = await this.agent();
    const [roles, bytesTotal] = await Promise.all([dedicatedRoles(this.server), logicalBytes(access)]);
    signal.throwIfAborted();
    const copy = new LogicalCopy({ label, access, roles, programs, signal, ...(barrier && { barrier }) });
    const part = await target.accept(countGiven(copy.stream(), { bytesTotal: () => bytesTotal, signal, onProgress }));
    return { part, ...copy.moment!, warnings: copy.warnings };
  }

  /** One at a time. */
  async runStatements(run: StatementsRun): Promise<RunResult> {
    const role = bindingRole(statementsBindingId);
    return runStatements(
      {
        make: async (password) => {
          await this.server.query('postgres', (client) => createBindingRole(client, role, password));
          return { connectionString: this.server.connectionStringFor(databaseName, role, password) };
        },
        remove: () => this.server.query(databaseName, (client) => dropBindingRole(client, role, sessionEndMs)),
      },
      run,
    );
  }

  /** One after the other: PostgreSQL refuses to change a role twice at once. */
  private agent(): Promise<PostgresAccess> {
    const admitted = this.lastAdmission.then(() => admitAgent(this.server, this.agentPassword));
    this.lastAdmission = admitted.catch(() => undefined);
    return admitted;
  }

  private bindingPath(bindingId: string): string {
    return join(this.directory, 'bindings', `${createHash('sha256').update(bindingId).digest('hex')}.json`);
  }
}

function recordPath(directory: string): string {
  return join(directory, 'service.json');
}
