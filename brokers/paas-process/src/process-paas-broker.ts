import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AppServiceKey,
  type AppServiceSpec,
  type AppServiceStatus,
  type Artifact,
  BrokerError,
  type CallOptions,
  type CommandRequest,
  type LogLine,
  type LongCallOptions,
  type Page,
  type PageRequest,
  type PaasBroker,
  type PaasBrokerInfo,
  type RunningConfiguration,
  type RunResult,
  type Space,
  throwIfCancelled,
  validateAppService,
  validateRunDeadline,
} from '@ocopea/broker-contract';
import { canHoldGroups, DirectoryLock, type RestartPolicy } from '@ocopea/embedded';
import { asBrokerError } from './as-broker-error.js';
import { findArtifact } from './find-artifact.js';
import { ProcessAppService } from './process-app-service.js';

export interface ProcessPaasBrokerOptions {
  /** A folder for this broker alone. Made with mode 0700; it holds the environments of app services, which are secrets. */
  readonly directory: string;
  /** Folders that hold artifacts as `<root>/<name>/artifact.json`; the first that has one wins. */
  readonly artifactRoots: readonly string[];
  /** @default one, `default` */
  readonly spaces?: readonly Space[];
  /**
   * What becomes of app services that should run and do not, for example after `close`. `adopt-only` leaves them stopped until they are
   * deployed, which is right for callers whose bindings may have changed meanwhile. @default 'adopt-only'
   */
  readonly startOnOpen?: 'adopt-only' | 'all';
  /** `PATH` of app services. @default '/usr/local/bin:/usr/bin:/bin' */
  readonly path?: string;
  /** How long an app service may take to end by itself. @default 10000 */
  readonly stopGraceMs?: number;
  /** @default that of `SupervisedProcess` */
  readonly restart?: RestartPolicy;
  /** Bounds of each of the two logs of an app service. @default that of `SupervisedProcess` */
  readonly output?: { readonly maxFileBytes?: number; readonly keepFiles?: number };
}

/**
 * Opens a broker that runs app services as processes of this machine, on loopback. Processes that an earlier broker on the same
 * folder left running are adopted; deployments that it did not end are removed.
 *
 * @throws EmbeddedError DIRECTORY_LOCKED another process has opened the folder
 *
 * @example
 * const broker = await createProcessPaasBroker({ directory: '/var/lib/ocopea/paas', artifactRoots: ['/srv/artifacts'] });
 */
