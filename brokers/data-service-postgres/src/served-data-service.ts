import type { Binding, CopyBarrier, CopyTarget, CreateDataServiceRequest, DataServiceHealth, RunResult, ServicePlan, StoredPart, WorkProgress } from '@ocopea/broker-contract';
import type { StatementsRun } from './run-statements.js';

/** What is kept of a data service. */
export interface DataServiceRecord {
  readonly formatVersion: 1;
  readonly dataServiceId: string;
  readonly planId: string;
  /** With the defaults filled in. */
  readonly settings: Readonly<Record<string, string>>;
}

export type ByteStreamTarget = Extract<CopyTarget, { protocol: 'byte-stream/1' }>;
export type ByteStreamSource = Extract<NonNullable<CreateDataServiceRequest['restoreFrom']>['source'], { protocol: 'byte-stream/1' }>;

export interface CopyContentOptions {
  /** One of the plan's `writesFormats`. */
  readonly format: string;
  readonly label: string;
  readonly target: ByteStreamTarget;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: WorkProgress) => void;
  readonly barrier?: CopyBarrier;
}

export interface CopiedContent {
  readonly part: StoredPart;
  readonly at: Date;
  /** Log sequence number of that moment. */
  readonly lsn: string;
  readonly warnings: readonly string[];
}

/** One data service, of whichever plan. */
export interface ServedDataService {
  readonly record: DataServiceRecord;
  /** Makes it answer. Idempotent. */
  start(signal?: AbortSignal): Promise<void>;
  /** Stops what runs for it alone. @param graceMs how long that may take to write its changes */
  stop(graceMs: number): Promise<void>;
  /** Whether what runs for it alone is there. */
  isRunning(): Promise<boolean>;
  bind(bindingId: string): Promise<Binding>;
  unbind(bindingId: string): Promise<void>;
  /** Within two seconds. Never rejects. */
  health(): Promise<DataServiceHealth>;
  /** Bytes that a copy in this format would write, roughly. */
  copyBytes(format: string): Promise<number>;
  copy(options: CopyContentOptions): Promise<CopiedContent>;
  /** Runs statements with the rights of a dependent. Not called again before it has ended. */
  runStatements(run: StatementsRun): Promise<RunResult>;
}

export interface CreateServedOptions {
  readonly record: DataServiceRecord;
  /** In one of the plan's `restoresFormats`. */
  readonly restoreFrom?: { readonly format: string; readonly source: ByteStreamSource };
  readonly onProgress: (progress: WorkProgress) => void;
  readonly signal: AbortSignal;
}

/** A plan of the broker: how its data services are made, found again and removed. */
export interface PostgresPlan {
  readonly plan: ServicePlan;
  /** @throws INVALID_REQUEST naming the setting */
  completeSettings(given: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  /** Ids of all that are complete. */
  ids(): Promise<readonly string[]>;
  /** Undefined when what is there is none. */
  open(dataServiceId: string): Promise<ServedDataService | undefined>;
  /** Makes one, complete but not started. If it fails nothing is left. */
  create(options: CreateServedOptions): Promise<ServedDataService>;
  /** Removes one that is stopped, with all that belongs to it. Idempotent. */
  remove(dataServiceId: string): Promise<void>;
  /** Called now and then: does again what could not be done before. Never throws. */
  tidyUp(): Promise<void>;
}
