import type { BrokerInfo, CallOptions, LongCallOptions, Page, PageRequest, WorkProgress } from './broker-call.js';
import type { CopyProtocol, CopySource, CopyTarget, StoredPart } from './copy-transfer.js';
import type { RunResult } from './run-result.js';

/** What a data service broker can do beyond the least. Absent means the default. */
export interface DataServiceCapabilities {
  /** `quiesce` holds writes without stopping reads. @default false */
  readonly quiesce?: boolean;
  /** `estimateCopySize` answers a figure. @default false */
  readonly sizeEstimate?: boolean;
  /** Data services run on across a crash of the broker's process. @default false */
  readonly survivesBroker?: boolean;
  /**
   * `copy` takes a `barrier`, so that copies of several data services, of any brokers, share one consistency point. Without
   * it a `barrier` is `NOT_SUPPORTED`, and the copy is consistent in itself only. @default false
   */
  readonly barrier?: boolean;
  /** `runStatements` runs statements in the language of the data service. @default false */
  readonly statements?: boolean;
}

/** One way to have a data service. */
export interface ServicePlan {
  /** Unique within the broker, kebab-case. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Free text for people; empty when there is none. */
  readonly price: string;
  /** Protocols an app service can speak to it, for example `postgresql`, with their version. */
  readonly protocols: readonly { readonly name: string; readonly version: string }[];
  /** Formats it can write, the preferred one first. Named with everything that decides where they can be restored. */
  readonly writesFormats: readonly string[];
  /** Formats it can restore. */
  readonly restoresFormats: readonly string[];
  /** Settings that `create` takes, with a sentence each. An unknown setting is `INVALID_REQUEST`. */
  readonly settings: readonly { readonly name: string; readonly description: string; readonly default?: string }[];
}

export interface DataServiceBrokerInfo extends BrokerInfo {
  readonly plans: readonly ServicePlan[];
  /** In order of preference. */
  readonly copyProtocols: readonly CopyProtocol[];
  readonly capabilities: DataServiceCapabilities;
}

export interface CreateDataServiceRequest {
  /** Chosen by the caller, `[a-z0-9-]{1,63}`, unique within the broker for ever. */
  readonly dataServiceId: string;
  readonly planId: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Where its dependents run; a broker that knows no spaces ignores it. */
  readonly space?: string;
  /** Create it with the content of a copy part instead of empty. */
  readonly restoreFrom?: { readonly format: string; readonly source: CopySource };
}

/** `creating`: not usable yet. `running`: can be bound and copied. `error`: needs `delete`; `reason` says why. `removing`: being deleted. */
export type DataServiceState =
  | { readonly phase: 'creating'; readonly progress?: WorkProgress }
  | { readonly phase: 'running' }
  | { readonly phase: 'error'; readonly reason: string }
  | { readonly phase: 'removing' };

export interface DataServiceStatus {
  readonly dataServiceId: string;
  readonly planId: string;
  readonly state: DataServiceState;
}

/** Credentials of one dependent. Everything in `values` is a secret: never logged, never in an error. */
export interface Binding {
  readonly bindingId: string;
  /**
   * What `${<dataService>.<key>}` in an app service's environment becomes: at least `uri`; where it is spoken to over a
   * network also `host` and `port`, where it is a folder `path`.
   */
  readonly values: Readonly<Record<string, string>>;
  /** Where it listens; empty for one that is not spoken to over a network. */
  readonly ports: readonly { readonly protocol: string; readonly host: string; readonly port: number }[];
}

export interface DataServiceHealth {
  readonly state: 'healthy' | 'degraded' | 'unhealthy';
  /** Why it is not healthy. */
  readonly reason?: string;
  /**
   * Figures with their unit in the name: `sizeBytes`, `connections`, `lagBytes`; `freeBytes`, room that is left where its data lies, which others may
   * use as well. One that could not be counted wholly in time has `AtLeast` at the end of its name: `sizeBytesAtLeast`.
   */
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * Where several copies wait for each other, so that they share one consistency point. What takes long comes before it and
 * after it; between `arrive` and `leave`, when writers may be held, a copy does only what the point itself needs.
 */
export interface CopyBarrier {
  /**
   * Called once, when all that takes long before the point is done. Resolves when everybody has arrived and writers are held.
   * Rejects when the copies are given up; `copy` then rejects with the same error. A copy that is cancelled does not wait for it.
   */
  arrive(): Promise<void>;
  /** Called once after `arrive` has resolved, also when the copy fails in between: what is written from now on is not in it. Must not throw. */
  leave(): void;
}

export interface CopyDataServiceRequest {
  readonly dataServiceId: string;
  /** Names this copy in the broker's log and lets it recognise a repeated call. */
  readonly copyPartId: string;
  readonly format: string;
  readonly target: CopyTarget;
  /** The consistency point lies between its `arrive` and its `leave`. Needs the capability `barrier`. */
  readonly barrier?: CopyBarrier;
}

export interface CopyDataServiceResult {
  readonly part: StoredPart;
  /** The moment whose content the part holds: everything committed before it, nothing committed after it. */
  readonly consistencyPoint: {
    readonly at: Date;
    /** The same moment in the product's own terms, for example a PostgreSQL LSN. */
    readonly marker?: string;
  };
  /** What the part lacks of the content of that moment, a sentence each: a file that nobody let be read in peace. @default none */
  readonly warnings?: readonly string[];
}

export interface StatementsRequest {
  readonly dataServiceId: string;
  /** Names this run in the broker's log. */
  readonly runId: string;
  /** One or more statements in the language of the protocol: SQL for `postgresql`. */
  readonly statements: string;
  /** 100 to 600,000. */
  readonly deadlineMs: number;
}

/**
 * Provisions data services, binds app services to them, and moves their content to and from copy repositories.
 *
 * For all methods: ids are the caller's. A call may be repeated after a crash of either side with the same arguments and
 * ends in the same state. Calls for different data services run side by side. Errors are `BrokerError`s.
 */
export interface DataServiceBroker {
  readonly kind: 'data-service';