export async function createProcessPaasBroker(options: ProcessPaasBrokerOptions): Promise<PaasBroker> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const lock = await DirectoryLock.take(options.directory);
  try {
    const broker = new ProcessPaasBroker(options, lock);
    await broker.open();
    return broker;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

const info: PaasBrokerInfo = {
  product: 'process',
  version: '0.1.0',
  description: 'App services as supervised processes of this machine, on loopback.',
  artifactTypes: ['directory'],
  appServiceIdMaxLength: 63,
  capabilities: { pause: canHoldGroups, commands: true },
};

class ProcessPaasBroker implements PaasBroker {
  readonly kind = 'paas';
  readonly #spaces: readonly Space[];
  readonly #appServices = new Map<string, ProcessAppService>();

  constructor(
    private readonly options: ProcessPaasBrokerOptions,
    private readonly lock: DirectoryLock,
  ) {
    this.#spaces = options.spaces ?? [{ name: 'default', description: 'Processes of this machine.' }];
  }

  async open(): Promise<void> {
    for (const { name: space } of this.#spaces) {
      const directory = this.#directoryOf(space);
      await mkdir(directory, { recursive: true, mode: 0o700 });
      for (const entry of await readdir(directory, { withFileTypes: true })) {
        if (!entry.isDirectory()) continue;
        const appService = this.#make({ space, appServiceId: entry.name });
        this.#appServices.set(idOf(appService.key), appService);
        const isThere = await appService.open(this.options.startOnOpen === 'all');
        if (!isThere) this.#appServices.delete(idOf(appService.key));
      }
    }
  }

  async info(): Promise<PaasBrokerInfo> {
    return info;
  }

  async spaces(): Promise<readonly Space[]> {
    return this.#spaces;
  }

  async deploy(request: AppServiceKey & { readonly spec: AppServiceSpec }, options: LongCallOptions = {}): Promise<AppServiceStatus> {
    const { space, appServiceId, spec } = request;
    throwIfCancelled(options.signal, `deployment of app service "${appServiceId}"`);
    if (!this.#spaces.some(({ name }) => name === space)) throw new BrokerError('NOT_FOUND', `there is no space "${space}"; spaces() lists them`);
    validateAppService(request, spec, info);
    await findArtifact(this.options.artifactRoots, spec.artifact);
    const id = idOf(request);
    const appService = this.#appServices.get(id) ?? this.#make({ space, appServiceId });
    this.#appServices.set(id, appService);
    try {
      const status = await appService.deploy(spec, options.signal);
      // A first deployment that failed just before this one has removed it.
      this.#appServices.set(id, appService);
      return status;
    } catch (error) {
      if (!appService.isDeployed && this.#appServices.get(id) === appService) this.#appServices.delete(id);
      throw error;
    }
  }

  async get(key: AppServiceKey, options: CallOptions = {}): Promise<AppServiceStatus> {
    throwIfCancelled(options.signal, `look-up of app service "${key.appServiceId}"`);
    return this.#find(key).status();
  }

  async list(page: PageRequest = {}, options: CallOptions = {}): Promise<Page<AppServiceStatus>> {
    throwIfCancelled(options.signal, 'listing of app services');
    const { after = '', limit = 100 } = page;
    const all = [...this.#appServices.values()].map((appService) => appService.status());
    const rest = all.filter((status) => placeOf(status) > after && status.appServiceId !== after).sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
    const items = rest.slice(0, limit);
    const last = items.at(-1);
    return rest.length > limit && last !== undefined ? { items, next: placeOf(last) } : { items };
  }

  async configuration(key: AppServiceKey, options: CallOptions = {}): Promise<RunningConfiguration> {
    throwIfCancelled(options.signal, `look-up of app service "${key.appServiceId}"`);
    const { spec } = this.#find(key);
    if (spec === undefined) throw notFound(key);
    const { artifact, environment, ports, healthCheck } = spec;
    return { artifact, environmentNames: Object.keys(environment), ports, replicas: 1, ...(healthCheck === undefined ? {} : { healthCheck }) };
  }

  async stop(key: AppServiceKey, options: LongCallOptions = {}): Promise<void> {
    const what = `stop of app service "${key.appServiceId}"`;
    throwIfCancelled(options.signal, what);
    await this.#find(key).stop().catch((error: unknown) => Promise.reject(asBrokerError(error, what)));
  }

  async delete(key: AppServiceKey, options: LongCallOptions = {}): Promise<void> {
    const what = `deletion of app service "${key.appServiceId}"`;
    throwIfCancelled(options.signal, what);
    const appService = this.#appServices.get(idOf(key));
    if (appService === undefined) return;
    await appService.remove().catch((error: unknown) => Promise.reject(asBrokerError(error, what)));
    if (this.#appServices.get(idOf(key)) === appService) this.#appServices.delete(idOf(key));
  }

  async pause({ holdId, holdForMs, ...key }: AppServiceKey & { readonly holdId: string; readonly holdForMs: number }, options: CallOptions = {}): Promise<void> {
    const what = `pause of app service "${key.appServiceId}"`;
    throwIfCancelled(options.signal, what);
    if (!canHoldGroups) throw new BrokerError('NOT_SUPPORTED', 'app services can be paused on Linux only; use a Site on it');
    await this.#find(key).pause(holdId, holdForMs).catch((error: unknown) => Promise.reject(asBrokerError(error, what)));
  }

  async unpause({ holdId, ...key }: AppServiceKey & { readonly holdId: string }, options: CallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `end of the pause of app service "${key.appServiceId}"`);
    this.#appServices.get(idOf(key))?.unpause(holdId);
  }

  async commandsOf(artifact: Artifact, options: CallOptions = {}): Promise<readonly string[]> {
    throwIfCancelled(options.signal, `look-up of artifact "${artifact.name}"`);
    const { commands } = await findArtifact(this.options.artifactRoots, artifact);
    return Object.keys(commands);
  }

  async runCommand(request: CommandRequest, options: CallOptions = {}): Promise<RunResult> {
    const what = `command "${request.command}" of app service "${request.appServiceId}"`;
    throwIfCancelled(options.signal, what);
    validateRunDeadline(request.deadlineMs, what);
    return this.#find(request).runCommand(request, options.signal).catch((error: unknown) => Promise.reject(asBrokerError(error, what)));
  }

  async *logs(key: AppServiceKey & { readonly follow?: boolean; readonly after?: string }, options: CallOptions = {}): AsyncGenerator<LogLine> {
    const { log } = this.#find(key);
    if (log === undefined) return;
    await log.look(false);
    yield* log.read(key.after, key.follow ?? false, options.signal);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#appServices.values()].map((appService) => appService.close()));
    await this.lock.release();
  }

  #find(key: AppServiceKey): ProcessAppService {
    const appService = this.#appServices.get(idOf(key));
    if (appService === undefined) throw notFound(key);
    return appService;
  }

  #directoryOf(space: string): string {
    return join(this.options.directory, 'spaces', space);
  }

  #make(key: AppServiceKey): ProcessAppService {
    const { artifactRoots, output = {}, path = '/usr/local/bin:/usr/bin:/bin', restart = {}, stopGraceMs = 10_000 } = this.options;
    const appService: ProcessAppService = new ProcessAppService({
      key,
      directory: join(this.#directoryOf(key.space), key.appServiceId),
      baseEnvironment: { PATH: path },
      stopGraceMs,
      restart,
      output,
      findArtifact: ({ artifact }) => findArtifact(artifactRoots, artifact),
      isPortTaken: (port) => [...this.#appServices.values()].some((other) => other !== appService && other.holdsPort(port)),
    });
    return appService;
  }
}

function idOf({ space, appServiceId }: AppServiceKey): string {
  return `${space}/${appServiceId}`;
}

/** Its place in listings: by id, then by space. The space comes after a character below all that ids are made of. */
function placeOf({ space, appServiceId }: AppServiceKey): string {
  return `${appServiceId} ${space}`;
}

function notFound({ space, appServiceId }: AppServiceKey): BrokerError {
  return new BrokerError('NOT_FOUND', `there is no app service "${appServiceId}" in space "${space}"; list those there are`);
}
