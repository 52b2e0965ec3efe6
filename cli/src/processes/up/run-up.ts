import { join } from 'node:path';
import { freePort, isPortFree, OutputLog } from '@ocopea/embedded';
import { AppInstancesDocument, OcopeaClient, RegisterSiteDocument, SitesDocument } from '@ocopea/sdk';
import { ensureAdminToken } from '@ocopea/security';
import { CliError } from '../../cli-error.js';
import type { UpConfig } from '../../config/process-config.js';
import { Closers } from '../closers.js';
import { StateServer } from '../state-server.js';
import { takeHome, untilHomeIsFree } from '../take-home.js';
import { untilStopped } from '../until-stopped.js';
import { databaseOf, fabricPaths, fabricSites, type FabricSite } from './fabric-layout.js';
import { ManagedProcess, type ReadyMessage } from './managed-process.js';
import { deploySampleApplication } from './sample-application.js';
import { formatWelcome } from './welcome.js';

const connectedWithinMs = 30_000;
/** Of what an `up` that was killed has left. */
const stoppedWithinMs = 60_000;

/** A whole fabric on this machine, until it is stopped. @throws CliError */
export async function runUp(config: UpConfig): Promise<void> {
  const stopped = untilStopped();
  // Whoever read what we print may be gone (`npm start | head`): no reason to die and leave processes behind.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  await using closers = new Closers();
  const starting = startFabric(config, closers);
  // Ctrl-C while it starts stops what has started already.
  if ((await Promise.race([starting.then(() => 'started' as const), stopped.then(() => 'stopped' as const)])) === 'started') await stopped;
  else starting.catch(() => {});
  process.stdout.write('\nStopping …\n');
}

