import { EventEmitter, once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type AppServiceKey,
  type AppServiceSpec,
  type AppServiceState,
  type AppServiceStatus,
  BrokerError,
  type CommandRequest,
  type RunResult,
  throwIfCancelled,
} from '@ocopea/broker-contract';
import { HeldGroup, type RestartPolicy, SupervisedProcess, type SupervisedState } from '@ocopea/embedded';
import { AppLog } from './app-log.js';
import { type AppServiceRecord, readAppServiceRecord, writeAppServiceRecord } from './app-service-record.js';
import { AppCommands } from './app-commands.js';
import { asBrokerError } from './as-broker-error.js';
import { assignPorts, portEnvironment } from './assign-ports.js';
import type { FoundArtifact } from './find-artifact.js';
import { watchHealth } from './watch-health.js';

const HOST = '127.0.0.1';
const START_WITHIN_MS = 30_000;
const LAST_LINES = 20;

export interface ProcessAppServiceOptions {
  readonly key: AppServiceKey;
  /** A folder for this app service alone. */
  readonly directory: string;
  /** What its environment has before its spec and its ports are added. */
  readonly baseEnvironment: Readonly<Record<string, string>>;
  readonly stopGraceMs: number;
  readonly restart: RestartPolicy;
  readonly output: { readonly maxFileBytes?: number; readonly keepFiles?: number };
  findArtifact(spec: AppServiceSpec): Promise<FoundArtifact>;
  /** Whether another app service counts on this port. */
  isPortTaken(port: number): boolean;
}

/**
 * One app service: its process, its health, its output, and the record of it on disk. Deployments, stops and removals run one
 * after the other; `stop` and `remove` end deployments under way first.
 */
export class ProcessAppService {
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #underWay = new Set<AbortController>();
  #record: AppServiceRecord | undefined;
  #state: AppServiceState = { phase: 'starting' };
  #process: SupervisedProcess | undefined;
  #log: AppLog | undefined;
  /** Aborted when the health of the present run is of no interest any more. */
  #run = new AbortController();
  #queue: Promise<unknown> = Promise.resolve();
  #saving: Promise<void> = Promise.resolve();
  readonly #commands: AppCommands;
  readonly #holds = new Map<string, { readonly timer: NodeJS.Timeout; readonly group?: HeldGroup }>();

  constructor(private readonly options: ProcessAppServiceOptions) {
    this.#commands = new AppCommands(join(options.directory, 'commands'));
  }

  get key(): AppServiceKey {
    return this.options.key;
  }

  get spec(): AppServiceSpec | undefined {
    return this.#record?.spec;
  }

  get log(): AppLog | undefined {
    return this.#log;
  }

  /** Whether a deployment of it has ever succeeded. */
  get isDeployed(): boolean {
    return this.#record?.isDeployed ?? false;
  }

