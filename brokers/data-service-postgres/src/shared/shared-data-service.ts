import { databaseFigures } from '../database-figures.js';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binding, DataServiceHealth, RunResult } from '@ocopea/broker-contract';
import { readDurableJson, writeDurableFile } from '@ocopea/embedded';
import { countGiven } from '../counted-streams.js';
import { LogicalCopy } from '../logical/logical-copy.js';
import { logicalBytes } from '../logical/logical-size.js';
import { accessUri, clientConfig, withClient, type PostgresAccess } from '../logical/postgres-access.js';
import { programsToDump, type PostgresPrograms } from '../logical/postgres-programs.js';
import { runStatements, statementsBindingId, type StatementsRun } from '../run-statements.js';
import type { CopiedContent, CopyContentOptions, DataServiceRecord, ServedDataService } from '../served-data-service.js';
import { createSharedBinding, dropSharedBinding, sharedBindingRole, sharedNames, sharedRoles, type SharedNames } from './shared-roles.js';
import type { SharedServer, SharedServerFacts } from './shared-server.js';

/** What is kept of a data service on this machine; its content is on the server. A secret. */
export interface SharedRecord extends DataServiceRecord {
  /** Name of its database. */
  readonly base: string;
  readonly agentPassword: string;
}

interface BindingRecord {
  readonly bindingId: string;
  readonly password: string;
}

/** The server that a plan uses, as it was seen when the broker was opened. */
export interface SharedSurroundings {
  readonly server: SharedServer;
  readonly facts: SharedServerFacts;
  readonly programs: readonly PostgresPrograms[];
}

/** `health` has two seconds in all. */
const healthTimeoutMs = 1_800;
const sessionEndMs = 10_000;

/** One data service: a database and roles on a server that others use too. */
export class SharedDataService implements ServedDataService {
  private constructor(
    private readonly directory: string,
    private readonly kept: SharedRecord,
    private readonly surroundings: SharedSurroundings,
  ) {}

  /** Opens a complete folder; undefined when it is none. */
  static async open(directory: string, surroundings: SharedSurroundings): Promise<SharedDataService | undefined> {
    const kept = await readDurableJson<SharedRecord>(recordPath(directory));
    return kept === undefined ? undefined : new SharedDataService(directory, kept, surroundings);
  }

  /** Writes the last file of a complete folder. */
  static async seal(directory: string, record: SharedRecord): Promise<void> {
    await mkdir(join(directory, 'bindings'), { mode: 0o700 });
    await writeDurableFile(recordPath(directory), `${JSON.stringify(record, undefined, 2)}\n`);
  }

  get record(): DataServiceRecord {
    const { formatVersion, dataServiceId, planId, settings } = this.kept;
    return { formatVersion, dataServiceId, planId, settings };
  }

  get base(): string {
    return this.kept.base;
  }

  async start(): Promise<void> {
    // The server is somebody else's to run.
  }

  async stop(): Promise<void> {
    // So it is to stop.
  }

  async isRunning(): Promise<boolean> {
    return true;
  }

  async bind(bindingId: string): Promise<Binding> {
    const { server, facts } = this.surroundings;
    const path = this.bindingPath(bindingId);
    const kept = await readDurableJson<BindingRecord>(path);
    const { password } = kept ?? { password: randomBytes(24).toString('hex') };
    // Written first: a role whose password nobody knows could not be given out again.
    if (kept === undefined) await writeDurableFile(path, JSON.stringify({ bindingId, password } satisfies BindingRecord));
    const user = sharedBindingRole(this.base, bindingId);
    await createSharedBinding(server, facts, this.names, user, password, Number(this.kept.settings['maxConnections']));
    const { host, port } = server.endpoint;
    const uri = accessUri({ endpoint: server.endpoint, database: this.base, user, password });
    return {
      bindingId,
      values: { uri, host, port: String(port), database: this.base, username: user, password },
      ports: [{ protocol: 'postgresql', host, port }],
    };
  }

  async unbind(bindingId: string): Promise<void> {
    await this.dropLogin(sharedBindingRole(this.base, bindingId));
    await rm(this.bindingPath(bindingId), { force: true });
  }

  async health(): Promise<DataServiceHealth> {
    const unhealthy: DataServiceHealth = { state: 'unhealthy', reason: 'its PostgreSQL server does not answer', figures: {} };
    return Promise.race([this.measured().catch(() => unhealthy), delay(healthTimeoutMs, unhealthy, { ref: false })]);
  }

  async copyBytes(): Promise<number> {
    return logicalBytes(this.agent);
  }

  /** @throws NOT_SUPPORTED the programs that it needs are not here */
  async copy({ label, target, signal, onProgress, barrier }: CopyContentOptions): Promise<CopiedContent> {
    const { server, facts, programs } = this.surroundings;
    const fitting = programsToDump(programs, facts.majorVersion);
    const [roles, bytesTotal] = await Promise.all([sharedRoles(server, this.names), this.copyBytes()]);
    signal.throwIfAborted();
    const copy = new LogicalCopy({ label, access: this.agent, roles, programs: fitting, signal, ...(barrier && { barrier }) });
    const part = await target.accept(countGiven(copy.stream(), { bytesTotal: () => bytesTotal, signal, onProgress }));
    return { part, ...copy.moment!, warnings: copy.warnings };
  }

  async runStatements(run: StatementsRun): Promise<RunResult> {
    const { server, facts } = this.surroundings;
    const user = sharedBindingRole(this.base, statementsBindingId);
    return runStatements(
      {
        make: async (password) => {
          await createSharedBinding(server, facts, this.names, user, password, 1);
          return clientConfig({ ...this.agent, user, password });
        },
        remove: () => this.dropLogin(user),
      },
      run,
    );
  }

  private async dropLogin(role: string): Promise<void> {
    const asAgent = async (sql: string) => withClient(this.agent, async (client) => void (await client.query(sql)));
    await dropSharedBinding(this.surroundings.server, this.names, role, sessionEndMs, asAgent);
  }

  private async measured(): Promise<DataServiceHealth> {
    const figures = await this.surroundings.server.query((client) => databaseFigures(client, this.base), { timeoutMs: healthTimeoutMs });
    return { state: 'healthy', figures };
  }

  private get names(): SharedNames {
    return sharedNames(this.base);
  }

  private get agent(): PostgresAccess {
    return { endpoint: this.surroundings.server.endpoint, database: this.base, user: this.names.agent, password: this.kept.agentPassword };
  }

  private bindingPath(bindingId: string): string {
    return join(this.directory, 'bindings', `${createHash('sha256').update(bindingId).digest('hex')}.json`);
  }
}

function recordPath(directory: string): string {
  return join(directory, 'service.json');
}
