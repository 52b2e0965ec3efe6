import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { AppInstanceDocument, AppInstancesDocument, CopyDocument, SitesDocument, type OcopeaClient } from '@ocopea/sdk';
import { databaseUrlBehind, Fabric, Guestbook, operationSuccess, processesOf, tableChecksums } from '@ocopea/test-support';
import { tracesOf, type Traces } from '../traces.js';
import { FaultyLink } from './faulty-link.js';
import { Gate } from './gate.js';
import { copyRepositoriesDocument, createCopy, deleteCopy } from './requests.js';
import { killProcess } from './kill-process.js';

export const stateOwners = ['hub', 'eu-central', 'us-west'] as const;
/** Whose operations, and whose state database. */
export type StateOwner = (typeof stateOwners)[number];
export type SiteId = Exclude<StateOwner, 'hub'>;

/** Fewer would be copied before a byte is counted. */
const rows = 20_000;
const tracesWithinMs = 45_000;
const wellWithinMs = 60_000;
/** Of the small filesystem of each Site's repositories, where this process may mount one. */
const repositoryMegabytes = 512;

/** A fabric with an application and a copy of it at eu-central, and everything that is needed to hurt it. */
export class FaultBed implements AsyncDisposable {
  #atRest: Traces | undefined;

  private constructor(
    readonly fabric: Fabric,
    readonly link: FaultyLink,
    readonly hub: OcopeaClient,
    readonly sites: Readonly<Record<SiteId, OcopeaClient>>,
    readonly gates: Readonly<Record<StateOwner, Gate>>,
    readonly sourceId: string,
    readonly source: Guestbook,
    readonly copyId: string,
    readonly mounts: readonly string[],
  ) {}

  static async start(): Promise<FaultBed> {
    const home = await mkdtemp(join(tmpdir(), 'ocopea-matrix-'));
    const mounts = await mountRepositories(home);
    let link: FaultyLink | undefined;
    let fabric: Fabric | undefined;
    try {
      link = await FaultyLink.start();
      await mkdir(join(home, 'clock'));
      const preload = `--import=${resolve('tests/faults/matrix/shifted-clock.mjs')}`;
      fabric = await Fabric.start({ home, environment: { OCOPEA_PUBLIC_URL: link.url, NODE_OPTIONS: preload, OCOPEA_FAULTS_CLOCK: join(home, 'clock') } });
      return await FaultBed.#begin(fabric, link, mounts);
    } catch (error) {
      await fabric?.stop();
      await link?.[Symbol.asyncDispose]();
      await removeHome(home, mounts);
      throw error;
    }
  }