  holdsPort(port: number): boolean {
    return Object.values(this.#record?.ports ?? {}).includes(port);
  }

  status(): AppServiceStatus {
    const isRunning = this.#state.phase === 'running';
    const restarts = (this.#record?.restarts ?? 0) + (this.#process?.restarts ?? 0);
    const status = { ...this.key, state: this.#state, replicasReady: isRunning ? 1 : 0, restarts };
    const web = this.spec?.ports.find(({ protocol }) => protocol === 'http');
    return isRunning && web !== undefined ? { ...status, entryPointUrl: `http://${HOST}:${this.#record?.ports[web.name]}` } : status;
  }

  /**
   * Takes up what an earlier broker left in the folder: adopts a process that lives, starts one that should live if `start` says
   * so, and removes what never came to be. Answers false when nothing is left.
   */
  open(start: boolean): Promise<boolean> {
    return this.#inTurn(async () => {
      const record = await readAppServiceRecord(this.options.directory);
      this.#record = record;
      await this.#commands.endStrays();
      if (record === undefined || !record.isDeployed) {
        await this.#removeAll();
        return false;
      }
      this.#enter(record.failure === undefined ? { phase: 'stopped' } : { phase: 'error', reason: record.failure });
      await this.#prepareProcess(record, await this.options.findArtifact(record.spec).catch(() => undefined));
      if (!record.shouldRun) {
        // A stop may have been cut short.
        await this.#process?.stop({ graceMs: this.options.stopGraceMs });
        this.#enter(record.failure === undefined ? { phase: 'stopped' } : { phase: 'error', reason: record.failure });
      } else if (!(await this.#process?.adopt()) && start) {
        await this.#replace(record.spec).catch((error: unknown) => this.#fail(asBrokerError(error, 'its start with the broker').message));
      }
      await this.#log?.look(this.#process?.state.phase !== 'running');
      return true;
    });
  }

  /** @throws PORT_IN_USE; NOT_FOUND; DEADLINE_EXCEEDED; CANCELLED */
  async deploy(spec: AppServiceSpec, given: AbortSignal | undefined): Promise<AppServiceStatus> {
    const abort = new AbortController();
    const signal = given === undefined ? abort.signal : AbortSignal.any([abort.signal, given]);
    this.#underWay.add(abort);
    try {
      return await this.#inTurn(() => this.#deploy(spec, signal));
    } finally {
      this.#underWay.delete(abort);
    }
  }

  stop(): Promise<void> {
    this.#abortDeployments();
    return this.#inTurn(async () => {
      if (this.#record === undefined) return;
      const { spec, ports, isDeployed, restarts } = this.#record;
      await this.#save({ spec, ports, isDeployed, restarts, shouldRun: false });
      await this.#end();
      this.#enter({ phase: 'stopped' });
    });
  }

  /** @throws CONFLICT; STOP_FAILED */
  pause(holdId: string, holdForMs: number): Promise<void> {
    return this.#inTurn(async () => {
      const process = this.#process?.state;
      if (this.#state.phase === 'starting') throw new BrokerError('CONFLICT', `app service "${this.key.appServiceId}" is starting; wait until it runs`);
      if (this.#state.phase !== 'running' || process?.phase !== 'running' || this.#holds.has(holdId)) return;
      // Known before it is stopped: no health check may fail for it.
      const timer = setTimeout(() => this.unpause(holdId), holdForMs).unref();
      this.#holds.set(holdId, { timer });
      try {
        const group = await HeldGroup.hold(process.identity, holdForMs);
        if (this.#holds.has(holdId)) this.#holds.set(holdId, { timer, group });
        else if (this.#holds.size === 0) group.letGo();
      } catch (error) {
        this.unpause(holdId);
        throw error;
      }
    });
  }

  unpause(holdId: string): void {
    const hold = this.#holds.get(holdId);
    if (hold === undefined) return;
    clearTimeout(hold.timer);
    this.#holds.delete(holdId);
    if (this.#holds.size === 0) hold.group?.letGo();
    else hold.group?.dismissGuard();
  }

  /** @throws NOT_FOUND; CONFLICT; CANCELLED */
  async runCommand({ command, deadlineMs, environment, runId }: CommandRequest, signal: AbortSignal | undefined): Promise<RunResult> {
    const record = this.#record;
    if (record === undefined || this.#state.phase !== 'running') {
      throw new BrokerError('CONFLICT', `app service "${this.key.appServiceId}" is ${this.#state.phase}, and command "${command}" runs beside a running one only; start it`);
    }
    const { directory, commands } = await this.options.findArtifact(record.spec);
    const line = Object.hasOwn(commands, command) ? commands[command] : undefined;
    if (line === undefined) {
      const known = Object.keys(commands);
      throw new BrokerError('NOT_FOUND', `artifact "${record.spec.artifact.name}" declares no command "${command}"; it declares ${known.length === 0 ? 'none' : known.join(', ')}`);
    }
    return this.#commands.run({ runId, name: command, command: line, cwd: directory, environment: { ...this.#environmentOf(record), ...environment }, secrets: record.spec.environment, deadlineMs, signal });
  }

  /** Ends it and removes its folder. */
  remove(): Promise<void> {
    this.#abortDeployments();
    return this.#inTurn(async () => {
      // From here on the next broker would remove it, too.
      if (this.#record !== undefined) await this.#save({ ...this.#record, isDeployed: false });
      await this.#removeAll();
    });
  }

  /** Ends the process and leaves the record as it is, so that the next broker knows that it should run. */
  close(): Promise<void> {
    this.#abortDeployments();
    return this.#inTurn(async () => {
      await this.#end();
      if (this.#state.phase !== 'error') this.#enter({ phase: 'stopped' });
      await this.#saving;
    });
  }

  get #deployment(): string {
    return `deployment of app service "${this.key.appServiceId}"`;
  }

  #abortDeployments(): void {
    for (const abort of this.#underWay) abort.abort();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #deploy(given: AppServiceSpec, signal: AbortSignal): Promise<AppServiceStatus> {
    throwIfCancelled(signal, this.#deployment);
    // As it will be read back: without fields that are undefined.
    const spec: AppServiceSpec = JSON.parse(JSON.stringify(given));
    const isThere = this.#state.phase === 'running' || (this.#state.phase === 'starting' && this.#process?.state.phase === 'running');
    const isSame = this.isDeployed && isThere && isDeepStrictEqual(this.spec, spec);
    try {
      if (!isSame) await this.#replace(spec);
      await this.#whenRunning(spec, signal);
      if (!isSame && this.#record !== undefined) await this.#save({ ...this.#record, isDeployed: true });
    } catch (error) {
      const failure = asBrokerError(error, this.#deployment);
      if (this.isDeployed) await this.#fail(failure.message);
      else await this.#removeAll();
      throw failure;
    }
    return this.status();
  }

  async #replace(spec: AppServiceSpec): Promise<void> {
    const artifact = await this.options.findArtifact(spec);
    await this.#end();
    this.#enter({ phase: 'starting' });
    await mkdir(this.options.directory, { recursive: true, mode: 0o700 });
    const ports = await assignPorts(spec.ports, this.#record?.ports ?? {}, (port) => this.options.isPortTaken(port));
    const record = { spec, ports, isDeployed: this.isDeployed, shouldRun: true, restarts: 0 };
    await this.#save(record);
    await this.#prepareProcess(record, artifact);
    await this.#process?.start();
  }

  /** @throws DEADLINE_EXCEEDED; CANCELLED */
  async #whenRunning({ healthCheck }: AppServiceSpec, signal: AbortSignal): Promise<void> {
    const deadline = new AbortController();
    const either = AbortSignal.any([signal, deadline.signal]);
    // Not AbortSignal.timeout: a process that waits for nothing else must not end in the middle of a deployment.
    const timer = setTimeout(() => deadline.abort(), healthCheck?.startWithinMs ?? START_WITHIN_MS);
    while (this.#state.phase === 'starting' && !either.aborted) await once(this.#changes, 'state', { signal: either }).catch(() => undefined);
    clearTimeout(timer);
    throwIfCancelled(signal, this.#deployment);
    if (this.#state.phase === 'running') return;
    const output = await this.#log?.lastTexts(LAST_LINES);
    const said = output ? `; see why in its last lines of output:\n${output}` : ' and said nothing';
    throw new BrokerError('DEADLINE_EXCEEDED', `app service "${this.key.appServiceId}" did not become healthy${said}`);
  }

  /** Makes the process that the record describes, not started, and listens to it. */
  async #prepareProcess({ spec, ports }: AppServiceRecord, artifact: FoundArtifact | undefined): Promise<void> {
    const directory = join(this.options.directory, 'run');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const { restart, output } = this.options;
    const supervised = new SupervisedProcess({
      directory,
      // Without its artifact it can be adopted, but not be started.
      command: artifact?.command ?? ['/bin/false'],
      cwd: artifact?.directory ?? directory,
      environment: this.#environmentOf({ spec, ports }),
      restart,
      output,
    });
    this.#log?.close();
    this.#process = supervised;
    this.#log = await AppLog.open(directory, supervised);
    supervised.onChange((state) => {
      if (this.#process === supervised) this.#follow(state, supervised);
    });
  }

  #environmentOf({ spec, ports }: Pick<AppServiceRecord, 'spec' | 'ports'>): Readonly<Record<string, string>> {
    return { ...this.options.baseEnvironment, ...spec.environment, ...portEnvironment(spec.ports, ports), HOST };
  }

  /** The process has started, ended, or was given up. */
  #follow(state: SupervisedState, supervised: SupervisedProcess): void {
    this.#run.abort();
    this.#run = new AbortController();
    const { spec } = this;
    if (spec === undefined) return;
    if (state.phase === 'running') {
      this.#log?.follow();
      this.#watchRun(spec, supervised, this.#run.signal);
      return;
    }
    void this.#log?.look(true).catch(() => undefined);
    if (state.phase === 'backing-off') {
      this.#enter({ phase: 'starting', reason: state.reason });
    } else if (state.phase === 'failed') {
      void this.#givenUp(state.reason);
    }
  }

  #watchRun({ healthCheck }: AppServiceSpec, supervised: SupervisedProcess, signal: AbortSignal): void {
    this.#saveRestarts(supervised);
    if (healthCheck === undefined) return this.#enter({ phase: 'running' });
    this.#enter({ phase: 'starting', ...(this.#state.phase === 'starting' && this.#state.reason !== undefined ? { reason: this.#state.reason } : {}) });
    const url = `http://${HOST}:${this.#record?.ports[healthCheck.port]}${healthCheck.path}`;
    void watchHealth({
      url,
      check: healthCheck,
      signal,
      isHeld: () => this.#holds.size > 0,
      onHealthy: () => this.#enter({ phase: 'running' }),
      onFailed: (reason) => {
        this.#enter({ phase: 'starting', reason });
        void supervised.fail(reason, { graceMs: this.options.stopGraceMs }).catch(() => undefined);
      },
    });
  }

  async #givenUp(reason: string): Promise<void> {
    const output = await this.#log?.lastTexts(LAST_LINES).catch(() => undefined);
    if (this.#process?.state.phase !== 'failed') return;
    this.#enter({ phase: 'error', reason: output ? `${reason}; its last lines of output:\n${output}` : reason });
  }

  async #fail(reason: string): Promise<void> {
    await this.#end();
    this.#enter({ phase: 'error', reason });
    if (this.#record !== undefined) await this.#save({ ...this.#record, shouldRun: false, failure: reason });
  }

  async #end(): Promise<void> {
    for (const holdId of this.#holds.keys()) this.unpause(holdId);
    await this.#commands.endAll();
    this.#run.abort();
    await this.#process?.stop({ graceMs: this.options.stopGraceMs });
    await this.#log?.look(true);
    this.#log?.close();
  }

  async #removeAll(): Promise<void> {
    // An earlier broker's process is found by what it left in the folder.
    const directory = join(this.options.directory, 'run');
    this.#process ??= new SupervisedProcess({ directory, command: ['/bin/false'], cwd: directory, environment: {} });
    this.#run.abort();
    await this.#commands.endAll();
    await this.#process.stop({ graceMs: this.options.stopGraceMs });
    this.#log?.close();
    await this.#saving;
    this.#process = undefined;
    this.#log = undefined;
    this.#record = undefined;
    // The record of a state or a log position may still be on its way to the disk while the folder empties.
    await rm(this.options.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 25 });
  }

  #enter(state: AppServiceState): void {
    this.#state = state;
    this.#changes.emit('state');
  }

  async #save(record: AppServiceRecord): Promise<void> {
    this.#record = record;
    const saving = this.#saving.then(() => writeAppServiceRecord(this.options.directory, record));
    this.#saving = saving.catch(() => undefined);
    await saving;
  }

  /** The count goes on when another broker adopts the process. In memory it is added to that of the process, so it is only written. */
  #saveRestarts({ restarts }: SupervisedProcess): void {
    const record = this.#record;
    if (record === undefined || restarts === 0) return;
    this.#saving = this.#saving.then(() => writeAppServiceRecord(this.options.directory, { ...record, restarts: record.restarts + restarts })).catch(() => undefined);
  }
}
