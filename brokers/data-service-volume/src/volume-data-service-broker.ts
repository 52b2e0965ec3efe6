import { mkdir } from 'node:fs/promises';
import {
  BrokerError,
  BrokerErrorCode,
  CopyProtocol,
  ProgressMeter,
  type Binding,
  type CallOptions,
  type CopyDataServiceRequest,
  type CopyDataServiceResult,
  type CreateDataServiceRequest,
  type DataServiceBroker,
  type DataServiceBrokerInfo,
  type DataServiceHealth,
  type DataServiceState,
  type DataServiceStatus,
  type LongCallOptions,
  type Page,
  type PageRequest,
  type RunResult,
} from '@ocopea/broker-contract';
import { DirectoryLock, ServiceFolders } from '@ocopea/embedded';
import { brokerErrorFrom } from './broker-error-from.js';
import { requirePosixCalls } from './posix-calls.js';
import { TreeCopy } from './tree-copy.js';
import { treeFormat } from './tree-record.js';
import { Volume, type VolumeRecord } from './volume.js';

export interface VolumeDataServiceBrokerOptions {
  /** The broker's own folder; one process at a time. The content of the volumes lies in it. */
  readonly directory: string;
}

const planId = 'directory';
const idPattern = /^[a-z0-9-]{1,63}$/;
const healthTimeoutMs = 1_000;
/** A larger tree is estimated as what was seen of it. */
const estimateMs = 5_000;
/** Below it, writers fail soon. */
const fewBytes = 64 * 1024 * 1024;

const info: DataServiceBrokerInfo = {
  product: 'volume',
  version: '0.1.0',
  description: 'Directory trees on the machine of the Site.',
  plans: [
    {
      id: planId,
      name: 'Directory',
      description: 'A folder on the machine of the Site, copied with owners, permissions, times, links, holes and extended attributes.',
      price: '',
      protocols: [{ name: 'volume', version: '1' }],
      writesFormats: [treeFormat],
      restoresFormats: [treeFormat],
      settings: [],
    },
  ],
  copyProtocols: [CopyProtocol.ByteStream],
  capabilities: { sizeEstimate: true, survivesBroker: true, barrier: true },
};

/**
 * Opens the broker of the volumes in a folder. What interrupted calls left is gone when it resolves.
 *
 * @throws EmbeddedError DIRECTORY_LOCKED another process has the folder; BrokerError NOT_SUPPORTED on this machine
 */
