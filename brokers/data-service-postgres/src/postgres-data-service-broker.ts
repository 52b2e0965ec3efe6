import { join } from 'node:path';
import {
  BrokerError,
  BrokerErrorCode,
  CopyProtocol,
  type Binding,
  type CallOptions,
  type CopyDataServiceRequest,
  type CopyDataServiceResult,
  type CreateDataServiceRequest,
  type DataServiceBroker,
  type DataServiceBrokerInfo,
  type DataServiceHealth,
  type DataServiceStatus,
  type LongCallOptions,
  type Page,
  type PageRequest,
  type RunResult,
  type StatementsRequest,
  validateRunDeadline,
} from '@ocopea/broker-contract';
import { DirectoryLock, type InitialisePostgresOptions } from '@ocopea/embedded';
import { brokerErrorFrom } from './broker-error-from.js';
import { DedicatedPlan } from './dedicated-plan.js';
import { findPostgresPrograms } from './logical/postgres-programs.js';
import { ManagedService } from './managed-service.js';
import type { ByteStreamSource, DataServiceRecord, PostgresPlan } from './served-data-service.js';
import { SharedPlan } from './shared/shared-plan.js';
import { SharedServer, type SharedServerOptions } from './shared/shared-server.js';
import { throttleProgress } from './throttle-progress.js';

export interface PostgresDataServiceBrokerOptions {
  /** The broker's own folder; one process at a time. */
  readonly directory: string;
  /** How to run PostgreSQL when we are root. @default what works */
  readonly asRoot?: InitialisePostgresOptions['asRoot'];
  /** How often servers are looked at, to start again those that ended by themselves. @default 2000 */
  readonly superviseEveryMs?: number;
  /** An existing server. With it there is the plan `shared`. @default none */
  readonly sharedServer?: SharedServerOptions;
  /** Folders with `pg_dump` and `pg_restore`, looked in before the usual ones. @default none */
  readonly programDirectories?: readonly string[];
  /** Told, when the broker is opened, what is amiss with the shared server and does not keep it from opening, a sentence each. */
  readonly onWarning?: (reason: string) => void;
}

type Restore = { readonly format: string; readonly source: ByteStreamSource };

const version = '0.1.0';
const openAtOnce = 4;
const idPattern = /^[a-z0-9-]{1,63}$/;

/**
 * Opens the broker of the PostgreSQL data services in a folder. Those that were there are running when it resolves, whether
 * they had been stopped, had crashed, or had gone on while no broker was there; what interrupted calls left is gone.
 *
 * @throws EmbeddedError DIRECTORY_LOCKED another process has the folder; NOT_SUPPORTED no PostgreSQL runs on this machine;
 * BrokerError UNAVAILABLE, NOT_SUPPORTED the shared server cannot be used, saying why
 */
