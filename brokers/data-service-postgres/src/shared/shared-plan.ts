import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, BrokerErrorCode, type ServicePlan } from '@ocopea/broker-contract';
import { readDurableJson, ServiceFolders, syncDirectory, writeDurableFile } from '@ocopea/embedded';
import { countTaken } from '../counted-streams.js';
import { dumpVersionOf, logicalFormat, oldestMajorVersion } from '../logical/logical-format.js';
import { restoreLogicalCopy } from '../logical/logical-restore.js';
import { programsToDump, programsToRestore, restorableFormats, type PostgresPrograms } from '../logical/postgres-programs.js';
import { completeSettings, offeredSettings, type PlanSetting } from '../plan-settings.js';
import type { CreateServedOptions, PostgresPlan, ServedDataService } from '../served-data-service.js';
import { createFurtherRoles, createSharedDatabase, dropShared, sealSharedDatabase, sharedNames } from './shared-roles.js';
import { SharedDataService, type SharedRecord, type SharedSurroundings } from './shared-data-service.js';
import type { SharedServer, SharedServerFacts } from './shared-server.js';

export const sharedPlanId = 'shared';

const settings: readonly PlanSetting[] = [{ name: 'maxConnections', description: 'Sessions of its dependents at the same time, 1 to 1000.', default: '20', min: 1, max: 1000 }];

export interface SharedPlanOptions {
  /** The plan's own folder: what it keeps of each data service. */
  readonly directory: string;
  readonly server: SharedServer;
  readonly programs: readonly PostgresPrograms[];
  readonly onWarning: (reason: string) => void;
}

interface Removal {
  /** Name of a database that is to be removed with its roles, unless a data service has it. */
  readonly base: string;
}

/**
 * The plan of a database on a server that is there already.
 *
 * What may be left on the server by a call that did not come to its end is written down before it is made: `removals/<base>.json`.
 * The note goes when a complete data service has the name, or when nothing of that name is on the server any more.
 */
export class SharedPlan implements PostgresPlan {
  private isTidying = false;
  /** Names that may be on the server although no data service has them, and that nobody is working on. */
  private readonly leftBehind = new Set<string>();

  private constructor(
    readonly plan: ServicePlan,
    private readonly folders: ServiceFolders,
    private readonly removals: string,
    private readonly surroundings: SharedSurroundings,
  ) {}

