import { BrokerError, BrokerErrorCode, type DataServiceState, type DataServiceStatus, type RunResult, type WorkProgress } from '@ocopea/broker-contract';
import { countQuickFailures, decideRestart, type RestartPolicy } from '@ocopea/embedded';
import type { StatementsRun } from './run-statements.js';
import type { DataServiceRecord, ServedDataService } from './served-data-service.js';

const restartPolicy: RestartPolicy = { initialDelayMs: 1_000, maxDelayMs: 60_000, quickFailureMs: 60_000, giveUpAfter: 10 };

/** A data service in this process: its state, what is under way on it, and the supervision of its server. */
export class ManagedService {
  private currentState: DataServiceState;
  private managed: ServedDataService | undefined;
  private readonly work = new AbortController();
  private readonly copies = new Map<string, Promise<unknown>>();
  private lastRun: Promise<unknown> = Promise.resolve();
  private turn: Promise<unknown> = Promise.resolve();
  private readonly quickFailures = { count: 0, lastStart: 0, notBefore: 0 };
  private isSupervising = false;
  private finish: () => void = () => undefined;
  /** Settles when the creation or the removal under way has ended, whichever way. */
  ended: Promise<void>;

  private constructor(
    readonly record: DataServiceRecord,
    state: DataServiceState,
  ) {
    this.currentState = state;
    this.ended = new Promise((resolve) => (this.finish = resolve));
  }

  /** One that is being made. */
  static creating(record: DataServiceRecord): ManagedService {
    return new ManagedService(record, { phase: 'creating' });
  }

  /** One that was there, running again or, if that fails, in `error`. */
  static async start(service: ServedDataService): Promise<ManagedService> {
    const managed = new ManagedService(service.record, { phase: 'creating' });
    await managed.run(service).catch(() => {
      managed.managed = service;
      managed.failed('its PostgreSQL server does not start; its log says why');
    });
    return managed;
  }

  get state(): DataServiceState {
    return this.currentState;
  }

  get service(): ServedDataService | undefined {
    return this.managed;
  }

  status(): DataServiceStatus {
    const { dataServiceId, planId } = this.record;
    return { dataServiceId, planId, state: this.currentState };
  }

  /** Aborts with the caller's signal, or when the work on this data service is ended. */
  signalWith(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.work.signal : AbortSignal.any([signal, this.work.signal]);
  }

  progressed(progress: WorkProgress): void {
    if (this.currentState.phase === 'creating') this.currentState = { phase: 'creating', progress };
  }

  /** Starts the server; the creation has ended then. */
  async run(service: ServedDataService, signal?: AbortSignal): Promise<void> {
    this.managed = service;
    await service.start(signal);
    signal?.throwIfAborted();
    this.quickFailures.lastStart = Date.now();
    this.currentState = { phase: 'running' };
    this.end();
  }

  failed(reason: string): void {
    this.currentState = { phase: 'error', reason };
    this.end();
  }

  /** Ends creation and copies with this error. */
  endWork(reason: BrokerError): void {
    this.work.abort(reason);
  }

  removing(reason: BrokerError): void {
    this.currentState = { phase: 'removing' };
    this.ended = new Promise((resolve) => (this.finish = resolve));
    this.endWork(reason);
  }

  /** Creation or removal is over. */
  end(): void {
    this.finish();
  }

  /** Waits for copies and runs, whose signal was aborted, and ends the server. @param graceMs how long the server may write its changes */
  async stop(graceMs: number): Promise<void> {
    await Promise.allSettled([...this.copies.values(), this.lastRun]);
    await this.managed?.stop(graceMs);
  }

  /** Ends all work and stops the server cleanly. */
  async close(): Promise<void> {
    const { phase } = this.currentState;
    this.endWork(new BrokerError(BrokerErrorCode.Unavailable, `work on data service "${this.record.dataServiceId}" ended, since its broker was closed`));
    if (phase === 'creating' || phase === 'removing') await this.ended;
    await this.turn;
    await this.stop(30_000);
  }

  /** @throws CONFLICT */
  running(): ServedDataService {
    if (this.currentState.phase === 'running' && this.managed !== undefined) return this.managed;
    throw new BrokerError(BrokerErrorCode.Conflict, `data service "${this.record.dataServiceId}" is not running but ${this.currentState.phase}; wait until it runs`);
  }

  /** One after the other: two calls for one binding would both make its role. @throws CONFLICT */
  inTurn<T>(work: (service: ServedDataService) => Promise<T>): Promise<T> {
    const result = this.turn.then(() => work(this.running()));
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** @throws CONFLICT a copy with this id is under way */
  async copying<T>(copyPartId: string, work: () => Promise<T>): Promise<T> {
    if (this.copies.has(copyPartId)) throw new BrokerError(BrokerErrorCode.Conflict, `copy part "${copyPartId}" of data service "${this.record.dataServiceId}" is being written already; wait for it, or choose another id`);
    const copy = work();
    this.copies.set(copyPartId, copy);
    try {
      return await copy;
    } finally {
      this.copies.delete(copyPartId);
    }
  }

  /** One after the other. @throws CONFLICT */
  async runStatements(run: StatementsRun): Promise<RunResult> {
    const service = this.running();
    const result = this.lastRun.then(() => {
      run.signal.throwIfAborted();
      return service.runStatements(run);
    });
    this.lastRun = result.catch(() => undefined);
    return result;
  }

  /** Starts the server again if it has ended by itself. Never throws. */
  async superviseOnce(): Promise<void> {
    const service = this.managed;
    if (this.isSupervising || this.currentState.phase !== 'running' || service === undefined || Date.now() < this.quickFailures.notBefore) return;
    this.isSupervising = true;
    try {
      if (await service.isRunning()) return;
      // It was stopped on purpose while we looked.
      if (this.work.signal.aborted) return;
      this.quickFailures.count = countQuickFailures(restartPolicy, this.quickFailures.count, Date.now() - this.quickFailures.lastStart);
      const decision = decideRestart(restartPolicy, this.quickFailures.count);
      if (decision.action === 'give-up') return this.failed('its PostgreSQL server ends again and again; its log says why');
      this.quickFailures.notBefore = Date.now() + decision.delayMs;
      this.quickFailures.lastStart = Date.now();
      await service.start();
    } catch {
      // Counted as a quick failure at the next look.
    } finally {
      this.isSupervising = false;
    }
  }
}
