import { isDeepStrictEqual } from 'node:util';
import {
  type Binding,
  BrokerError,
  type ByteStream,
  type CallOptions,
  type CopyDataServiceRequest,
  type CopyDataServiceResult,
  CopyProtocol,
  type CreateDataServiceRequest,
  type DataServiceBroker,
  type DataServiceBrokerInfo,
  type DataServiceHealth,
  type DataServiceStatus,
  type LongCallOptions,
  type Page,
  type PageRequest,
  ProgressMeter,
  type RunResult,
  type StatementsRequest,
  throwIfCancelled,
  untilCancelled,
  validateRunDeadline,
} from '@ocopea/broker-contract';
import { decodePairs, encodePairs, KEY_VALUE_FORMAT } from './key-value-format.js';
import { listen, stopListening } from './listening.js';
import { MemoryDataService } from './memory-data-service.js';
import { memoryDataServiceInfo } from './memory-data-service-info.js';
import { MemoryDataServiceState } from './memory-data-service-state.js';
import { runStatements } from './run-statements.js';

export interface MemoryDataServiceBrokerOptions {
  /** Data services of a broker before this one. @default none */
  readonly state?: MemoryDataServiceState;
}

/** A broker of data services that live in this process. For tests of other layers: nothing survives the process. */
export function createMemoryDataServiceBroker(options: MemoryDataServiceBrokerOptions = {}): DataServiceBroker {
  return new MemoryDataServiceBroker(options.state ?? new MemoryDataServiceState());
}

interface Creation {
  readonly service: MemoryDataService;
  readonly abort: AbortController;
  readonly ended: Promise<DataServiceStatus>;
}

class MemoryDataServiceBroker implements DataServiceBroker {
  readonly kind = 'data-service';
  readonly #services: Map<string, MemoryDataService>;
  readonly #creations = new Map<string, Creation>();

  constructor(private readonly state: MemoryDataServiceState) {
    this.#services = state.services;
    for (const [id, service] of this.#services) {
      if (service.state.phase === 'running') listen(service);
      // Only a broker that died can have left a creation: nobody is going to end it.
      else this.#services.delete(id);
    }
  }

  async info(): Promise<DataServiceBrokerInfo> {
    return memoryDataServiceInfo;
  }

  async create(request: CreateDataServiceRequest, options: LongCallOptions = {}): Promise<DataServiceStatus> {
    const { dataServiceId } = request;
    const what = `creation of data service "${dataServiceId}"`;
    throwIfCancelled(options.signal, what);
    validate(request);
    const present = this.#services.get(dataServiceId);
    if (present !== undefined && !isSame(present, request)) {
      throw new BrokerError('ALREADY_EXISTS', `data service "${dataServiceId}" exists with another plan or other settings; choose another id`);
    }
    if (present?.state.phase === 'running') return statusOf(present);
    const underWay = this.#creations.get(dataServiceId);
    // The caller who began it waits until all is undone; one who joined only stops waiting.
    return underWay === undefined ? this.#begin(request, options).ended : untilCancelled(underWay.ended, options.signal, what);
  }

