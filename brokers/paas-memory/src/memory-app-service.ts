import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  type AppServiceKey,
  type AppServiceSpec,
  type AppServiceState,
  type AppServiceStatus,
  BrokerError,
  type CommandRequest,
  type HealthCheck,
  portVariable,
  RunOutput,
  type RunResult,
  secretsOf,
  throwIfCancelled,
} from '@ocopea/broker-contract';
import { loopbackPort } from './loopback-port.js';
import type { MemoryApp, MemoryArtifact } from './memory-artifact.js';
import { MemoryLog } from './memory-log.js';

const HOST = '127.0.0.1';
const FIRST_PAUSE_MS = 10;
const GIVE_UP_AFTER = 5;
const LAST_LINES = 20;

/** One app service of the memory broker. Its methods run one after the other. */
export class MemoryAppService {
  readonly log = new MemoryLog();
  spec: AppServiceSpec | undefined;
  #state: AppServiceState = { phase: 'starting' };
  #isDeployed = false;
  #restarts = 0;
  #crashes = 0;
  #artifact: MemoryArtifact | undefined;
  #app: MemoryApp | undefined;
  /** Numbers by port name; kept while it exists. */
  #ports = new Map<string, number>();
  /** Aborted when what runs now is to end. */
  #run = new AbortController();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly key: AppServiceKey) {}

  /** Whether a deployment of it has ever succeeded. */
  get isDeployed(): boolean {
    return this.#isDeployed;
  }