  /** Cheap and always possible, also while what is behind the broker is down. */
  info(options?: CallOptions): Promise<DataServiceBrokerInfo>;

  /**
   * Creates a data service and resolves once it is `running`. Idempotent by id: the same request on a running service
   * answers its status; on one whose creation was interrupted it starts again from nothing; with another plan or
   * settings it is `ALREADY_EXISTS`. While it works, `get` answers `creating`. If it fails or is cancelled nothing stays.
   * With `restoreFrom`, the content is complete and verified before `running`, and no credential of the copied service is
   * valid any more. @throws INVALID_REQUEST unknown plan or setting; NOT_SUPPORTED a format the plan does not restore;
   * CORRUPT_DATA; CAPACITY_EXCEEDED
   */
  create(request: CreateDataServiceRequest, options?: LongCallOptions): Promise<DataServiceStatus>;

  /** @throws NOT_FOUND */
  get(dataServiceId: string, options?: CallOptions): Promise<DataServiceStatus>;

  list(page?: PageRequest, options?: CallOptions): Promise<Page<DataServiceStatus>>;

  /** Removes it with its content, bindings, processes, files and roles, in any state. Idempotent: unknown is success. */
  delete(dataServiceId: string, options?: LongCallOptions): Promise<void>;

  /**
   * Makes credentials of their own for one dependent. Idempotent by `bindingId`: the same values while they are valid.
   * Values may differ after a restart of the data service; the Site binds again before it starts app services.
   * @throws NOT_FOUND; CONFLICT when it is not `running`
   */
  bind(request: { readonly dataServiceId: string; readonly bindingId: string }, options?: CallOptions): Promise<Binding>;

  /** Makes the credentials worthless and ends their sessions. Idempotent: unknown is success. */
  unbind(request: { readonly dataServiceId: string; readonly bindingId: string }, options?: CallOptions): Promise<void>;

  /** Measured now, within two seconds. @throws NOT_FOUND */
  health(dataServiceId: string, options?: CallOptions): Promise<DataServiceHealth>;

  /** Bytes that a copy in this format would write, roughly. @throws NOT_FOUND; NOT_SUPPORTED without the capability */
  estimateCopySize(request: { readonly dataServiceId: string; readonly format: string }, options?: CallOptions): Promise<number>;

  /**
   * Writes the whole content at one consistency point to the target while the service goes on serving. Resolves when the
   * target has published the part. On failure or cancel the target is left without it, and nothing stays behind in the
   * service (no snapshot, no slot). Progress is in bytes given to the target.
   * @throws NOT_FOUND; CONFLICT not running; NOT_SUPPORTED a format or protocol it does not have
   */
  copy(request: CopyDataServiceRequest, options?: LongCallOptions): Promise<CopyDataServiceResult>;

  /**
   * Holds writes until `resume` or until `holdForMs` has passed, whichever is first, so that a forgotten hold ends by
   * itself. Idempotent by `holdId`. @throws NOT_SUPPORTED without the capability
   */
  quiesce(request: { readonly dataServiceId: string; readonly holdId: string; readonly holdForMs: number }, options?: CallOptions): Promise<void>;

  /** Ends a hold. Idempotent: unknown is success. */
  resume(request: { readonly dataServiceId: string; readonly holdId: string }, options?: CallOptions): Promise<void>;

  /**
   * Runs statements with the rights of a dependent, never more. Resolves when they have ended, at the deadline at the latest,
   * whatever their end: statements that fail are an answer, no error. Whether what came before a failure stays is the product's
   * affair. Runs in one data service come one after the other. What a broker that died had begun has ended before the next
   * run begins. The output is what the product says of the statements, never rows.
   * @throws NOT_FOUND; CONFLICT not running; INVALID_REQUEST the deadline; CANCELLED; NOT_SUPPORTED without the capability
   */
  runStatements(request: StatementsRequest, options?: CallOptions): Promise<RunResult>;

  /** Releases everything this object holds in this process; embedded services are stopped cleanly and can be started again. */
  close(): Promise<void>;
}
