import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readDurableJson, writeDurableFile } from './durable-file.js';
import { OutputLog } from './output-log.js';
import { endProcess, isAlive, signalGroup, type ProcessIdentity } from './process-identity.js';
import { countQuickFailures, decideRestart, type RestartPolicy } from './restart-policy.js';
import { spawnGated } from './spawn-gated.js';

export interface SupervisedProcessOptions {
  /** A folder for this process alone (made, 0700): its identity and its output. */
  readonly directory: string;
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. Never written down. */
  readonly environment: Readonly<Record<string, string>>;
  /** @default {} with its defaults; `never` makes any end `failed` */
  readonly restart?: RestartPolicy | 'never';
  /** Bounds of each of the two logs. */
  readonly output?: { readonly maxFileBytes?: number; readonly keepFiles?: number };
  /** How often an adopted process, which gives no event when it ends, is looked at, and how often logs are. @default 500 */
  readonly pollMs?: number;
}

/**
 * `backing-off`: it ended and waits to be started again. `failed`: given up; only `start` brings it back.
 * In both, `reason` is a sentence for people, without output of the process.
 */
export type SupervisedState =
  | { readonly phase: 'stopped' }
  | { readonly phase: 'running'; readonly identity: ProcessIdentity; readonly since: Date; readonly adopted: boolean }
  | { readonly phase: 'backing-off'; readonly reason: string; readonly until: Date }
  | { readonly phase: 'failed'; readonly reason: string };

/**
 * A process that is kept running, in a group of its own. Its output goes into files and its identity is written down, so
 * it goes on when we are killed, and the next one of us adopts it.
 *
 * Methods may be called at any time and run one after the other.
 */
export class SupervisedProcess {
  /** Output of the process, in files that outlive both. */
  readonly out: OutputLog;
  readonly err: OutputLog;
  private current: SupervisedState = { phase: 'stopped' };
  private restartCount = 0;
  private quickFailures = 0;
  private readonly listeners = new Set<(state: SupervisedState) => void>();
  private queue: Promise<unknown> = Promise.resolve();
  private watching = new AbortController();

  constructor(private readonly options: SupervisedProcessOptions) {
    this.out = new OutputLog({ ...options.output, directory: options.directory, name: 'out' });
    this.err = new OutputLog({ ...options.output, directory: options.directory, name: 'err' });
  }

  get state(): SupervisedState {
    return this.current;
  }

  /** Restarts since this object was made. */
  get restarts(): number {
    return this.restartCount;
  }