export async function createPostgresDataServiceBroker(options: PostgresDataServiceBrokerOptions): Promise<DataServiceBroker> {
  const lock = await DirectoryLock.take(options.directory);
  try {
    const broker = new PostgresDataServiceBroker(options, await openPlans(options), lock);
    await broker.openServices();
    return broker;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openPlans({ directory, asRoot, sharedServer, programDirectories, onWarning = () => undefined }: PostgresDataServiceBrokerOptions): Promise<readonly PostgresPlan[]> {
  const programs = await findPostgresPrograms(programDirectories);
  const dedicated = await DedicatedPlan.open({ directory, programs, ...(asRoot && { asRoot }) });
  if (sharedServer === undefined) return [dedicated];
  return [dedicated, await SharedPlan.open({ directory: join(directory, 'shared'), server: new SharedServer(sharedServer), programs, onWarning })];
}

class PostgresDataServiceBroker implements DataServiceBroker {
  readonly kind = 'data-service';
  private readonly services = new Map<string, ManagedService>();
  private readonly supervision: NodeJS.Timeout;
  private isClosed = false;

  constructor(
    options: PostgresDataServiceBrokerOptions,
    private readonly plans: readonly PostgresPlan[],
    private readonly lock: DirectoryLock,
  ) {
    this.supervision = setInterval(() => void this.supervise(), options.superviseEveryMs ?? 2_000).unref();
  }

  async openServices(): Promise<void> {
    const ids = await Promise.all(this.plans.map(async (plan) => (await plan.ids()).map((id) => ({ plan, id }))));
    const waiting = ids.flat();
    const openNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const service = await next.plan.open(next.id);
        // Folders appear complete; what is not, somebody else put there.
        if (service !== undefined) this.services.set(next.id, await ManagedService.start(service));
      }
    };
    await Promise.all(Array.from({ length: openAtOnce }, openNext));
  }

  async info(options?: CallOptions): Promise<DataServiceBrokerInfo> {
    this.begin('information was not given', options);
    return {
      product: 'postgres',
      version,
      description: 'PostgreSQL: servers on the machine of the Site, and databases on a server that is there already.',
      plans: this.plans.map(({ plan }) => plan),
      copyProtocols: [CopyProtocol.ByteStream],
      capabilities: { sizeEstimate: true, survivesBroker: true, barrier: true, statements: true },
    };
  }

  async create(request: CreateDataServiceRequest, options: LongCallOptions = {}): Promise<DataServiceStatus> {
    const record = this.checkedRecord(request);
    const { dataServiceId } = record;
    this.begin(`data service "${dataServiceId}" was not created`, options);
    const restoreFrom = this.checkedRestore(request);
    for (;;) {
      const found = this.services.get(dataServiceId);
      if (found === undefined) return this.createNew(record, restoreFrom, options);
      if (found.state.phase === 'removing') await found.ended;
      else if (JSON.stringify(found.record) !== JSON.stringify(record)) {
        throw new BrokerError(BrokerErrorCode.AlreadyExists, `data service "${dataServiceId}" exists with another plan or other settings; choose another id, or delete it first`);
      } else if (found.state.phase === 'creating') await found.ended;
      else if (found.state.phase === 'error') {
        throw new BrokerError(BrokerErrorCode.Conflict, `data service "${dataServiceId}" exists and failed; delete it first`);
      } else return found.status();
    }
  }

  private async createNew(record: DataServiceRecord, restoreFrom: Restore | undefined, options: LongCallOptions): Promise<DataServiceStatus> {
    const { dataServiceId } = record;
    const plan = this.planOf(record.planId);
    const managed = ManagedService.creating(record);
    this.services.set(dataServiceId, managed);
    const signal = managed.signalWith(options.signal);
    const progress = throttleProgress((done) => {
      managed.progressed(done);
      options.onProgress?.(done);
    });
    try {
      const service = await plan.create({ record, ...(restoreFrom && { restoreFrom }), onProgress: progress.report, signal });
      progress.flush();
      await managed.run(service, signal);
      return managed.status();
    } catch (error) {
      await this.undoCreation(plan, managed);
      throw brokerErrorFrom(error, `data service "${dataServiceId}" was not created`, signal);
    }
  }

  /** A creation that fails after the data service appeared was only not started; nothing of it stays either. */
  private async undoCreation(plan: PostgresPlan, managed: ManagedService): Promise<void> {
    const { dataServiceId } = managed.record;
    try {
      await managed.stop(0);
      await plan.remove(dataServiceId);
    } finally {
      this.services.delete(dataServiceId);
      managed.end();
    }
  }

  async get(dataServiceId: string, options?: CallOptions): Promise<DataServiceStatus> {
    this.begin(`data service "${dataServiceId}" was not looked up`, options);
    return this.find(dataServiceId).status();
  }

  async list(page: PageRequest = {}, options?: CallOptions): Promise<Page<DataServiceStatus>> {
    this.begin('data services were not listed', options);
    const limit = page.limit ?? 100;
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new BrokerError(BrokerErrorCode.InvalidRequest, 'limit must be a whole number from 1 to 1000');
    const ids = [...this.services.keys()].sort().filter((id) => page.after === undefined || id > page.after);
    const items = ids.slice(0, limit).map((id) => this.services.get(id)!.status());
    return ids.length > limit ? { items, next: ids[limit - 1]! } : { items };
  }

  async delete(dataServiceId: string, options: LongCallOptions = {}): Promise<void> {
    const what = `data service "${dataServiceId}" was not deleted`;
    this.begin(what, options);
    const found = this.services.get(dataServiceId);
    if (found === undefined) return;
    if (found.state.phase === 'removing') return found.ended;
    if (found.state.phase === 'creating') {
      found.endWork(new BrokerError(BrokerErrorCode.Conflict, `data service "${dataServiceId}" was deleted while it was created`));
      await found.ended;
      // It may have been complete a moment before.
      return this.delete(dataServiceId, options);
    }
    found.removing(new BrokerError(BrokerErrorCode.Conflict, `data service "${dataServiceId}" was deleted`));
    try {
      await found.stop(0);
      await this.planOf(found.record.planId).remove(dataServiceId);
      this.services.delete(dataServiceId);
    } catch (error) {
      found.failed('it could not be removed; delete it again');
      throw brokerErrorFrom(error, what);
    } finally {
      found.end();
    }
  }

  async bind({ dataServiceId, bindingId }: { readonly dataServiceId: string; readonly bindingId: string }, options?: CallOptions): Promise<Binding> {
    const what = `binding "${bindingId}" of data service "${dataServiceId}" was not made`;
    this.begin(what, options);
    return this.attempt(what, () => this.find(dataServiceId).inTurn((service) => service.bind(bindingId)));
  }

  async unbind({ dataServiceId, bindingId }: { readonly dataServiceId: string; readonly bindingId: string }, options?: CallOptions): Promise<void> {
    const what = `binding "${bindingId}" of data service "${dataServiceId}" was not removed`;
    this.begin(what, options);
    const found = this.services.get(dataServiceId);
    // One that is being made has no bindings yet, one that is being removed soon has none.
    if (found === undefined || found.state.phase === 'creating' || found.state.phase === 'removing') return;
    await this.attempt(what, () => found.inTurn((service) => service.unbind(bindingId)));
  }

  async health(dataServiceId: string, options?: CallOptions): Promise<DataServiceHealth> {
    this.begin(`health of data service "${dataServiceId}" was not measured`, options);
    const { state, service } = this.find(dataServiceId);
    if (state.phase !== 'running' || service === undefined) {
      return { state: 'unhealthy', reason: state.phase === 'error' ? state.reason : `it is ${state.phase}`, figures: {} };
    }
    return service.health();
  }

  async estimateCopySize({ dataServiceId, format }: { readonly dataServiceId: string; readonly format: string }, options?: CallOptions): Promise<number> {
    const what = `the size of a copy of data service "${dataServiceId}" was not estimated`;
    this.begin(what, options);
    const found = this.find(dataServiceId);
    this.checkFormat(format, found.record.planId, 'writesFormats');
    return this.attempt(what, () => found.running().copyBytes(format));
  }

  async copy({ dataServiceId, copyPartId, format, target, barrier }: CopyDataServiceRequest, options: LongCallOptions = {}): Promise<CopyDataServiceResult> {
    const what = `data service "${dataServiceId}" was not copied`;
    this.begin(what, options);
    const managed = this.find(dataServiceId);
    this.checkFormat(format, managed.record.planId, 'writesFormats');
    if (target.protocol !== CopyProtocol.ByteStream) throw protocolNotSupported(target.protocol);
    const service = managed.running();
    const signal = managed.signalWith(options.signal);
    const progress = throttleProgress(options.onProgress);
    try {
      const { part, at, lsn, warnings } = await managed.copying(copyPartId, () => service.copy({ format, label: copyPartId, target, signal, onProgress: progress.report, ...(barrier && { barrier }) }));
      options.onProgress?.({ bytesDone: part.logicalBytes, bytesTotal: part.logicalBytes });
      return { part, consistencyPoint: { at, marker: lsn }, warnings };
    } catch (error) {
      throw brokerErrorFrom(error, what, signal);
    }
  }

  async quiesce(): Promise<void> {
    throw new BrokerError(BrokerErrorCode.NotSupported, 'PostgreSQL data services cannot be quiesced; their copies are consistent without it');
  }

  async resume(): Promise<void> {
    // There are no holds, and ending an unknown one is success.
  }

  async runStatements({ dataServiceId, statements, deadlineMs }: StatementsRequest, options: CallOptions = {}): Promise<RunResult> {
    const what = `statements were not run in data service "${dataServiceId}"`;
    this.begin(what, options);
    validateRunDeadline(deadlineMs, `statements for data service "${dataServiceId}"`);
    const managed = this.find(dataServiceId);
    const signal = managed.signalWith(options.signal);
    try {
      return await managed.runStatements({ statements, deadlineMs, signal });
    } catch (error) {
      throw brokerErrorFrom(error, what, signal);
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.supervision);
    await Promise.all([...this.services.values()].map((managed) => managed.close()));
    await this.lock.release();
  }

  /** The checks that every call begins with. */
  private begin(what: string, options: CallOptions | undefined): void {
    if (this.isClosed) throw new BrokerError(BrokerErrorCode.Unavailable, `${what}: the broker is closed; open it again`);
    if (options?.signal?.aborted) throw new BrokerError(BrokerErrorCode.Cancelled, `${what}: it was cancelled`);
  }

  private find(dataServiceId: string): ManagedService {
    const found = this.services.get(dataServiceId);
    if (found === undefined) throw new BrokerError(BrokerErrorCode.NotFound, `there is no data service "${dataServiceId}"; create it first`);
    return found;
  }

  private async attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw brokerErrorFrom(error, what);
    }
  }

  private checkedRecord({ dataServiceId, planId, settings = {} }: CreateDataServiceRequest): DataServiceRecord {
    if (!idPattern.test(dataServiceId)) throw new BrokerError(BrokerErrorCode.InvalidRequest, `dataServiceId "${dataServiceId.slice(0, 100)}" must be 1 to 63 of a-z, 0-9 and -`);
    return { formatVersion: 1, dataServiceId, planId, settings: this.planOf(planId).completeSettings(settings) };
  }

  private checkedRestore({ planId, restoreFrom }: CreateDataServiceRequest): Restore | undefined {
    if (restoreFrom === undefined) return undefined;
    const { format, source } = restoreFrom;
    this.checkFormat(format, planId, 'restoresFormats');
    if (source.protocol !== CopyProtocol.ByteStream) throw protocolNotSupported(source.protocol);
    return { format, source };
  }

  private checkFormat(format: string, planId: string, use: 'writesFormats' | 'restoresFormats'): void {
    const supported = this.planOf(planId).plan[use];
    if (supported.includes(format)) return;
    const elsewhere = use === 'restoresFormats' && format.startsWith('postgres-physical/') ? '; a physical copy is restored by its own major version on its own architecture only: take one in a logical format (postgres-logical/…) to restore it here' : '';
    throw new BrokerError(BrokerErrorCode.NotSupported, `format "${format}" is none of plan "${planId}"; it has [${supported.join(', ')}]${elsewhere}`);
  }

  private planOf(planId: string): PostgresPlan {
    const found = this.plans.find(({ plan }) => plan.id === planId);
    if (found !== undefined) return found;
    throw new BrokerError(BrokerErrorCode.InvalidRequest, `planId "${planId}" is none of this broker's; it has ${this.plans.map(({ plan }) => `"${plan.id}"`).join(', ')}`);
  }

  private async supervise(): Promise<void> {
    for (const managed of this.services.values()) await managed.superviseOnce();
    for (const plan of this.plans) await plan.tidyUp();
  }
}

function protocolNotSupported(protocol: string): BrokerError {
  return new BrokerError(BrokerErrorCode.NotSupported, `copy protocol "${protocol}" is not spoken by this broker; it speaks [${CopyProtocol.ByteStream}]`);
}