  /**
   * Opens the plan. Once its server was seen it opens also while that cannot be reached: the data services are there, and not well.
   * @throws UNAVAILABLE, NOT_SUPPORTED saying what is wrong with the server, its address, the administrator or the programs
   */
  static async open({ directory, server, programs, onWarning }: SharedPlanOptions): Promise<SharedPlan> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const removals = join(directory, 'removals');
    await mkdir(removals, { recursive: true, mode: 0o700 });
    const facts = await factsOf(server, join(directory, 'server.json'), onWarning);
    const folders = await ServiceFolders.open(directory);
    refuseWithoutPrograms(programs, facts, (await folders.ids()).length, onWarning);
    if (facts.isOpenToAll) onWarning("every login of its server may connect to the administrator's database, the logins of data services too; close it with REVOKE CONNECT ON DATABASE … FROM PUBLIC");
    if (!facts.canBypassRowSecurity) onWarning("its administrator cannot give BYPASSRLS, so that a data service with a table that forces row-level security upon its owner cannot be copied");
    const plan = new SharedPlan(offeredPlan(facts, programs), folders, removals, { server, facts, programs });
    await plan.findLeftBehind();
    await plan.tidyUp();
    return plan;
  }

  completeSettings(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return completeSettings(sharedPlanId, settings, given);
  }

  async ids(): Promise<readonly string[]> {
    return this.folders.ids();
  }

  async open(dataServiceId: string): Promise<SharedDataService | undefined> {
    return SharedDataService.open(this.folders.service(dataServiceId), this.surroundings);
  }

  async create(options: CreateServedOptions): Promise<ServedDataService> {
    const { record, signal } = options;
    const { dataServiceId } = record;
    const base = `ocopea_${randomBytes(12).toString('hex')}`;
    const workDirectory = this.folders.newWork(dataServiceId);
    try {
      await this.fill(base, workDirectory, options);
      signal.throwIfAborted();
      await rename(workDirectory, this.folders.service(dataServiceId));
      await syncDirectory(join(this.folders.service(dataServiceId), '..'));
      await rm(this.removalPath(base), { force: true });
    } catch (error) {
      await this.folders.removeWork(workDirectory);
      // A server that is gone gives it back later.
      await this.removeFromServer(base).catch(() => undefined);
      throw error;
    }
    const made = await this.open(dataServiceId);
    if (made === undefined) throw new BrokerError(BrokerErrorCode.Internal, `data service "${dataServiceId}" vanished while it was made; create it again`);
    return made;
  }

  async remove(dataServiceId: string): Promise<void> {
    const found = await this.open(dataServiceId);
    if (found === undefined) return;
    // A server that cannot be reached is told of now, while the data service is still there to be deleted again.
    await this.surroundings.server.query(async () => undefined);
    await this.noteRemoval(found.base);
    await this.folders.removeService(dataServiceId);
    await this.removeFromServer(found.base);
  }

  async tidyUp(): Promise<void> {
    if (this.isTidying) return;
    this.isTidying = true;
    try {
      for (const base of [...this.leftBehind]) await this.removeFromServer(base);
    } catch {
      // The server is gone, or somebody else has to act first; done again at the next call.
    } finally {
      this.isTidying = false;
    }
  }

  /** What calls of an earlier process left, which did not come to their end. */
  private async findLeftBehind(): Promise<void> {
    const inUse = new Set<string>();
    for (const id of await this.folders.ids()) inUse.add((await this.open(id))?.base ?? '');
    for (const name of (await readdir(this.removals)).filter((one) => one.endsWith('.json'))) {
      const note = await readDurableJson<Removal>(join(this.removals, name));
      if (note === undefined) continue;
      if (inUse.has(note.base)) await rm(this.removalPath(note.base), { force: true });
      else this.leftBehind.add(note.base);
    }
  }

  private async fill(base: string, workDirectory: string, { record, restoreFrom, onProgress, signal }: CreateServedOptions): Promise<void> {
    const { server, facts, programs } = this.surroundings;
    const names = sharedNames(base);
    const agentPassword = randomBytes(24).toString('hex');
    await mkdir(workDirectory, { mode: 0o700 });
    // Before anything is made, so that nothing is asked of the server for a copy that cannot be restored.
    const fitting = restoreFrom && programsToRestore(programs, dumpVersionOf(restoreFrom.format) ?? oldestMajorVersion, facts.majorVersion);
    await this.noteRemoval(base);
    await server.check();
    await createSharedDatabase(server, facts, names, { agentPassword, maxConnections: Number(record.settings['maxConnections']) });
    if (restoreFrom !== undefined && fitting !== undefined) {
      signal.throwIfAborted();
      await restoreLogicalCopy({
        stream: countTaken(restoreFrom.source, onProgress),
        access: { endpoint: server.endpoint, database: base, user: names.agent, password: agentPassword },
        owner: base,
        makeRoles: (roles) => createFurtherRoles(server, facts, names, roles),
        programs: fitting,
        signal,
      });
    }
    await sealSharedDatabase(server, names, `Ocopea data service "${record.dataServiceId}"`);
    await SharedDataService.seal(workDirectory, { ...record, base, agentPassword } satisfies SharedRecord);
  }

  private async noteRemoval(base: string): Promise<void> {
    await writeDurableFile(this.removalPath(base), JSON.stringify({ base } satisfies Removal));
  }

  private async removeFromServer(base: string): Promise<void> {
    try {
      await dropShared(this.surroundings.server, base);
      await rm(this.removalPath(base), { force: true });
      this.leftBehind.delete(base);
    } catch (error) {
      this.leftBehind.add(base);
      throw error;
    }
  }

  private removalPath(base: string): string {
    return join(this.removals, `${base}.json`);
  }
}

/** Data services that are there go on without copies; whoever begins with the plan is told at once. */
function refuseWithoutPrograms(programs: readonly PostgresPrograms[], { majorVersion }: SharedServerFacts, dataServices: number, onWarning: (reason: string) => void): void {
  try {
    programsToDump(programs, majorVersion);
  } catch (error) {
    if (dataServices === 0) throw error;
    onWarning((error as BrokerError).message);
  }
}

/** Facts of a server that cannot be reached now are those that were seen last. */
async function factsOf(server: SharedServer, path: string, onWarning: (reason: string) => void): Promise<SharedServerFacts> {
  try {
    const facts = await server.check(15_000);
    await writeDurableFile(path, `${JSON.stringify(facts)}\n`);
    return facts;
  } catch (error) {
    const seen = error instanceof BrokerError && error.code === BrokerErrorCode.Unavailable ? await readDurableJson<SharedServerFacts>(path) : undefined;
    if (seen === undefined) throw error;
    onWarning((error as BrokerError).message);
    return seen;
  }
}

function offeredPlan({ majorVersion, version }: SharedServerFacts, programs: readonly PostgresPrograms[]): ServicePlan {
  return {
    id: sharedPlanId,
    name: 'Database on a shared server',
    description: 'A database and roles of its own on a PostgreSQL server that is there already, copied logically by pg_dump.',
    price: '',
    protocols: [{ name: 'postgresql', version }],
    writesFormats: [logicalFormat(majorVersion)],
    restoresFormats: restorableFormats(programs, majorVersion),
    settings: offeredSettings(settings),
  };
}