  static async #begin(fabric: Fabric, link: FaultyLink, mounts: readonly string[]): Promise<FaultBed> {
    const hub = await fabric.hub();
    link.target = Number(new URL(fabric.siteUrl('us-west')).port);
    const { appInstances } = await hub.request(AppInstancesDocument, { first: 1, filter: { name: 'guestbook' } });
    const { id, entryPointUrl } = appInstances!.edges[0]!.node;
    const source = new Guestbook(entryPointUrl!);
    await source.fill(rows);
    const gates: Partial<Record<StateOwner, Gate>> = {};
    for (const owner of stateOwners) gates[owner] = await Gate.install(await stateUrlOf(fabric, owner));
    const { copyId, operationId } = await createCopy(hub, id);
    await operationSuccess(hub, operationId);
    const sites = { 'eu-central': await fabric.site('eu-central'), 'us-west': await fabric.site('us-west') };
    const bed = new FaultBed(fabric, link, hub, sites, gates as Record<StateOwner, Gate>, id, source, copyId, mounts);
    await bed.rest();
    return bed;
  }

  /** Everything there is while nothing goes on, to be the measure from now on. */
  async rest(): Promise<void> {
    this.#atRest = await tracesOf(this.fabric);
  }

  traces(): Promise<Traces> {
    return tracesOf(this.fabric);
  }

  /**
   * What distinguishes the fabric from how it was; undefined when it comes to be the same in time.
   * @param wanted @default as it was at {@link rest}
   * @param besides what is not looked at
   */
  async differences(wanted: Traces = this.#atRest!, besides: Partial<Traces> = {}): Promise<string | undefined> {
    const deadline = Date.now() + tracesWithinMs;
    for (;;) {
      const found = await tracesOf(this.fabric).catch((error: unknown) => String(error));
      if (typeof found !== 'string' && isDeepStrictEqual({ ...found, ...besides }, { ...wanted, ...besides })) return undefined;
      if (Date.now() > deadline) return typeof found === 'string' ? found : describe({ ...wanted, ...besides }, { ...found, ...besides });
      await new Promise((done) => setTimeout(done, 250));
    }
  }

  /** Resolves when both Sites serve and the Hub reaches them. */
  async untilWell(): Promise<void> {
    for (const deadline = Date.now() + wellWithinMs; ; ) {
      // The Hub alone would not do: it may not have noticed yet.
      const served = await Promise.allSettled(Object.values(this.sites).map((site) => site.request(copyRepositoriesDocument, {})));
      const { data } = await this.hub.ask(SitesDocument, {}).catch(() => ({ data: undefined }));
      const isConnected = data?.sites.length === 2 && data.sites.every(({ connection }) => connection?.state === 'CONNECTED');
      if (isConnected && served.every(({ status }) => status === 'fulfilled')) return;
      if (Date.now() > deadline) throw new Error(`the fabric has not come back: ${JSON.stringify(data)}; see ${this.fabric.home}/logs`);
      await new Promise((done) => setTimeout(done, 200));
    }
  }

  /** What an instance that came from a copy of the source has other than the source; undefined for nothing. */
  async wrongData(appInstanceId: string): Promise<string | undefined> {
    const { appInstance } = await this.hub.request(AppInstanceDocument, { id: appInstanceId });
    if (appInstance?.phase !== 'RUNNING') return `the restored instance is ${appInstance?.phase ?? 'gone'}`;
    const book = new Guestbook(appInstance.entryPointUrl!);
    await Promise.all([book, this.source].map(untilItServes));
    const [there, here] = await Promise.all([book, this.source].map(async (one) => ({ digest: await one.digest(), tables: await tableChecksums(await databaseUrlBehind(one.url)) })));
    return isDeepStrictEqual(there, here) ? undefined : `restored ${JSON.stringify(there)}, the source has ${JSON.stringify(here)}`;
  }

  async copyRow(copyId: string) {
    return (await this.hub.request(CopyDocument, { id: copyId })).copy;
  }

  async deleteCopy(copyId: string): Promise<void> {
    await operationSuccess(this.hub, await deleteCopy(this.hub, copyId));
  }

  /** The folder of the one repository of a Site. */
  repositoriesOf(siteId: SiteId): string {
    return join(this.fabric.home, 'sites', siteId, 'copies');
  }

  /** Pids of what is named, none when it does not run. */
  async pidsOf(victim: Victim): Promise<readonly number[]> {
    if (victim === 'hub' || victim === 'eu-central' || victim === 'us-west') return [await this.fabric.pidOf(victim)];
    const found = await processesOf(this.fabric.home);
    const isOurs = victim === 'state database' ? (command: string) => command.endsWith('/postgres/data') : (command: string) => command.includes(`/sites/${siteOfDatabase[victim]}/data-services/`);
    return found.filter(({ command }) => !command.startsWith('postgres:') && / -D /.test(command) && isOurs(command)).map(({ pid }) => pid);
  }

  /** Kills what has this name; it is started again. @returns how many processes that was */
  async kill(victim: Victim): Promise<number> {
    const pids = await this.pidsOf(victim);
    for (const pid of pids) await killProcess(pid);
    return pids.length;
  }

  /** Moves the clock that a process goes by, from now on and after a restart. */
  async shiftClock(owner: StateOwner, offsetMs: number): Promise<void> {
    await writeFile(join(this.fabric.home, 'clock', owner), String(offsetMs));
    process.kill(await this.fabric.pidOf(owner), 'SIGUSR2');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.hub, ...Object.values(this.sites)].map((client) => client.close()));
    await this.fabric.stop();
    await this.link[Symbol.asyncDispose]();
    await removeHome(this.fabric.home, this.mounts);
  }
}

/** A database that was killed is started again, and its application serves then. @throws its last answer when it does not in time */
async function untilItServes(book: Guestbook): Promise<void> {
  for (const deadline = Date.now() + wellWithinMs; ; await new Promise((done) => setTimeout(done, 200))) {
    try {
      await book.newestId();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** What can be killed. */
export type Victim = StateOwner | 'database at source' | 'database at target' | 'state database';

const siteOfDatabase = { 'database at source': 'eu-central', 'database at target': 'us-west' } as const;

async function stateUrlOf(fabric: Fabric, owner: StateOwner): Promise<string> {
  const environment = await readFile(`/proc/${await fabric.pidOf(owner)}/environ`, 'utf8');
  return /(?:^|\0)DATABASE_URL=([^\0]*)/.exec(environment)![1]!;
}

/** A filesystem of known size for the repositories of each Site; only the superuser may mount. */
async function mountRepositories(home: string): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return [];
  const mounts: string[] = [];
  for (const siteId of ['eu-central', 'us-west']) {
    const folder = join(home, 'sites', siteId, 'copies');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${repositoryMegabytes}m,mode=0700`, 'ocopea-faults', folder], { stdio: 'pipe' });
    } catch {
      // A container without the right to: the faults of full disks are skipped, which the table says.
      return mounts;
    }
    mounts.push(folder);
  }
  return mounts;
}

async function removeHome(home: string, mounts: readonly string[]): Promise<void> {
  for (const mount of mounts) execFileSync('umount', ['--lazy', mount]);
  await rm(home, { recursive: true, force: true });
}

function describe(wanted: Traces, found: Traces): string {
  const keys = Object.keys(wanted) as (keyof Traces)[];
  const other = keys.filter((key) => !isDeepStrictEqual(wanted[key], found[key]));
  return other.map((key) => `${key}: was ${brief(wanted[key], found[key])}, is ${brief(found[key], wanted[key])}`).join('; ');
}

/** Of lists, what the other has not. */
function brief(one: unknown, other: unknown): string {
  return JSON.stringify(Array.isArray(one) && Array.isArray(other) ? one.filter((entry) => !other.some((known) => isDeepStrictEqual(known, entry))) : one);
}