async function startFabric(config: UpConfig, closers: Closers): Promise<void> {
  const home = config.OCOPEA_HOME;
  const paths = fabricPaths(home);
  const lock = await takeHome(home);
  closers.add(() => lock.release());
  await Promise.all([paths.hub, ...fabricSites.map(({ id }) => paths.site(id))].map((one) => untilHomeIsFree(one, stoppedWithinMs)));
  if (!(await isPortFree(config.OCOPEA_PORT))) {
    throw new CliError(`port ${config.OCOPEA_PORT} is taken by another program; stop that one, or choose another port: OCOPEA_PORT=${config.OCOPEA_PORT + 10} npm start`);
  }
  const { token } = await ensureAdminToken(home);
  const state = await StateServer.open(home, (reason) => process.stderr.write(`${reason}\n`));
  closers.add(() => state.stop());

  const fabric = new Fabric(config, new OcopeaClient({ url: `http://127.0.0.1:${config.OCOPEA_PORT}`, token: token.reveal() }), (database) => state.connectionString(database));
  closers.add(() => fabric.stop());
  for (const id of ['hub', ...fabricSites.map((site) => site.id)]) await state.ensureDatabase(databaseOf(id));
  await fabric.start();
  await deploySampleApplication(fabric.client);
  const { appInstances } = await fabric.client.request(AppInstancesDocument, { first: 10 });
  process.stdout.write(
    `${formatWelcome({
      hubUrl: `http://127.0.0.1:${config.OCOPEA_PORT}`,
      sites: fabric.siteUrls(),
      applications: (appInstances?.edges ?? []).map(({ node }) => ({ name: node.name, site: node.site.id, url: node.entryPointUrl })),
      tokenFile: paths.adminToken,
      logs: paths.logs,
      host: config.OCOPEA_HOST,
    })}\n`,
  );
}

/** The processes of one fabric: a Hub and its Sites. */
class Fabric {
  readonly client: OcopeaClient;
  readonly #config: UpConfig;
  readonly #databaseUrl: (database: string) => string;
  readonly #processes: ManagedProcess[] = [];
  readonly #ready = new Map<string, ReadyMessage>();
  #hubServes = false;

  constructor(config: UpConfig, client: OcopeaClient, databaseUrl: (database: string) => string) {
    this.#config = config;
    this.client = client;
    this.#databaseUrl = databaseUrl;
  }

  async start(): Promise<void> {
    const hub = this.#add('hub', 'hub', { OCOPEA_HOME: fabricPaths(this.#config.OCOPEA_HOME).hub, OCOPEA_HOST: this.#config.OCOPEA_HOST, OCOPEA_PORT: String(this.#config.OCOPEA_PORT) });
    const sites = await Promise.all(fabricSites.map(async (site, index) => this.#add(site.id, 'site', await this.#siteEnvironment(site, this.#config.OCOPEA_PORT + 1 + index))));
    await Promise.all([hub, ...sites].map((one) => one.start()));
    this.#hubServes = true;
    await Promise.all(fabricSites.map((site) => this.#register(site.id)));
    await this.#untilConnected();
  }

  /** Sites first: their operations stop in order while the Hub still listens. */
  async stop(): Promise<void> {
    await this.client.close();
    await Promise.all(this.#processes.map((one) => one.stop()));
  }

  siteUrls(): { id: string; url: string }[] {
    return fabricSites.map(({ id }) => ({ id, url: this.#ready.get(id)!.url }));
  }

  #add(id: string, command: 'hub' | 'site', environment: Record<string, string>): ManagedProcess {
    const paths = fabricPaths(this.#config.OCOPEA_HOME);
    const managed = new ManagedProcess({
      name: command === 'hub' ? 'the Hub' : `Site ${id}`,
      command,
      environment: {
        ...environment,
        DATABASE_URL: this.#databaseUrl(databaseOf(id)),
        OCOPEA_ADMIN_TOKEN_FILE: paths.adminToken,
        OCOPEA_LOG_LEVEL: this.#config.OCOPEA_LOG_LEVEL,
      },
      log: new OutputLog({ directory: paths.logs, name: id, maxFileBytes: 16 * 1024 * 1024, keepFiles: 2 }),
      onReady: async (ready) => {
        this.#ready.set(id, ready);
        if (command === 'site' && this.#hubServes) await this.#register(id);
      },
      onRestart: (reason) => process.stderr.write(`${reason}\n`),
    });
    this.#processes.push(managed);
    return managed;
  }

  async #siteEnvironment(site: FabricSite, preferredPort: number): Promise<Record<string, string>> {
    return {
      OCOPEA_HOME: fabricPaths(this.#config.OCOPEA_HOME).site(site.id),
      OCOPEA_HOST: '127.0.0.1',
      OCOPEA_PORT: String((await isPortFree(preferredPort)) ? preferredPort : await freePort()),
      OCOPEA_SITE_ID: site.id,
      OCOPEA_SITE_NAME: site.name,
      OCOPEA_SITE_LOCATION: site.location,
      OCOPEA_SITE_LATITUDE: String(site.latitude),
      OCOPEA_SITE_LONGITUDE: String(site.longitude),
    };
  }

  /** Registering a Site again tells the Hub its present address. */
  async #register(id: string): Promise<void> {
    const { url, joinToken } = this.#ready.get(id)!;
    if (joinToken === undefined) throw new CliError(`Site ${id} gave no join token`);
    await this.client.request(RegisterSiteDocument, { input: { url, joinToken } });
  }

  async #untilConnected(): Promise<void> {
    const deadline = Date.now() + connectedWithinMs;
    for (;;) {
      const { data } = await this.client.ask(SitesDocument, {});
      const away = fabricSites.filter(({ id }) => data.sites.find((site) => site.id === id)?.connection?.state !== 'CONNECTED');
      if (away.length === 0) return;
      if (Date.now() > deadline) throw new CliError(`the Hub does not reach ${away.map(({ id }) => id).join(', ')}; see ${join(this.#config.OCOPEA_HOME, 'logs')}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