  /** Calls back at each change of state until the returned function is called. */
  onChange(listener: (state: SupervisedState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes over the process that an earlier supervisor of this folder left running. False when there is none. */
  adopt(): Promise<boolean> {
    return this.inTurn(async () => {
      if (this.current.phase === 'running') return true;
      const identity = await readDurableJson<ProcessIdentity>(this.identityPath);
      if (identity === undefined || !isAlive(identity)) return false;
      // An earlier supervisor may have held it.
      signalGroup(identity, 'SIGCONT');
      this.enter({ phase: 'running', identity, since: new Date(), adopted: true });
      this.watch(identity);
      return true;
    });
  }

  /**
   * Starts it, unless it runs; adopts one left running. Resolves once the process is there, which says nothing of its health.
   * @throws START_FAILED
   */
  async start(): Promise<void> {
    if (await this.adopt()) return;
    await this.inTurn(async () => {
      this.quickFailures = 0;
      await this.launch();
    });
  }

  /** Ends the process and its group, and does not start it again. Idempotent. @throws STOP_FAILED */
  stop(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.stopWatching();
    return this.inTurn(async () => {
      this.stopWatching();
      const identity = this.current.phase === 'running' ? this.current.identity : await readDurableJson<ProcessIdentity>(this.identityPath);
      if (identity !== undefined) await endProcess(identity, options);
      await rm(this.identityPath, { force: true });
      this.enter({ phase: 'stopped' });
    });
  }

  /** Ends a process that runs but does not do its work, and goes on as if it had failed for this reason. */
  fail(reason: string, options: { readonly graceMs?: number } = {}): Promise<void> {
    return this.inTurn(async () => {
      if (this.current.phase !== 'running') return;
      const { identity, since } = this.current;
      this.stopWatching();
      await endProcess(identity, options);
      await this.ended(since, reason);
    });
  }

  /** Stops supervising and leaves the process as it is, for another supervisor to adopt. */
  release(): Promise<void> {
    this.stopWatching();
    return this.inTurn(async () => {
      this.stopWatching();
    });
  }

  private get identityPath(): string {
    return join(this.options.directory, 'process.json');
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  private enter(state: SupervisedState): void {
    this.current = state;
    for (const listener of this.listeners) listener(state);
  }

  private stopWatching(): void {
    this.watching.abort();
    this.watching = new AbortController();
  }

  private async launch(): Promise<void> {
    await mkdir(this.options.directory, { recursive: true, mode: 0o700 });
    await using out = await this.out.openForAppend();
    await using err = await this.err.openForAppend();
    const { command, cwd, environment } = this.options;
    const { child, identity } = await spawnGated({
      command,
      cwd,
      environment,
      stdout: out.fd,
      stderr: err.fd,
      beforeRun: (started) => writeDurableFile(this.identityPath, JSON.stringify(started)),
    });
    const since = new Date();
    // While it runs we need not: whoever wants to wait for it holds something of their own.
    child.unref();
    const watched = this.watch(identity);
    child.once('exit', (code, signal) => {
      const how = signal === null ? `ended with exit code ${code ?? 0}` : `was ended by ${signal}`;
      void this.inTurn(() => (watched.aborted ? Promise.resolve() : this.ended(since, how)));
    });
    this.enter({ phase: 'running', identity, since, adopted: false });
  }

  /** Looks after logs, and after the end of a process that is not our child. */
  private watch(identity: ProcessIdentity): AbortSignal {
    this.stopWatching();
    const { signal } = this.watching;
    void this.pollUntilEnded(identity, signal);
    return signal;
  }

  private async pollUntilEnded(identity: ProcessIdentity, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await delay(this.options.pollMs ?? 500, undefined, { signal, ref: false });
      } catch {
        return;
      }
      // A full disk or a missing folder must not end the supervision.
      await Promise.allSettled([this.out.rotateIfNeeded(), this.err.rotateIfNeeded()]);
      if (signal.aborted || isAlive(identity)) continue;
      const state = this.current;
      if (state.phase !== 'running' || !state.adopted) return;
      return this.inTurn(() => (signal.aborted ? Promise.resolve() : this.ended(state.since, 'ended')));
    }
  }

  private async ended(since: Date, how: string): Promise<void> {
    this.stopWatching();
    // What its group left behind would hold the ports of the next run.
    await this.endGroup();
    await rm(this.identityPath, { force: true });
    const policy = this.options.restart ?? {};
    if (policy === 'never') return this.enter({ phase: 'failed', reason: how });
    this.quickFailures = countQuickFailures(policy, this.quickFailures, Date.now() - since.getTime());
    const decision = decideRestart(policy, this.quickFailures);
    if (decision.action === 'give-up') return this.enter({ phase: 'failed', reason: `${how}, ${this.quickFailures} times in a row soon after its start` });
    this.enter({ phase: 'backing-off', reason: how, until: new Date(Date.now() + decision.delayMs) });
    void this.restartAfter(decision.delayMs, this.watching.signal);
  }

  private async endGroup(): Promise<void> {
    if (this.current.phase !== 'running') return;
    const { pid } = this.current.identity;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // No member is left, the usual case.
    }
  }

  private async restartAfter(delayMs: number, signal: AbortSignal): Promise<void> {
    try {
      await delay(delayMs, undefined, { signal });
    } catch {
      return;
    }
    await this.inTurn(async () => {
      if (signal.aborted) return;
      this.restartCount++;
      try {
        await this.launch();
      } catch (error) {
        await this.ended(new Date(), error instanceof Error ? error.message : 'cannot be started');
      }
    });
  }
}