  async get(dataServiceId: string, options: CallOptions = {}): Promise<DataServiceStatus> {
    throwIfCancelled(options.signal, `look-up of data service "${dataServiceId}"`);
    return statusOf(this.#find(dataServiceId));
  }

  async list(page: PageRequest = {}, options: CallOptions = {}): Promise<Page<DataServiceStatus>> {
    throwIfCancelled(options.signal, 'listing of data services');
    const { after = '', limit = 100 } = page;
    const ids = [...this.#services.keys()].filter((id) => id > after).sort();
    const items = ids.slice(0, limit).map((id) => statusOf(this.#find(id)));
    const last = items.at(-1);
    return ids.length > limit && last !== undefined ? { items, next: last.dataServiceId } : { items };
  }

  async delete(dataServiceId: string, options: LongCallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `deletion of data service "${dataServiceId}"`);
    const creation = this.#creations.get(dataServiceId);
    creation?.abort.abort();
    await creation?.ended.catch(() => undefined);
    const service = this.#services.get(dataServiceId);
    if (service === undefined) return;
    stopListening(service);
    service.releaseAll();
    service.ending.abort();
    this.#services.delete(dataServiceId);
  }

  async bind(request: { readonly dataServiceId: string; readonly bindingId: string }, options: CallOptions = {}): Promise<Binding> {
    throwIfCancelled(options.signal, `binding "${request.bindingId}"`);
    return this.#running(request.dataServiceId).bind(request.bindingId);
  }

  async unbind(request: { readonly dataServiceId: string; readonly bindingId: string }, options: CallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `removal of binding "${request.bindingId}"`);
    this.#services.get(request.dataServiceId)?.unbind(request.bindingId);
  }

  async health(dataServiceId: string, options: CallOptions = {}): Promise<DataServiceHealth> {
    throwIfCancelled(options.signal, `health check of data service "${dataServiceId}"`);
    const service = this.#find(dataServiceId);
    const figures = { sizeBytes: service.bytes, pairs: service.entries.size, bindings: service.bindings };
    return service.state.phase === 'running'
      ? { state: 'healthy', figures }
      : { state: 'unhealthy', reason: `data service "${dataServiceId}" is ${service.state.phase}`, figures };
  }

  async estimateCopySize(request: { readonly dataServiceId: string; readonly format: string }, options: CallOptions = {}): Promise<number> {
    throwIfCancelled(options.signal, `size estimate of data service "${request.dataServiceId}"`);
    const service = this.#find(request.dataServiceId);
    refuseOtherFormat(request.format);
    return 100 + service.bytes + 8 * service.entries.size;
  }

  async copy(request: CopyDataServiceRequest, options: LongCallOptions = {}): Promise<CopyDataServiceResult> {
    const what = `copy of data service "${request.dataServiceId}"`;
    throwIfCancelled(options.signal, what);
    const service = this.#running(request.dataServiceId);
    refuseOtherFormat(request.format);
    refuseOtherProtocol(request.target.protocol);
    const { barrier, target } = request;
    if (target.protocol !== CopyProtocol.ByteStream) throw new BrokerError('INTERNAL', 'an unknown protocol was let through');

    if (barrier !== undefined) await untilCancelled(barrier.arrive(), options.signal, what);
    const pairs = [...service.entries];
    const at = new Date();
    barrier?.leave();
    const meter = new ProgressMeter(options.onProgress);
    const part = await target.accept(metered(encodePairs(pairs), meter, options.signal, what));
    // The last piece may have been taken before the abort; the target has published, so the copy is there.
    meter.end();
    return { part, consistencyPoint: { at, marker: `${pairs.length} pairs` } };
  }

  async quiesce(request: { readonly dataServiceId: string; readonly holdId: string; readonly holdForMs: number }, options: CallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `hold "${request.holdId}"`);
    this.#running(request.dataServiceId).hold(request.holdId, request.holdForMs);
  }

  async resume(request: { readonly dataServiceId: string; readonly holdId: string }, options: CallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `end of hold "${request.holdId}"`);
    this.#services.get(request.dataServiceId)?.release(request.holdId);
  }

  async runStatements({ dataServiceId, statements, deadlineMs }: StatementsRequest, options: CallOptions = {}): Promise<RunResult> {
    const what = `statements for data service "${dataServiceId}"`;
    throwIfCancelled(options.signal, what);
    validateRunDeadline(deadlineMs, what);
    const service = this.#running(dataServiceId);
    const signal = options.signal === undefined ? service.ending.signal : AbortSignal.any([service.ending.signal, options.signal]);
    return service.inTurn(() => runStatements(service, statements, deadlineMs, signal)).catch((error: unknown) => {
      throwIfCancelled(signal, what);
      throw error;
    });
  }

  async close(): Promise<void> {
    for (const { abort, ended } of this.#creations.values()) {
      abort.abort();
      await ended.catch(() => undefined);
    }
    for (const service of this.#services.values()) {
      service.releaseAll();
      stopListening(service);
    }
  }