export async function createVolumeDataServiceBroker({ directory }: VolumeDataServiceBrokerOptions): Promise<DataServiceBroker> {
  requirePosixCalls();
  const lock = await DirectoryLock.take(directory);
  try {
    const folders = await ServiceFolders.open(directory);
    const broker = new VolumeDataServiceBroker(folders, lock);
    await broker.openVolumes();
    return broker;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A volume in this process: its state, and what is under way on it. */
interface ManagedVolume {
  readonly record: VolumeRecord;
  state: DataServiceState;
  volume?: Volume;
  /** Ends creation and copies. */
  readonly work: AbortController;
  readonly underWay: Set<Promise<unknown>>;
}

class VolumeDataServiceBroker implements DataServiceBroker {
  readonly kind = 'data-service';
  readonly #volumes = new Map<string, ManagedVolume>();
  #isClosed = false;

  constructor(
    private readonly folders: ServiceFolders,
    private readonly lock: DirectoryLock,
  ) {}

  async openVolumes(): Promise<void> {
    for (const id of await this.folders.ids()) {
      const volume = await Volume.open(this.folders.service(id));
      if (volume !== undefined) this.#volumes.set(id, { ...managed(volume.record), volume, state: { phase: 'running' } });
    }
  }

  async info(options?: CallOptions): Promise<DataServiceBrokerInfo> {
    this.#begin('information was not given', options);
    return info;
  }

  async create(request: CreateDataServiceRequest, options: LongCallOptions = {}): Promise<DataServiceStatus> {
    const { dataServiceId } = request;
    this.#begin(`data service "${dataServiceId}" was not created`, options);
    const record = checkedRecord(request);
    for (let found = this.#volumes.get(dataServiceId); found !== undefined; found = this.#volumes.get(dataServiceId)) {
      if (found.state.phase === 'running') return statusOf(found);
      if (found.state.phase === 'error') throw new BrokerError(BrokerErrorCode.Conflict, `data service "${dataServiceId}" exists and failed; delete it first`);
      await Promise.allSettled(found.underWay);
    }
    const volume = managed(record);
    this.#volumes.set(dataServiceId, volume);
    return during(volume, this.#fill(volume, request.restoreFrom, options));
  }

  async #fill(made: ManagedVolume, restoreFrom: CreateDataServiceRequest['restoreFrom'], { onProgress, signal: given }: LongCallOptions): Promise<DataServiceStatus> {
    const { dataServiceId } = made.record;
    const signal = signalOf(made, given);
    const source = restoreFrom?.source.protocol === CopyProtocol.ByteStream ? restoreFrom.source : undefined;
    const meter = new ProgressMeter((progress) => {
      if (made.state.phase === 'creating') made.state = { phase: 'creating', progress };
      onProgress?.(progress);
    }, source?.logicalBytes);
    const workDirectory = this.folders.newWork(dataServiceId);
    try {
      const directory = this.folders.service(dataServiceId);
      const onTaken = (bytes: number) => meter.add(bytes);
      made.volume = await Volume.create({ record: made.record, workDirectory, directory, ...(source && { restoreFrom: source }), onTaken, signal });
      if (source !== undefined) meter.end();
      made.state = { phase: 'running' };
      return statusOf(made);
    } catch (error) {
      await this.folders.removeWork(workDirectory);
      this.#volumes.delete(dataServiceId);
      throw brokerErrorFrom(error, `data service "${dataServiceId}" was not created`, signal);
    }
  }

  async get(dataServiceId: string, options?: CallOptions): Promise<DataServiceStatus> {
    this.#begin(`data service "${dataServiceId}" was not looked up`, options);
    return statusOf(this.#find(dataServiceId));
  }

  async list({ after = '', limit = 100 }: PageRequest = {}, options?: CallOptions): Promise<Page<DataServiceStatus>> {
    this.#begin('data services were not listed', options);
    const ids = [...this.#volumes.keys()].filter((id) => id > after).sort();
    const items = ids.slice(0, limit).map((id) => statusOf(this.#find(id)));
    const next = ids.length > limit ? ids[limit - 1] : undefined;
    return { items, ...(next !== undefined && { next }) };
  }

  async delete(dataServiceId: string, options: LongCallOptions = {}): Promise<void> {
    const what = `data service "${dataServiceId}" was not deleted`;
    this.#begin(what, options);
    const found = this.#volumes.get(dataServiceId);
    if (found === undefined) return;
    found.work.abort(new BrokerError(BrokerErrorCode.Conflict, `data service "${dataServiceId}" was deleted`));
    await Promise.allSettled(found.underWay);
    // A creation that was ended has removed it, and so has a delete at the same time.
    if (this.#volumes.get(dataServiceId) !== found) return;
    found.state = { phase: 'removing' };
    const removal = this.folders.removeService(dataServiceId).then(
      () => this.#volumes.delete(dataServiceId),
      (error: unknown) => {
        found.state = { phase: 'error', reason: 'it could not be removed; delete it again' };
        throw brokerErrorFrom(error, what);
      },
    );
    await during(found, removal);
  }

  async bind({ dataServiceId, bindingId }: { readonly dataServiceId: string; readonly bindingId: string }, options?: CallOptions): Promise<Binding> {
    const what = `binding "${bindingId}" of data service "${dataServiceId}" was not made`;
    this.#begin(what, options);
    const { volume } = this.#running(dataServiceId);
    return volume.bind(bindingId).catch((error: unknown) => Promise.reject(brokerErrorFrom(error, what)));
  }

  async unbind({ dataServiceId, bindingId }: { readonly dataServiceId: string; readonly bindingId: string }, options?: CallOptions): Promise<void> {
    const what = `binding "${bindingId}" of data service "${dataServiceId}" was not removed`;
    this.#begin(what, options);
    const found = this.#volumes.get(dataServiceId);
    if (found?.state.phase !== 'running') return;
    await found.volume?.unbind(bindingId).catch((error: unknown) => Promise.reject(brokerErrorFrom(error, what)));
  }

  async health(dataServiceId: string, options?: CallOptions): Promise<DataServiceHealth> {
    this.#begin(`health of data service "${dataServiceId}" was not measured`, options);
    const { state, volume } = this.#find(dataServiceId);
    if (state.phase !== 'running' || volume === undefined) return { state: 'unhealthy', reason: `it is ${state.phase}`, figures: {} };
    try {
      const freeBytes = await volume.freeBytes();
      const { sizeBytes, entries, isWhole } = await volume.figures(healthTimeoutMs, options?.signal);
      const figures = isWhole ? { sizeBytes, entries, freeBytes } : { sizeBytesAtLeast: sizeBytes, entriesAtLeast: entries, freeBytes };
      return freeBytes < fewBytes ? { state: 'degraded', reason: 'its disk is nearly full', figures } : { state: 'healthy', figures };
    } catch {
      return { state: 'unhealthy', reason: 'its folder cannot be read', figures: {} };
    }
  }

  async estimateCopySize({ dataServiceId, format }: { readonly dataServiceId: string; readonly format: string }, options?: CallOptions): Promise<number> {
    const what = `the size of a copy of data service "${dataServiceId}" was not estimated`;
    this.#begin(what, options);
    this.#find(dataServiceId);
    checkFormat(format);
    const { volume, work } = this.#running(dataServiceId);
    const { sizeBytes, entries } = await volume.figures(estimateMs, options?.signal ?? work.signal).catch((error: unknown) => Promise.reject(brokerErrorFrom(error, what, options?.signal)));
    return sizeBytes + entries * 100;
  }

  async copy({ dataServiceId, format, target, barrier }: CopyDataServiceRequest, options: LongCallOptions = {}): Promise<CopyDataServiceResult> {
    const what = `data service "${dataServiceId}" was not copied`;
    this.#begin(what, options);
    this.#find(dataServiceId);
    checkFormat(format);
    if (target.protocol !== CopyProtocol.ByteStream) throw protocolNotSupported(target.protocol);
    const found = this.#running(dataServiceId);
    const signal = signalOf(found, options.signal);
    const notesDirectory = this.folders.newWork(dataServiceId);
    const meter = new ProgressMeter(options.onProgress);
    const copying = async (): Promise<CopyDataServiceResult> => {
      try {
        await mkdir(notesDirectory, { mode: 0o700 });
        const copy = new TreeCopy({ root: found.volume.content, notesDirectory, signal, ...(barrier && { barrier }) });
        const part = await target.accept(given(copy, signal, meter));
        meter.end();
        return { part, consistencyPoint: { at: copy.point as Date }, warnings: copy.warnings };
      } catch (error) {
        throw brokerErrorFrom(error, what, signal);
      } finally {
        await this.folders.removeWork(notesDirectory);
      }
    };
    return during(found, copying());
  }

  async quiesce(): Promise<void> {
    throw new BrokerError(BrokerErrorCode.NotSupported, 'volumes cannot be quiesced; pause the app services that write to them');
  }

  async resume(): Promise<void> {
    // There are no holds, and ending an unknown one is success.
  }

  async runStatements(): Promise<RunResult> {
    throw new BrokerError(BrokerErrorCode.NotSupported, 'a volume takes no statements; run a command in an app service that has it');
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const volumes = [...this.#volumes.values()];
    for (const { record, work } of volumes) work.abort(new BrokerError(BrokerErrorCode.Unavailable, `work on data service "${record.dataServiceId}" ended, since its broker was closed`));
    await Promise.allSettled(volumes.flatMap(({ underWay }) => [...underWay]));
    await this.lock.release();
  }

  /** The checks that every call begins with. */
  #begin(what: string, options: CallOptions | undefined): void {
    if (this.#isClosed) throw new BrokerError(BrokerErrorCode.Unavailable, `${what}: the broker is closed; open it again`);
    if (options?.signal?.aborted) throw new BrokerError(BrokerErrorCode.Cancelled, `${what}: it was cancelled`);
  }

  #find(dataServiceId: string): ManagedVolume {
    const found = this.#volumes.get(dataServiceId);
    if (found === undefined) throw new BrokerError(BrokerErrorCode.NotFound, `there is no data service "${dataServiceId}"; list those there are`);
    return found;
  }

  #running(dataServiceId: string): ManagedVolume & { readonly volume: Volume } {
    const found = this.#find(dataServiceId);
    if (found.state.phase === 'running' && found.volume !== undefined) return found as ManagedVolume & { readonly volume: Volume };
    throw new BrokerError(BrokerErrorCode.Conflict, `data service "${dataServiceId}" is not running but ${found.state.phase}; wait until it runs`);
  }
}

function managed(record: VolumeRecord): ManagedVolume {
  return { record, state: { phase: 'creating' }, work: new AbortController(), underWay: new Set() };
}

function statusOf({ record: { dataServiceId, planId: plan }, state }: ManagedVolume): DataServiceStatus {
  return { dataServiceId, planId: plan, state };
}

function signalOf({ work }: ManagedVolume, signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined ? work.signal : AbortSignal.any([signal, work.signal]);
}

/** Work that a delete or a close waits for. */
async function during<T>({ underWay }: ManagedVolume, work: Promise<T>): Promise<T> {
  underWay.add(work);
  try {
    return await work;
  } finally {
    underWay.delete(work);
  }
}

async function* given(copy: TreeCopy, signal: AbortSignal, meter: ProgressMeter): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of copy.stream()) {
    yield bytes;
    signal.throwIfAborted();
    meter.add(bytes.length);
  }
}

function checkedRecord({ dataServiceId, planId: plan, settings = {}, restoreFrom }: CreateDataServiceRequest): VolumeRecord {
  const invalid = (why: string) => new BrokerError(BrokerErrorCode.InvalidRequest, why);
  if (!idPattern.test(dataServiceId)) throw invalid(`dataServiceId ${JSON.stringify(dataServiceId.slice(0, 80))} is not 1 to 63 of [a-z0-9-]; choose another`);
  if (plan !== planId) throw invalid(`planId "${plan}" is unknown; the plan is "${planId}"`);
  const [setting] = Object.keys(settings);
  if (setting !== undefined) throw invalid(`plan "${planId}" has no setting "${setting}"; it has none`);
  if (restoreFrom !== undefined) {
    checkFormat(restoreFrom.format);
    if (restoreFrom.source.protocol !== CopyProtocol.ByteStream) throw protocolNotSupported(restoreFrom.source.protocol);
  }
  return { formatVersion: 1, dataServiceId, planId: plan, settings };
}

function checkFormat(format: string): void {
  if (format !== treeFormat) throw new BrokerError(BrokerErrorCode.NotSupported, `format "${format}" is none of plan "${planId}"; it has [${treeFormat}]`);
}

function protocolNotSupported(protocol: string): BrokerError {
  return new BrokerError(BrokerErrorCode.NotSupported, `copy protocol "${protocol}" is not spoken by this broker; it speaks [${CopyProtocol.ByteStream}]`);
}