  status(): AppServiceStatus {
    const isRunning = this.#state.phase === 'running';
    const web = this.spec?.ports.find(({ protocol }) => protocol === 'http');
    const status = { ...this.key, state: this.#state, replicasReady: isRunning ? 1 : 0, restarts: this.#restarts };
    return isRunning && web !== undefined ? { ...status, entryPointUrl: `http://${HOST}:${this.#ports.get(web.name)}` } : status;
  }

  /** @throws PORT_IN_USE; DEADLINE_EXCEEDED; CANCELLED */
  deploy(spec: AppServiceSpec, artifact: MemoryArtifact, signal: AbortSignal): Promise<AppServiceStatus> {
    return this.#inTurn(async () => {
      throwIfCancelled(signal, this.#deployment);
      if (this.#state.phase === 'running' && isDeepStrictEqual(this.spec, spec)) return this.status();
      await this.#end();
      this.#restarts = 0;
      this.#crashes = 0;
      this.spec = spec;
      this.#artifact = artifact;
      this.#state = { phase: 'starting' };
      try {
        await this.#pickPorts(spec);
        this.#launch();
        await this.#becomeHealthy(spec, signal);
        throwIfCancelled(signal, this.#deployment);
      } catch (error) {
        await this.#end();
        this.#state = { phase: 'error', reason: error instanceof Error ? error.message : 'it cannot be deployed' };
        throw error;
      }
      this.#isDeployed = true;
      return this.status();
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#end();
      this.#state = { phase: 'stopped' };
    });
  }

  /** @throws NOT_FOUND; CONFLICT; CANCELLED */
  async runCommand({ command, deadlineMs, environment }: CommandRequest, given: AbortSignal | undefined): Promise<RunResult> {
    if (this.#state.phase !== 'running') throw new BrokerError('CONFLICT', `app service "${this.key.appServiceId}" is ${this.#state.phase}; start it`);
    const { commands = {}, name } = this.#artifact ?? { name: '' };
    const run = commands[command];
    if (run === undefined) throw new BrokerError('NOT_FOUND', `artifact "${name}" declares no command "${command}"; it declares ${Object.keys(commands).join(', ') || 'none'}`);
    const output = new RunOutput(secretsOf(this.spec?.environment ?? {}));
    const deadline = AbortSignal.timeout(deadlineMs);
    const stopped = AbortSignal.any([this.#run.signal, ...(given === undefined ? [] : [given])]);
    const signal = AbortSignal.any([stopped, deadline]);
    const givenUp = new Promise<'given up'>((resolve) => signal.addEventListener('abort', () => resolve('given up'), { once: true }));
    const print = (_: 'out' | 'err', line: string): void => output.add(`${line}\n`);
    const code = await Promise.race([givenUp, run({ environment: { ...this.#environment(), ...environment }, print, signal })]);
    throwIfCancelled(stopped, `command "${command}"`);
    if (code === 'given up') return { end: 'late', problem: `it had not ended after ${deadlineMs} ms, and was ended`, output: output.toString() };
    return code === 0 ? { end: 'succeeded', output: output.toString() } : { end: 'failed', problem: `it ended with exit code ${code}`, output: output.toString() };
  }

  get #deployment(): string {
    return `deployment of app service "${this.key.appServiceId}"`;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #end(): Promise<void> {
    this.#run.abort();
    const app = this.#app;
    this.#app = undefined;
    await app?.close();
  }

  async #pickPorts({ ports }: AppServiceSpec): Promise<void> {
    const picked = new Map<string, number>();
    for (const { name, port } of ports) picked.set(name, await this.#pickPort(port, this.#ports.get(name)));
    this.#ports = picked;
  }

  /** A picked port is kept where it is still free; a fixed one is that or none. */
  async #pickPort(fixed: number | undefined, before: number | undefined): Promise<number> {
    if (fixed !== undefined) return loopbackPort(fixed);
    return loopbackPort(before ?? 0).catch(() => loopbackPort(0));
  }

  #launch(): void {
    const run = new AbortController();
    this.#run = run;
    const app = this.#artifact?.start({
      environment: this.#environment(),
      print: (stream, line) => void (run.signal.aborted || this.log.print(stream, line)),
      exit: (code) => void setImmediate(() => run.signal.aborted || void this.#crashed(code)),
    });
    this.#app = app;
  }

  #environment(): Record<string, string> {
    const { environment = {}, ports = [] } = this.spec ?? {};
    const numbers = ports.map((port) => [portVariable(port), String(this.#ports.get(port.name))] as const);
    const first = numbers[0] === undefined ? {} : { PORT: numbers[0][1] };
    return { ...environment, ...Object.fromEntries(numbers), ...first, HOST };
  }

  async #crashed(code: number): Promise<void> {
    const wasRunning = this.#state.phase === 'running';
    await this.#end();
    const run = new AbortController();
    this.#run = run;
    this.#crashes++;
    const reason = `ended with exit code ${code}`;
    if (this.#crashes >= GIVE_UP_AFTER) {
      this.#state = { phase: 'error', reason: `${reason}, ${this.#crashes} times in a row` };
      return;
    }
    this.#state = { phase: 'starting', reason };
    await delay(FIRST_PAUSE_MS * 2 ** this.#crashes, undefined, { signal: run.signal }).catch(() => undefined);
    if (run.signal.aborted) return;
    this.#restarts++;
    this.#launch();
    // A deployment under way watches the health itself.
    if (wasRunning && this.spec !== undefined) await this.#becomeHealthy(this.spec, this.#run.signal).catch(() => undefined);
  }

  /** @throws DEADLINE_EXCEEDED; CANCELLED */
  async #becomeHealthy({ healthCheck }: AppServiceSpec, signal: AbortSignal): Promise<void> {
    if (healthCheck !== undefined) await this.#passCheck(healthCheck, signal);
    throwIfCancelled(signal, this.#deployment);
    this.#state = { phase: 'running' };
  }

  async #passCheck({ path, port, intervalMs = 1_000, timeoutMs = 2_000, startWithinMs = 30_000 }: HealthCheck, signal: AbortSignal): Promise<void> {
    const giveUpAt = performance.now() + startWithinMs;
    while (!(await isHealthy(`http://${HOST}:${this.#ports.get(port)}${path}`, timeoutMs))) {
      throwIfCancelled(signal, this.#deployment);
      if (performance.now() > giveUpAt || this.#state.phase === 'error') throw this.#neverHealthy();
      await delay(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #neverHealthy(): BrokerError {
    const output = this.log.lastTexts(LAST_LINES).join('\n');
    return new BrokerError('DEADLINE_EXCEEDED', `app service "${this.key.appServiceId}" did not become healthy; see why in its last lines of output:\n${output}`);
  }
}

async function isHealthy(url: string, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), headers: { connection: 'close' } });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