  #begin(request: CreateDataServiceRequest, options: LongCallOptions): Creation {
    const { dataServiceId, planId, settings = {} } = request;
    const service = new MemoryDataService(dataServiceId, planId, settings, this.state.newAddress());
    const abort = new AbortController();
    const signal = options.signal === undefined ? abort.signal : AbortSignal.any([abort.signal, options.signal]);
    this.#services.set(dataServiceId, service);
    const ended = this.#fill(service, request, { ...options, signal }).finally(() => this.#creations.delete(dataServiceId));
    const creation: Creation = { service, abort, ended };
    this.#creations.set(dataServiceId, creation);
    return creation;
  }

  async #fill(service: MemoryDataService, { restoreFrom }: CreateDataServiceRequest, options: LongCallOptions): Promise<DataServiceStatus> {
    const { dataServiceId } = service;
    const what = `creation of data service "${dataServiceId}"`;
    try {
      if (restoreFrom !== undefined) {
        const { source } = restoreFrom;
        if (source.protocol !== CopyProtocol.ByteStream) throw new BrokerError('INTERNAL', 'an unknown protocol was let through');
        const meter = new ProgressMeter(options.onProgress, source.logicalBytes);
        service.entries = await decodePairs(guarded(source.open(), options.signal, what), (bytes) => meter.add(bytes));
        if (meter.bytesDone !== source.logicalBytes) {
          throw new BrokerError('CORRUPT_DATA', `the copy has ${meter.bytesDone} bytes where ${source.logicalBytes} were announced; take another`);
        }
        meter.end();
      }
      throwIfCancelled(options.signal, what);
    } catch (error) {
      if (this.#services.get(dataServiceId) === service) this.#services.delete(dataServiceId);
      throw error;
    }
    service.state = { phase: 'running' };
    listen(service);
    return statusOf(service);
  }

  #find(dataServiceId: string): MemoryDataService {
    const service = this.#services.get(dataServiceId);
    if (service === undefined) throw new BrokerError('NOT_FOUND', `there is no data service "${dataServiceId}"; list those there are`);
    return service;
  }

  #running(dataServiceId: string): MemoryDataService {
    const service = this.#find(dataServiceId);
    if (service.state.phase === 'running') return service;
    throw new BrokerError('CONFLICT', `data service "${dataServiceId}" is ${service.state.phase}; wait until it is running`);
  }
}

/** Passes the stream on until the signal is aborted, and closes it then. */
async function* guarded(stream: ByteStream, signal: AbortSignal | undefined, what: string): ByteStream {
  for await (const piece of stream) {
    throwIfCancelled(signal, what);
    yield piece;
  }
  throwIfCancelled(signal, what);
}

async function* metered(stream: ByteStream, meter: ProgressMeter, signal: AbortSignal | undefined, what: string): ByteStream {
  for await (const piece of guarded(stream, signal, what)) {
    meter.add(piece.length);
    yield piece;
  }
  throwIfCancelled(signal, what);
}

function statusOf({ dataServiceId, planId, state }: MemoryDataService): DataServiceStatus {
  return { dataServiceId, planId, state };
}

function isSame(service: MemoryDataService, { planId, settings = {} }: CreateDataServiceRequest): boolean {
  return service.planId === planId && isDeepStrictEqual(service.settings, settings);
}

function validate({ dataServiceId, planId, settings = {}, restoreFrom }: CreateDataServiceRequest): void {
  if (!/^[a-z0-9-]{1,63}$/.test(dataServiceId)) {
    throw new BrokerError('INVALID_REQUEST', `dataServiceId "${dataServiceId}" is not 1 to 63 of [a-z0-9-]; choose another`);
  }
  const plan = memoryDataServiceInfo.plans.find(({ id }) => id === planId);
  if (plan === undefined) throw new BrokerError('INVALID_REQUEST', `planId "${planId}" is unknown; info() lists the plans`);
  for (const name of Object.keys(settings)) {
    if (plan.settings.some((setting) => setting.name === name)) continue;
    throw new BrokerError('INVALID_REQUEST', `plan "${planId}" has no setting "${name}"; info() lists its settings`);
  }
  if (restoreFrom === undefined) return;
  refuseOtherFormat(restoreFrom.format);
  refuseOtherProtocol(restoreFrom.source.protocol);
}

function refuseOtherFormat(format: string): void {
  if (format === KEY_VALUE_FORMAT) return;
  throw new BrokerError('NOT_SUPPORTED', `copy format "${format}" is not supported; the memory broker has ${KEY_VALUE_FORMAT}`);
}

function refuseOtherProtocol(protocol: CopyProtocol): void {
  if (protocol === CopyProtocol.ByteStream) return;
  throw new BrokerError('NOT_SUPPORTED', `copy protocol "${protocol}" is not supported; the memory broker has ${CopyProtocol.ByteStream}`);
}
