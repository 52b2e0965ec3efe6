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
import { MemoryAppService } from './memory-app-service.js';
import type { MemoryArtifact } from './memory-artifact.js';
import { MemoryPaasState } from './memory-paas-state.js';

export interface MemoryPaasBrokerOptions {
  /** What can be deployed, as artifacts of type `memory`. */
  readonly artifacts: readonly MemoryArtifact[];
  /** App services of a broker before this one; they are stopped until deployed again. @default none */
  readonly state?: MemoryPaasState;
}

/** A broker of app services that run inside this process. For tests of other layers: no process is started. */
export function createMemoryPaasBroker(options: MemoryPaasBrokerOptions): PaasBroker {
  return new MemoryPaasBroker(options);
}

const info: PaasBrokerInfo = {
  product: 'memory',
  version: '0.1.0',
  description: 'Applications inside this process, for tests.',
  artifactTypes: ['memory'],
  appServiceIdMaxLength: 63,
  capabilities: { commands: true },
};

const spaces: readonly Space[] = [{ name: 'default', description: 'This process.' }];

class MemoryPaasBroker implements PaasBroker {
  readonly kind = 'paas';
  readonly #appServices: Map<string, MemoryAppService>;
  /** Aborts deployments under way, by app service. */
  readonly #deployments = new Map<MemoryAppService, Set<AbortController>>();

  constructor(private readonly options: MemoryPaasBrokerOptions) {
    this.#appServices = (options.state ?? new MemoryPaasState()).appServices;
  }

  async info(): Promise<PaasBrokerInfo> {
    return info;
  }

  async spaces(): Promise<readonly Space[]> {
    return spaces;
  }

  async deploy(request: AppServiceKey & { readonly spec: AppServiceSpec }, options: LongCallOptions = {}): Promise<AppServiceStatus> {
    const { space, appServiceId, spec } = request;
    throwIfCancelled(options.signal, `deployment of app service "${appServiceId}"`);
    if (!spaces.some(({ name }) => name === space)) throw new BrokerError('NOT_FOUND', `there is no space "${space}"; spaces() lists them`);
    validateAppService(request, spec, info);
    const artifact = this.#artifact(spec.artifact);
    const id = idOf(request);
    const appService = this.#appServices.get(id) ?? new MemoryAppService({ space, appServiceId });
    this.#appServices.set(id, appService);
    try {
      const status = await this.#abortable(appService, options.signal, (signal) => appService.deploy(spec, artifact, signal));
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
    const rest = all.filter(({ appServiceId }) => appServiceId > after).sort((a, b) => (a.appServiceId < b.appServiceId ? -1 : 1));
    const items = rest.slice(0, limit);
    const last = items.at(-1);
    return rest.length > limit && last !== undefined ? { items, next: last.appServiceId } : { items };
  }

  async configuration(key: AppServiceKey, options: CallOptions = {}): Promise<RunningConfiguration> {
    throwIfCancelled(options.signal, `look-up of app service "${key.appServiceId}"`);
    const { spec } = this.#find(key);
    if (spec === undefined) throw notFound(key);
    const { artifact, environment, ports, healthCheck } = spec;
    return { artifact, environmentNames: Object.keys(environment), ports, replicas: 1, ...(healthCheck === undefined ? {} : { healthCheck }) };
  }

  async stop(key: AppServiceKey, options: LongCallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `stop of app service "${key.appServiceId}"`);
    const appService = this.#find(key);
    this.#abort(appService);
    await appService.stop();
  }

  async delete(key: AppServiceKey, options: LongCallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `deletion of app service "${key.appServiceId}"`);
    const appService = this.#appServices.get(idOf(key));
    if (appService === undefined) return;
    this.#abort(appService);
    await appService.stop();
    if (this.#appServices.get(idOf(key)) === appService) this.#appServices.delete(idOf(key));
  }

  async pause(): Promise<void> {
    throw new BrokerError('NOT_SUPPORTED', 'applications inside this process cannot be paused; quiesce what they write to');
  }

  async unpause(): Promise<void> {
    // There are no holds, and ending an unknown one is success.
  }

  async commandsOf(artifact: Artifact): Promise<readonly string[]> {
    return Object.keys(this.#artifact(artifact).commands ?? {});
  }

  async runCommand(request: CommandRequest, options: CallOptions = {}): Promise<RunResult> {
    const what = `command "${request.command}" of app service "${request.appServiceId}"`;
    throwIfCancelled(options.signal, what);
    validateRunDeadline(request.deadlineMs, what);
    return this.#find(request).runCommand(request, options.signal);
  }

  async *logs(key: AppServiceKey & { readonly follow?: boolean; readonly after?: string }, options: CallOptions = {}): AsyncGenerator<LogLine> {
    yield* this.#find(key).log.read(key.after ?? '', key.follow ?? false, options.signal);
  }

  async close(): Promise<void> {
    for (const appService of this.#appServices.values()) {
      this.#abort(appService);
      await appService.stop();
    }
  }

  #find(key: AppServiceKey): MemoryAppService {
    const appService = this.#appServices.get(idOf(key));
    if (appService === undefined) throw notFound(key);
    return appService;
  }

  #artifact({ name, version }: Artifact): MemoryArtifact {
    if (!/^[a-z0-9-]+$/.test(name)) throw new BrokerError('INVALID_REQUEST', `artifact name ${JSON.stringify(name)} is not of [a-z0-9-]`);
    const artifact = this.options.artifacts.find((one) => one.name === name && one.version === version);
    if (artifact === undefined) throw new BrokerError('NOT_FOUND', `there is no artifact "${name}" of version "${version}"; give it to the broker`);
    return artifact;
  }

  async #abortable<T>(appService: MemoryAppService, given: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    const underWay = this.#deployments.get(appService) ?? new Set();
    this.#deployments.set(appService, underWay.add(abort));
    try {
      return await work(given === undefined ? abort.signal : AbortSignal.any([abort.signal, given]));
    } finally {
      underWay.delete(abort);
    }
  }

  #abort(appService: MemoryAppService): void {
    for (const abort of this.#deployments.get(appService) ?? []) abort.abort();
  }
}

function idOf({ space, appServiceId }: AppServiceKey): string {
  return `${space}/${appServiceId}`;
}

function notFound({ space, appServiceId }: AppServiceKey): BrokerError {
  return new BrokerError('NOT_FOUND', `there is no app service "${appServiceId}" in space "${space}"; list those there are`);
}
