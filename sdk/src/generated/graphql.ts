/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Which app instances; all conditions must hold. */
export type AppInstanceFilter = {
  /** With exactly this name. */
  name?: string | null | undefined;
  /** In this phase. */
  phase?: AppInstancePhase | null | undefined;
};

/** Where an app instance stands. */
export type AppInstancePhase =
  /** It is being removed. */
  | 'DELETING'
  /** Its services are being created and started. */
  | 'DEPLOYING'
  /** Its last operation failed; the reason says what to do. */
  | 'FAILED'
  /** It shall run; its health says how well it does. */
  | 'RUNNING'
  /** Its app services are stopped, its data services stay. */
  | 'STOPPED'
  /** Its app services are being stopped. */
  | 'STOPPING';

/** The description of an application. */
export type AppManifestInput = {
  /** In the order in which they start; they stop in reverse. */
  appServices?: Array<AppServiceManifestInput>;
  /** What they need. */
  dataServices?: Array<DataServiceManifestInput>;
  /** In the order in which those of one event run, up to 32. */
  hooks?: Array<HookInput>;
};

/** An app service as an application describes it. */
export type AppServiceManifestInput = {
  /** What it runs. */
  artifact: ArtifactInput;
  /** True for the one whose URL is the URL of the application. */
  entryPoint?: boolean;
  /** Its environment, as templates. */
  environment?: Array<EnvironmentVariableInput>;
  /** How its health is checked; without it, running is healthy. */
  healthCheck?: HealthCheckInput | null | undefined;
  /** Unique within the manifest. */
  name: string;
  /** The ports it listens on. */
  ports?: Array<ServicePortInput>;
  /** How many of it run. */
  replicas?: number;
};

/** Where an app service stands. */
export type AppServicePhase =
  /** The scheduler has given it up; the reason says why. */
  | 'FAILED'
  /** It runs and is healthy. */
  | 'RUNNING'
  /** It is not healthy yet, or waits to be restarted. */
  | 'STARTING'
  /** It does not run, as was asked. */
  | 'STOPPED';

/** What an app service runs. */
export type ArtifactInput = {
  /** Its name where artifacts of this kind are kept. */
  name: string;
  /** Kind of artifact, for example `directory` or `oci-image`. */
  type: string;
  /** Its version, tag or digest. */
  version: string;
};

/** Which operation to cancel. */
export type CancelOperationInput = {
  /** The operation. */
  operationId: string | number;
};

/** What the parts of a copy have in common. */
export type Consistency =
  /** All parts hold one moment at which writers were held, by the Site or by hooks of the application, and every hook before the copy succeeded: no part has a write that came after one that another part lacks. */
  | 'APPLICATION'
  /** Each part holds what its data service would hold after a crash at its moment. The moments of the parts are close to each other, but not one. */
  | 'CRASH';

/** Which copies; all conditions must hold. */
export type CopyFilter = {
  /** Taken of this app instance. */
  appInstanceId?: string | number | null | undefined;
  /** Taken of an app instance that had this name. */
  appInstanceName?: string | null | undefined;
  /** That have reached this. */
  consistency?: Consistency | null | undefined;
  /** Those whose time is over and that something still holds, or the others. */
  expired?: boolean | null | undefined;
  /** Those of which a run of a hook did not succeed, or the others. */
  hooksFailed?: boolean | null | undefined;
  /** With all of these labels, up to 10 conditions. */
  labels?: Array<LabelSelectorInput> | null | undefined;
  /** Of more bytes than this, as the data services wrote them. */
  largerThan?: number | string | null | undefined;
  /** With this outcome. */
  outcome?: CopyOutcome | null | undefined;
  /** In this phase. */
  phase?: CopyPhase | null | undefined;
  /** With a consistency point before this time. */
  takenBefore?: string | null | undefined;
  /** With a consistency point at this time or later. */
  takenFrom?: string | null | undefined;
  /** Words that must all begin a word in the notes or the name of the application; up to 10. */
  text?: string | null | undefined;
  /** Usable ones, or the others. */
  usable?: boolean | null | undefined;
  /** Those of which every byte was read back and found whole, or the others. */
  verified?: boolean | null | undefined;
};

/** A format to copy one data service in. */
export type CopyFormatInput = {
  /** Name of the data service in the manifest. */
  dataService: string;
  /** One of the `writesFormats` of its plan, or the family, which is what stands before the `/`: `postgres-logical`. */
  format: string;
};

/** How long one row of a history is, in UTC. */
export type CopyHistoryInterval =
  /** From midnight to midnight. */
  | 'DAY'
  /** From full hour to full hour. */
  | 'HOUR'
  /** From the first to the first. */
  | 'MONTH'
  /** From Monday to Monday. */
  | 'WEEK';

/** A label to set. */
export type CopyLabelInput = {
  /** Up to 100 letters and digits, with `.`, `_`, `/` and `-` between them. */
  key: string;
  /** Up to 200 characters. */
  value: string;
};

/** The order of copies. */
export type CopyOrder = {
  /** In which direction. */
  direction?: SortDirection;
  /** What to order by. */
  field?: CopyOrderField;
};

/** What copies can be ordered by. */
export type CopyOrderField =
  /** By the name of their application. */
  | 'APPLICATION'
  /** By their size. */
  | 'BYTES'
  /** By the time they were asked for, or began to arrive. */
  | 'CREATED_AT'
  /** By the time they expire; those that never do count as the latest. */
  | 'EXPIRES_AT'
  /** By the bytes that they added to their repositories. */
  | 'STORED_BYTES'
  /** By their consistency point; those without one count as the latest. */
  | 'TAKEN_AT'
  /** By the time they were last read back; those that never were count as the latest. */
  | 'VERIFIED_AT';

/** How a copy ended; only known when it is DONE. */
export type CopyOutcome =
  /** Somebody stopped it. Its parts were removed. */
  | 'CANCELLED'
  /** It cannot be used; the error says why. Its parts were removed. */
  | 'FAILED'
  /** It is whole and was verified. */
  | 'SUCCEEDED'
  /** It is whole and was verified; its operation says what is not as asked. */
  | 'SUCCEEDED_WITH_WARNINGS';

/** Where a copy stands. How it ended is its outcome. */
export type CopyPhase =
  /** Nothing moves any more; the outcome is set. */
  | 'DONE'
  /** It has failed or was cancelled, and its parts are being removed. */
  | 'FINISHING'
  /** It waits for its turn. */
  | 'QUEUED'
  /** Bytes are being copied, received or verified. */
  | 'RUNNING';

/** A copy to take. */
export type CreateCopyInput = {
  /** The app instance to copy. */
  appInstanceId: string | number;
  /** What is asked for. The copy records what was reached. */
  consistency?: Consistency;
  /** When nobody needs it any more; without it, never. */
  expiresAt?: string | null | undefined;
  /** Formats in place of those that the plans prefer, for example one that other major versions restore. The others are copied as always. */
  formats?: Array<CopyFormatInput> | null | undefined;
  /** Chosen by the caller: a repeat with the same key answers the operation of the first request instead of starting another. */
  idempotencyKey?: string | null | undefined;
  /** Up to 32 labels. */
  labels?: Array<CopyLabelInput> | null | undefined;
  /** What to say of it, up to 4,000 characters. */
  notes?: string | null | undefined;
  /** Where to; without it, the first repository of the Site that takes all formats. */
  repositoryId?: string | number | null | undefined;
};

/** A data service as an application describes it. */
export type DataServiceManifestInput = {
  /** Id of the broker; without it, the first that fits. */
  broker?: string | number | null | undefined;
  /** Unique within the manifest; `${<name>.<key>}` refers to it. */
  name: string;
  /** Id of the service plan; without it, the first that fits. */
  plan?: string | null | undefined;
  /** What app services speak to it, for example `postgresql`. */
  protocol: string;
  /** Settings of the plan. */
  settings?: Array<SettingInput>;
};

/** Where a data service stands. */
export type DataServicePhase =
  /** It is being created, maybe from a copy; it cannot be used yet. */
  | 'CREATING'
  /** It cannot be used; the reason says why. */
  | 'FAILED'
  /** It is being removed with its content. */
  | 'REMOVING'
  /** It can be bound and copied. */
  | 'RUNNING'
  /** It is there and does not run. */
  | 'STOPPED';

/** An app instance to delete. */
export type DeleteAppInput = {
  /** Which one. */
  appInstanceId: string | number;
  /** Chosen by the caller: a repeat with the same key answers the operation of the first request instead of starting another. */
  idempotencyKey?: string | null | undefined;
};

/** A copy to delete. */
export type DeleteCopyInput = {
  /** Which copy, in any state. */
  copyId: string | number;
  /** True to delete it also when an app instance has nothing else to go back to. It overrides no other refusal. */
  evenIfDependedOn?: boolean;
  /** Chosen by the caller: a repeat with the same key answers the operation of the first request instead of starting another. */
  idempotencyKey?: string | null | undefined;
};

/** A new app instance. */
export type DeployAppInput = {
  /** Chosen by the caller: a repeat with the same key answers the operation of the first request instead of starting another. */
  idempotencyKey?: string | null | undefined;
  /** What it is. */
  manifest: AppManifestInput;
  /** Its name, unique at the Site: a lower-case DNS label. */
  name: string;
  /** The Site where it shall run. */
  siteId: string | number;
};

/** A variable of the environment of an app service. */
export type EnvironmentVariableInput = {
  /** Name of the variable. */
  name: string;
  /** A template: `${db.uri}` becomes the key `uri` of data service `db`; `$${` stands for a plain `${`. No secrets: it is kept and shown. */
  value: string;
};

/** How well something does, as it was last measured. */
export type Health =
  /** It works, with less than it should have, or is on its way up. */
  | 'DEGRADED'
  /** It does what it should. */
  | 'HEALTHY'
  /** It does not work. */
  | 'UNHEALTHY'
  /** It was not measured yet, or did not answer in time. */
  | 'UNKNOWN';

/** How an app service shows that it is healthy: by answering a GET with a status below 400. */
export type HealthCheckInput = {
  /** Milliseconds between two checks. */
  intervalMs?: number | null | undefined;
  /** Path to ask, from the first slash on. */
  path: string;
  /** Name of an HTTP port. */
  port: string;
  /** Milliseconds until the first success. */
  startWithinMs?: number | null | undefined;
  /** Milliseconds that an answer may take. */
  timeoutMs?: number | null | undefined;
};

/** When a hook runs. */
export type HookEvent =
  /** Right after the consistency point, also when the copy fails or is cancelled, and after a crash of the Site as soon as it runs again. */
  | 'AFTER_COPY'
  /** In a restored application: statements before its app services start, commands when they run. */
  | 'AFTER_RESTORE'
  /** Right before the consistency point of a copy; before any data is copied where a data service cannot wait for it. */
  | 'BEFORE_COPY';

/** What it means for an operation when a hook of it fails or is late. */
export type HookFailurePolicy =
  /** The operation goes on, records it and warns. A copy does not reach APPLICATION without its hooks before the copy. */
  | 'CONTINUE'
  /** The operation fails with HOOK_FAILED and takes back what it made. */
  | 'FAIL';

/** Work that an application does around a copy or after a restore. Either a command or statements. */
export type HookInput = {
  /** Of an app service: the name of a command that its artifact declares, no command line. */
  command?: string | null | undefined;
  /** Milliseconds after which it is ended, and has failed: 100 to 600,000. */
  deadlineMs?: number;
  /** When it runs. */
  event: HookEvent;
  /** Before a copy: once it has succeeded, the application writes nothing until a hook after the copy, which must be declared too. */
  holdsWrites?: boolean;
  /** Unique within the manifest: a lower-case DNS label. */
  name: string;
  /** What it means when it fails. */
  onFailure?: HookFailurePolicy;
  /** Name of the service that it runs in. */
  service: string;
  /** Of a data service: statements in the language of its protocol, up to 16,384 characters. No secrets: they are kept and shown. */
  statements?: string | null | undefined;
};

/** How a run of a hook ended. */
export type HookOutcome =
  /** The operation was cancelled, or the Site stopped, and it was ended. */
  | 'CANCELLED'
  /** It could not be run, or says that it failed. */
  | 'FAILED'
  /** The Site was killed while it ran. */
  | 'INTERRUPTED'
  /** It came to its deadline and was ended. */
  | 'LATE'
  /** It has not ended. */
  | 'RUNNING'
  /** Nobody had to be told: its app service is stopped. */
  | 'SKIPPED'
  /** It did what it should. */
  | 'SUCCEEDED';

/** Copies by one label. */
export type LabelSelectorInput = {
  /** Key of the label. */
  key: string;
  /** True for the other copies, those without the label included. */
  not?: boolean;
  /** Its value is one of these, up to 20; without them, any. */
  values?: Array<string> | null | undefined;
};

/** Which operations; all conditions must hold. */
export type OperationFilter = {
  /** Of this kind. */
  kind?: string | null | undefined;
  /** With this outcome. */
  outcome?: OperationOutcome | null | undefined;
  /** In this phase. */
  phase?: OperationPhase | null | undefined;
  /** About the thing with this id. */
  subjectId?: string | number | null | undefined;
};

/** How much a line of a log matters. */
export type OperationLogLevel =
  /** A step, or the operation, did not succeed. */
  | 'ERROR'
  /** How the work comes along. */
  | 'INFO'
  /** Something that people should know; the work goes on. */
  | 'WARNING';

/** How an operation ended; only known when it is DONE. */
export type OperationOutcome =
  /** Somebody stopped it. What it made was undone; the warnings name what could not be. */
  | 'CANCELLED'
  /** The error says why. What it made was undone; the warnings name what could not be. */
  | 'FAILED'
  /** All was done. */
  | 'SUCCEEDED'
  /** The result is whole and usable; the warnings say what is not as it should be. */
  | 'SUCCEEDED_WITH_WARNINGS';

/** Where an operation stands. How it ended is its outcome. */
export type OperationPhase =
  /** Nothing of it runs any more; the outcome is set. */
  | 'DONE'
  /** The result is decided; what has to be undone or tidied up is being done. */
  | 'FINISHING'
  /** Asked for; it waits for its turn. */
  | 'QUEUED'
  /** Its steps run. */
  | 'RUNNING';

/** What is spoken on a port. */
export type PortProtocol =
  /** HTTP/1.1. */
  | 'HTTP'
  /** Anything over TCP. */
  | 'TCP';

/** A Site that shall join this Hub. */
export type RegisterSiteInput = {
  /** The id that it must have; without it, whichever it has. */
  id?: string | number | null | undefined;
  /** Of no effect: registering a Site again is no error, and takes its present address. */
  idempotencyKey?: string | null | undefined;
  /** Its one-time token for joining. A secret. */
  joinToken: string;
  /** Its base address, for example `https://site.example.org`. No link-local addresses. */
  url: string;
};

/** A Site that shall leave this Hub. */
export type RemoveSiteInput = {
  /** The Site. */
  siteId: string | number;
};

/** A copy that shall be repaired. */
export type RepairCopyInput = {
  /** The copy. */
  copyId: string | number;
  /** A whole copy of the same content at another Site; without it, the one that the copy was sent from, or one that it was sent to. */
  fromCopyId?: string | number | null | undefined;
  /** A repeat with the same key answers the first operation instead of starting another. */
  idempotencyKey?: string | null | undefined;
};

/** A copy that shall be brought up at a Site. */
export type RestoreCopyAtInput = {
  /** The copy, at any Site. */
  copyId: string | number;
  /** A repeat with the same key answers the first operation instead of starting another. */
  idempotencyKey?: string | null | undefined;
  /** Name of the new app instance. */
  name: string;
  /** Where the copy is kept at that Site; without it, the Site chooses. */
  repositoryId?: string | number | null | undefined;
  /** The Site at which the new app instance shall run. */
  siteId: string | number;
};

/** Which operation to repeat. */
export type RetryOperationInput = {
  /** Where to begin. Without it: with the step that failed if that can be, else with the first. */
  from?: RetryStart | null | undefined;
  /** The operation; it must have failed or been cancelled. */
  operationId: string | number;
};

/** Where a retry begins. */
export type RetryStart =
  /** With the first step that was not done: steps that were done in the last day are kept. Refused with OPERATION_NOT_RESUMABLE when none can be. */
  | 'FAILED_STEP'
  /** With the first step: everything is done again. */
  | 'START';

/** A copy that shall be sent to a repository. */
export type SendCopyInput = {
  /** The copy. */
  copyId: string | number;
  /** A repeat with the same key answers the first operation instead of starting another. */
  idempotencyKey?: string | null | undefined;
  /** Where to; the Site of this repository receives it. */
  repositoryId: string | number;
};

/** A port on which an app service listens. */
export type ServicePortInput = {
  /** Unique within the app service; the variable `PORT_<NAME>` carries the number. */
  name: string;
  /** A fixed number; without it the broker picks a free one. */
  port?: number | null | undefined;
  /** What is spoken on it. */
  protocol?: PortProtocol;
};

/** New limits of a copy repository. What is absent stays as it is. */
export type SetRepositoryLimitsInput = {
  /** Operations side by side, 1 to 1,000; null for as many as the Site allows in each repository. */
  operations?: number | null | undefined;
  /** Bytes of content that are read in a second, as they are stored: at least 65,536; null for no limit. */
  readBytesPerSecond?: number | string | null | undefined;
  /** Which one. */
  repositoryId: string | number;
  /** Bytes of content that are written in a second, as they are stored: at least 65,536; null for no limit. */
  writeBytesPerSecond?: number | string | null | undefined;
};

/** A named value of a data service plan, or of a repository. */
export type SettingInput = {
  /** Which one. */
  name: string;
  /** Its value. */
  value: string;
};

/** Whether the Hub can work with a Site now. */
export type SiteConnectionState =
  /** It answers, and its schema fits. */
  | 'CONNECTED'
  /** It does not answer, or not this Hub. */
  | 'DISCONNECTED'
  /** It answers, but its schema contradicts the others'; it is left out of the graph. */
  | 'INCOMPATIBLE'
  /** It was not asked yet, or its schema has not been read yet; the graph still misses it. */
  | 'UNKNOWN';

/** The direction of an order. */
export type SortDirection =
  /** Smallest or oldest first. */
  | 'ASC'
  /** Greatest or newest first. */
  | 'DESC';

/** A stopped app instance to start. */
export type StartAppInput = {
  /** Which one. */
  appInstanceId: string | number;
  /** Chosen by the caller: a repeat with the same key answers the operation of the first request instead of starting another. */
  idempotencyKey?: string | null | undefined;
};

/** Where one step of an operation stands. */
export type StepPhase =
  /** It has done its work. */
  | 'DONE'
  /** It has not; its error says why. */
  | 'FAILED'
  /** The operation that this one repeats has done its work, which is not done again. */
  | 'KEPT'
  /** It has not begun. */
  | 'PENDING'
  /** It runs, or waits to be tried again. */
  | 'RUNNING'
  /** It was not needed. */
  | 'SKIPPED'
  /** What it made was taken back. */
  | 'UNDONE';

/** An app instance to stop. */
export type StopAppInput = {
  /** Which one. */
  appInstanceId: string | number;
  /** Chosen by the caller: a repeat with the same key answers the operation of the first request instead of starting another. */
  idempotencyKey?: string | null | undefined;
};

/** The hooks that an app instance shall have. */
export type UpdateAppHooksInput = {
  /** Which one. */
  appInstanceId: string | number;
  /** All of them, in the order in which those of one event run; the others go. */
  hooks: Array<HookInput>;
};

/** What shall be said of a copy. What is not given stays. */
export type UpdateCopyInput = {
  /** Which copy, in any state. */
  copyId: string | number;
  /** When nobody needs it any more, a time to come; null for never. */
  expiresAt?: string | null | undefined;
  /** Up to 4,000 characters; null removes the notes. */
  notes?: string | null | undefined;
  /** Keys of labels that it loses; one that it has not is no error. */
  removeLabels?: Array<string> | null | undefined;
  /** Labels that it gets, or that get another value. */
  setLabels?: Array<CopyLabelInput> | null | undefined;
};

/** How much of a copy was read to verify it. */
export type VerificationMethod =
  /** Every byte. */
  | 'FULL'
  /** Pieces at random places of each part; it finds wide damage soon, and proves nothing about the rest. */
  | 'SAMPLED';

/** What a verification found. */
export type VerificationOutcome =
  /** Something is missing or has changed; the copy is not usable any more. */
  | 'DAMAGED'
  /** Every byte that was read is as it was written. */
  | 'INTACT';

/** A copy to read back and hash. */
export type VerifyCopyInput = {
  /** Which copy; usable, or found damaged before. */
  copyId: string | number;
  /** Chosen by the caller: a repeat with the same key answers the operation of the first request instead of starting another. */
  idempotencyKey?: string | null | undefined;
  /** How much of it is read. */
  method?: VerificationMethod;
  /** Of each part, for a sample: 1 to 50, 5 without it. */
  samplePercent?: number | null | undefined;
};

export type AppInstancesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: AppInstanceFilter | null | undefined;
  sites?: Array<string | number> | string | number | null | undefined;
}>;


export type AppInstancesQuery = { appInstances: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { id: string, name: string, phase: AppInstancePhase, reason: string | null, health: Health, entryPointUrl: string | null, createdAt: string, restoredFromCopyId: string | null, site: { id: string } } }> } | null };

export type AppInstanceQueryVariables = Exact<{
  id: string | number;
}>;


export type AppInstanceQuery = { appInstance: { id: string, name: string, phase: AppInstancePhase, reason: string | null, health: Health, entryPointUrl: string | null, createdAt: string, restoredFromCopyId: string | null, manifest: { hooks: Array<{ name: string, event: HookEvent, service: string, command: string | null, statements: string | null, deadlineMs: number, onFailure: HookFailurePolicy, holdsWrites: boolean }> }, dataServices: Array<{ id: string, name: string, plan: string, phase: DataServicePhase, health: Health, reason: string | null, figures: Array<{ name: string, value: number }> }>, appServices: Array<{ id: string, name: string, phase: AppServicePhase, reason: string | null, restarts: number, entryPointUrl: string | null }>, site: { id: string } } | null };

export type DeployAppMutationVariables = Exact<{
  input: DeployAppInput;
}>;


export type DeployAppMutation = { deployApp: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null }, appInstance: { id: string } | null } };

export type StopAppMutationVariables = Exact<{
  input: StopAppInput;
}>;


export type StopAppMutation = { stopApp: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } } };

export type StartAppMutationVariables = Exact<{
  input: StartAppInput;
}>;


export type StartAppMutation = { startApp: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } } };

export type DeleteAppMutationVariables = Exact<{
  input: DeleteAppInput;
}>;


export type DeleteAppMutation = { deleteApp: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } } };

export type UpdateAppHooksMutationVariables = Exact<{
  input: UpdateAppHooksInput;
}>;


export type UpdateAppHooksMutation = { updateAppHooks: { appInstance: { id: string, manifest: { hooks: Array<{ name: string, event: HookEvent, service: string, command: string | null, statements: string | null, deadlineMs: number, onFailure: HookFailurePolicy, holdsWrites: boolean }> } } | null } };

export type CopiesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: CopyFilter | null | undefined;
  orderBy?: CopyOrder | null | undefined;
  sites?: Array<string | number> | string | number | null | undefined;
}>;


export type CopiesQuery = { copies: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { id: string, appInstanceId: string, appInstanceName: string, phase: CopyPhase, outcome: CopyOutcome | null, usable: boolean, consistency: Consistency, consistencyAsked: Consistency | null, hooksAttempted: number, hooksFailed: number, takenAt: string | null, verifiedAt: string | null, createdAt: string, bytes: number | string, storedBytes: number | string, expiresAt: string | null, labels: Array<{ key: string, value: string }>, site: { id: string }, error: { code: string, message: string } | null } }> } | null };

export type CopyQueryVariables = Exact<{
  id: string | number;
}>;


export type CopyQuery = { copy: { uniqueBytes: number | string | null, notes: string | null, expiryHeldBy: string | null, id: string, appInstanceId: string, appInstanceName: string, phase: CopyPhase, outcome: CopyOutcome | null, usable: boolean, consistency: Consistency, consistencyAsked: Consistency | null, hooksAttempted: number, hooksFailed: number, takenAt: string | null, verifiedAt: string | null, createdAt: string, bytes: number | string, storedBytes: number | string, expiresAt: string | null, hookRuns: Array<{ operationId: string, hook: string, event: HookEvent, service: string, outcome: HookOutcome, startedAt: string, finishedAt: string | null, problem: string | null, output: string }>, verifications: Array<{ method: VerificationMethod, outcome: VerificationOutcome, finishedAt: string, bytesRead: number | string, problem: string | null, cause: { kind: string, name: string } }>, parts: Array<{ id: string, dataService: string, format: string, logicalBytes: number | string, storedBytes: number | string, hash: string | null, consistencyPoint: string | null, consistencyMarker: string | null }>, lineage: { originCopyId: string | null, originSiteId: string | null, sentToCopyIds: Array<string>, restoredAppInstanceIds: Array<string>, receipts: Array<{ sourceSiteId: string, sourcePartId: string, sourceRepositoryId: string, targetSiteId: string, targetCopyId: string, targetPartId: string, targetRepositoryId: string, hash: string, chunks: number, logicalBytes: number | string, bytesSent: number | string, storedBytes: number | string, startedAt: string, receivedAt: string, text: string, sourceKey: string, targetKey: string }>, sentReceipts: Array<{ sourceSiteId: string, sourcePartId: string, sourceRepositoryId: string, targetSiteId: string, targetCopyId: string, targetPartId: string, targetRepositoryId: string, hash: string, chunks: number, logicalBytes: number | string, bytesSent: number | string, storedBytes: number | string, startedAt: string, receivedAt: string, text: string, sourceKey: string, targetKey: string }>, dependents: Array<{ id: string, name: string }> }, labels: Array<{ key: string, value: string }>, site: { id: string }, error: { code: string, message: string } | null } | null };

export type CopyHistoryQueryVariables = Exact<{
  interval: CopyHistoryInterval;
  from?: string | null | undefined;
  to?: string | null | undefined;
  appInstanceName?: string | null | undefined;
  byApplication?: boolean | null | undefined;
  sites?: Array<string | number> | string | number | null | undefined;
}>;


export type CopyHistoryQuery = { copyHistory: Array<{ start: string, appInstanceName: string | null, copies: number, failed: number, cancelled: number, bytes: number | string, storedBytes: number | string, site: { id: string } }> | null };

export type CreateCopyMutationVariables = Exact<{
  input: CreateCopyInput;
}>;


export type CreateCopyMutation = { createCopy: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null }, copy: { id: string } | null } };

export type UpdateCopyMutationVariables = Exact<{
  input: UpdateCopyInput;
}>;


export type UpdateCopyMutation = { updateCopy: { copy: { id: string } | null } };

export type VerifyCopyMutationVariables = Exact<{
  input: VerifyCopyInput;
}>;


export type VerifyCopyMutation = { verifyCopy: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } } };

export type SendCopyMutationVariables = Exact<{
  input: SendCopyInput;
}>;


export type SendCopyMutation = { sendCopy: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } } };

export type RepairCopyMutationVariables = Exact<{
  input: RepairCopyInput;
}>;


export type RepairCopyMutation = { repairCopy: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } } };

export type DeleteCopyMutationVariables = Exact<{
  input: DeleteCopyInput;
}>;


export type DeleteCopyMutation = { deleteCopy: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } } };

export type RestoreCopyAtMutationVariables = Exact<{
  input: RestoreCopyAtInput;
}>;


export type RestoreCopyAtMutation = { restoreCopyAt: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } } };

export type CopyProgressSubscriptionVariables = Exact<{
  copyId?: string | number | null | undefined;
  after?: string | null | undefined;
}>;


export type CopyProgressSubscription = { copyProgress: { cursor: string, at: string, phase: CopyPhase, outcome: CopyOutcome | null, verified: boolean, snapshot: boolean, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, parts: Array<{ name: string, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null } }> } };

export type ProgressFieldsFragment = { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null };

export type PartProgressFieldsFragment = { name: string, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null } };

export type OperationFieldsFragment = { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null };

export type OperationLogLineFieldsFragment = { cursor: string, at: string, level: OperationLogLevel, step: string | null, message: string, isLast: boolean };

export type QueuePlaceFieldsFragment = { position: number, waitsFor: Array<{ subjectId: string, limit: number }> };

export type AppInstanceFieldsFragment = { id: string, name: string, phase: AppInstancePhase, reason: string | null, health: Health, entryPointUrl: string | null, createdAt: string, restoredFromCopyId: string | null, site: { id: string } };

export type CopyFieldsFragment = { id: string, appInstanceId: string, appInstanceName: string, phase: CopyPhase, outcome: CopyOutcome | null, usable: boolean, consistency: Consistency, consistencyAsked: Consistency | null, hooksAttempted: number, hooksFailed: number, takenAt: string | null, verifiedAt: string | null, createdAt: string, bytes: number | string, storedBytes: number | string, expiresAt: string | null, labels: Array<{ key: string, value: string }>, site: { id: string }, error: { code: string, message: string } | null };

export type HookFieldsFragment = { name: string, event: HookEvent, service: string, command: string | null, statements: string | null, deadlineMs: number, onFailure: HookFailurePolicy, holdsWrites: boolean };

export type TransferReceiptFieldsFragment = { sourceSiteId: string, sourcePartId: string, sourceRepositoryId: string, targetSiteId: string, targetCopyId: string, targetPartId: string, targetRepositoryId: string, hash: string, chunks: number, logicalBytes: number | string, bytesSent: number | string, storedBytes: number | string, startedAt: string, receivedAt: string, text: string, sourceKey: string, targetKey: string };

export type OperationsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: OperationFilter | null | undefined;
  sites?: Array<string | number> | string | number | null | undefined;
}>;


export type OperationsQuery = { operations: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } }> } | null };

export type OperationQueryVariables = Exact<{
  id: string | number;
}>;


export type OperationQuery = { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, parts: Array<{ name: string, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null } }>, steps: Array<{ name: string, phase: StepPhase, attempts: number, startedAt: string | null, finishedAt: string | null, error: { code: string, message: string } | null }>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } | null };

export type OperationLogsQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type OperationLogsQuery = { operation: { id: string, logs: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { cursor: string, at: string, level: OperationLogLevel, step: string | null, message: string, isLast: boolean } }> } } | null };

export type FollowOperationLogsSubscriptionVariables = Exact<{
  operationId: string | number;
  after?: string | null | undefined;
}>;


export type FollowOperationLogsSubscription = { operationLogs: { cursor: string, at: string, level: OperationLogLevel, step: string | null, message: string, isLast: boolean } };

export type CancelOperationMutationVariables = Exact<{
  input: CancelOperationInput;
}>;


export type CancelOperationMutation = { cancelOperation: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } } };

export type RetryOperationMutationVariables = Exact<{
  input: RetryOperationInput;
}>;


export type RetryOperationMutation = { retryOperation: { operation: { id: string, kind: string, phase: OperationPhase, outcome: OperationOutcome | null, subjectId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, warnings: Array<string>, cause: { kind: string, name: string }, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, error: { code: string, message: string } | null } } };

export type OperationProgressSubscriptionVariables = Exact<{
  operationId?: string | number | null | undefined;
  after?: string | null | undefined;
}>;


export type OperationProgressSubscription = { operationProgress: { cursor: string, at: string, phase: OperationPhase, outcome: OperationOutcome | null, step: string | null, snapshot: boolean, queue: { position: number, waitsFor: Array<{ subjectId: string, limit: number }> } | null, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null }, parts: Array<{ name: string, progress: { bytesDone: number | string, bytesTotal: number | string | null, itemsDone: number, itemsTotal: number | null, bytesPerSecond: number | null, etaSeconds: number | null, bytesRead: number | string | null, bytesNew: number | string | null, bytesStored: number | string | null, bytesVerified: number | string | null, bytesSent: number | string | null } }>, operation: { id: string, subjectId: string | null, error: { code: string, message: string } | null } } };

export type SitesQueryVariables = Exact<{ [key: string]: never; }>;


export type SitesQuery = { sites: Array<{ id: string, name: string, health: Health | null, healthReason: string | null, version: string | null, location: { label: string }, connection: { state: SiteConnectionState, reason: string | null, since: string } | null }> };

export type RegisterSiteMutationVariables = Exact<{
  input: RegisterSiteInput;
}>;


export type RegisterSiteMutation = { registerSite: { site: { id: string } } };

export type RemoveSiteMutationVariables = Exact<{
  input: RemoveSiteInput;
}>;


export type RemoveSiteMutation = { removeSite: { siteId: string } };

export type CopyRepositoriesQueryVariables = Exact<{ [key: string]: never; }>;


export type CopyRepositoriesQuery = { copyRepositories: Array<{ id: string, name: string, site: { id: string } }> | null };

export type SetRepositoryLimitsMutationVariables = Exact<{
  input: SetRepositoryLimitsInput;
}>;


export type SetRepositoryLimitsMutation = { setRepositoryLimits: { copyRepository: { id: string, name: string, limits: { readBytesPerSecond: number | string | null, writeBytesPerSecond: number | string | null, operations: number } } } };

export type CopyRepositoryFiguresQueryVariables = Exact<{ [key: string]: never; }>;


export type CopyRepositoryFiguresQuery = { copyRepositories: Array<{ id: string, name: string, usedBytes: number | string | null, availableBytes: number | string | null, partCount: number | null, site: { id: string }, broker: { name: string }, limits: { readBytesPerSecond: number | string | null, writeBytesPerSecond: number | string | null, operations: number } }> | null };

export const ProgressFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}}]} as unknown as DocumentNode<ProgressFieldsFragment, unknown>;
export const PartProgressFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PartProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PartProgress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}}]} as unknown as DocumentNode<PartProgressFieldsFragment, unknown>;
export const QueuePlaceFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}}]} as unknown as DocumentNode<QueuePlaceFieldsFragment, unknown>;
export const OperationFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}}]} as unknown as DocumentNode<OperationFieldsFragment, unknown>;
export const OperationLogLineFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationLogLineFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationLogLine"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"level"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"isLast"}}]}}]} as unknown as DocumentNode<OperationLogLineFieldsFragment, unknown>;
export const AppInstanceFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AppInstanceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AppInstance"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"health"}},{"kind":"Field","name":{"kind":"Name","value":"entryPointUrl"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"restoredFromCopyId"}},{"kind":"Field","name":{"kind":"Name","value":"site"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<AppInstanceFieldsFragment, unknown>;
export const CopyFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CopyFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Copy"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appInstanceId"}},{"kind":"Field","name":{"kind":"Name","value":"appInstanceName"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"usable"}},{"kind":"Field","name":{"kind":"Name","value":"consistency"}},{"kind":"Field","name":{"kind":"Name","value":"consistencyAsked"}},{"kind":"Field","name":{"kind":"Name","value":"hooksAttempted"}},{"kind":"Field","name":{"kind":"Name","value":"hooksFailed"}},{"kind":"Field","name":{"kind":"Name","value":"takenAt"}},{"kind":"Field","name":{"kind":"Name","value":"verifiedAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"labels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"site"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<CopyFieldsFragment, unknown>;
export const HookFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"HookFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Hook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"event"}},{"kind":"Field","name":{"kind":"Name","value":"service"}},{"kind":"Field","name":{"kind":"Name","value":"command"}},{"kind":"Field","name":{"kind":"Name","value":"statements"}},{"kind":"Field","name":{"kind":"Name","value":"deadlineMs"}},{"kind":"Field","name":{"kind":"Name","value":"onFailure"}},{"kind":"Field","name":{"kind":"Name","value":"holdsWrites"}}]}}]} as unknown as DocumentNode<HookFieldsFragment, unknown>;
export const TransferReceiptFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TransferReceiptFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TransferReceipt"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sourceSiteId"}},{"kind":"Field","name":{"kind":"Name","value":"sourcePartId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceRepositoryId"}},{"kind":"Field","name":{"kind":"Name","value":"targetSiteId"}},{"kind":"Field","name":{"kind":"Name","value":"targetCopyId"}},{"kind":"Field","name":{"kind":"Name","value":"targetPartId"}},{"kind":"Field","name":{"kind":"Name","value":"targetRepositoryId"}},{"kind":"Field","name":{"kind":"Name","value":"hash"}},{"kind":"Field","name":{"kind":"Name","value":"chunks"}},{"kind":"Field","name":{"kind":"Name","value":"logicalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"sourceKey"}},{"kind":"Field","name":{"kind":"Name","value":"targetKey"}}]}}]} as unknown as DocumentNode<TransferReceiptFieldsFragment, unknown>;
export const AppInstancesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AppInstances"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AppInstanceFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sites"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"appInstances"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"sites"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sites"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AppInstanceFields"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AppInstanceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AppInstance"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"health"}},{"kind":"Field","name":{"kind":"Name","value":"entryPointUrl"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"restoredFromCopyId"}},{"kind":"Field","name":{"kind":"Name","value":"site"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<AppInstancesQuery, AppInstancesQueryVariables>;
export const AppInstanceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AppInstance"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"appInstance"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AppInstanceFields"}},{"kind":"Field","name":{"kind":"Name","value":"manifest"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hooks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"HookFields"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"dataServices"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"plan"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"health"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"figures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"appServices"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"restarts"}},{"kind":"Field","name":{"kind":"Name","value":"entryPointUrl"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AppInstanceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AppInstance"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"health"}},{"kind":"Field","name":{"kind":"Name","value":"entryPointUrl"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"restoredFromCopyId"}},{"kind":"Field","name":{"kind":"Name","value":"site"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"HookFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Hook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"event"}},{"kind":"Field","name":{"kind":"Name","value":"service"}},{"kind":"Field","name":{"kind":"Name","value":"command"}},{"kind":"Field","name":{"kind":"Name","value":"statements"}},{"kind":"Field","name":{"kind":"Name","value":"deadlineMs"}},{"kind":"Field","name":{"kind":"Name","value":"onFailure"}},{"kind":"Field","name":{"kind":"Name","value":"holdsWrites"}}]}}]} as unknown as DocumentNode<AppInstanceQuery, AppInstanceQueryVariables>;
export const DeployAppDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeployApp"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeployAppInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployApp"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"appInstance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<DeployAppMutation, DeployAppMutationVariables>;
export const StopAppDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StopApp"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StopAppInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopApp"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<StopAppMutation, StopAppMutationVariables>;
export const StartAppDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartApp"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartAppInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startApp"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<StartAppMutation, StartAppMutationVariables>;
export const DeleteAppDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteApp"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteAppInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteApp"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<DeleteAppMutation, DeleteAppMutationVariables>;
export const UpdateAppHooksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateAppHooks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateAppHooksInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateAppHooks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"appInstance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"manifest"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hooks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"HookFields"}}]}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"HookFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Hook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"event"}},{"kind":"Field","name":{"kind":"Name","value":"service"}},{"kind":"Field","name":{"kind":"Name","value":"command"}},{"kind":"Field","name":{"kind":"Name","value":"statements"}},{"kind":"Field","name":{"kind":"Name","value":"deadlineMs"}},{"kind":"Field","name":{"kind":"Name","value":"onFailure"}},{"kind":"Field","name":{"kind":"Name","value":"holdsWrites"}}]}}]} as unknown as DocumentNode<UpdateAppHooksMutation, UpdateAppHooksMutationVariables>;
export const CopiesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Copies"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CopyFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CopyOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sites"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"copies"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"sites"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sites"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"CopyFields"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CopyFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Copy"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appInstanceId"}},{"kind":"Field","name":{"kind":"Name","value":"appInstanceName"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"usable"}},{"kind":"Field","name":{"kind":"Name","value":"consistency"}},{"kind":"Field","name":{"kind":"Name","value":"consistencyAsked"}},{"kind":"Field","name":{"kind":"Name","value":"hooksAttempted"}},{"kind":"Field","name":{"kind":"Name","value":"hooksFailed"}},{"kind":"Field","name":{"kind":"Name","value":"takenAt"}},{"kind":"Field","name":{"kind":"Name","value":"verifiedAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"labels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"site"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<CopiesQuery, CopiesQueryVariables>;
export const CopyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Copy"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"copy"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"CopyFields"}},{"kind":"Field","name":{"kind":"Name","value":"uniqueBytes"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"expiryHeldBy"}},{"kind":"Field","name":{"kind":"Name","value":"hookRuns"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operationId"}},{"kind":"Field","name":{"kind":"Name","value":"hook"}},{"kind":"Field","name":{"kind":"Name","value":"event"}},{"kind":"Field","name":{"kind":"Name","value":"service"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"problem"}},{"kind":"Field","name":{"kind":"Name","value":"output"}}]}},{"kind":"Field","name":{"kind":"Name","value":"verifications"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"problem"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"parts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"dataService"}},{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"logicalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"hash"}},{"kind":"Field","name":{"kind":"Name","value":"consistencyPoint"}},{"kind":"Field","name":{"kind":"Name","value":"consistencyMarker"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lineage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"originCopyId"}},{"kind":"Field","name":{"kind":"Name","value":"originSiteId"}},{"kind":"Field","name":{"kind":"Name","value":"sentToCopyIds"}},{"kind":"Field","name":{"kind":"Name","value":"receipts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TransferReceiptFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sentReceipts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TransferReceiptFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"restoredAppInstanceIds"}},{"kind":"Field","name":{"kind":"Name","value":"dependents"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CopyFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Copy"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"appInstanceId"}},{"kind":"Field","name":{"kind":"Name","value":"appInstanceName"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"usable"}},{"kind":"Field","name":{"kind":"Name","value":"consistency"}},{"kind":"Field","name":{"kind":"Name","value":"consistencyAsked"}},{"kind":"Field","name":{"kind":"Name","value":"hooksAttempted"}},{"kind":"Field","name":{"kind":"Name","value":"hooksFailed"}},{"kind":"Field","name":{"kind":"Name","value":"takenAt"}},{"kind":"Field","name":{"kind":"Name","value":"verifiedAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"labels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"site"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TransferReceiptFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TransferReceipt"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sourceSiteId"}},{"kind":"Field","name":{"kind":"Name","value":"sourcePartId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceRepositoryId"}},{"kind":"Field","name":{"kind":"Name","value":"targetSiteId"}},{"kind":"Field","name":{"kind":"Name","value":"targetCopyId"}},{"kind":"Field","name":{"kind":"Name","value":"targetPartId"}},{"kind":"Field","name":{"kind":"Name","value":"targetRepositoryId"}},{"kind":"Field","name":{"kind":"Name","value":"hash"}},{"kind":"Field","name":{"kind":"Name","value":"chunks"}},{"kind":"Field","name":{"kind":"Name","value":"logicalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"sourceKey"}},{"kind":"Field","name":{"kind":"Name","value":"targetKey"}}]}}]} as unknown as DocumentNode<CopyQuery, CopyQueryVariables>;
export const CopyHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CopyHistory"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"interval"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CopyHistoryInterval"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"appInstanceName"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"byApplication"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sites"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"copyHistory"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"interval"},"value":{"kind":"Variable","name":{"kind":"Name","value":"interval"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"appInstanceName"},"value":{"kind":"Variable","name":{"kind":"Name","value":"appInstanceName"}}},{"kind":"Argument","name":{"kind":"Name","value":"byApplication"},"value":{"kind":"Variable","name":{"kind":"Name","value":"byApplication"}}},{"kind":"Argument","name":{"kind":"Name","value":"sites"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sites"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"site"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"appInstanceName"}},{"kind":"Field","name":{"kind":"Name","value":"copies"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"cancelled"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}}]}}]} as unknown as DocumentNode<CopyHistoryQuery, CopyHistoryQueryVariables>;
export const CreateCopyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateCopy"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateCopyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createCopy"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"copy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<CreateCopyMutation, CreateCopyMutationVariables>;
export const UpdateCopyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateCopy"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateCopyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateCopy"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"copy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<UpdateCopyMutation, UpdateCopyMutationVariables>;
export const VerifyCopyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"VerifyCopy"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"VerifyCopyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"verifyCopy"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<VerifyCopyMutation, VerifyCopyMutationVariables>;
export const SendCopyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SendCopy"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SendCopyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sendCopy"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<SendCopyMutation, SendCopyMutationVariables>;
export const RepairCopyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RepairCopy"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RepairCopyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"repairCopy"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<RepairCopyMutation, RepairCopyMutationVariables>;
export const DeleteCopyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteCopy"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteCopyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteCopy"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<DeleteCopyMutation, DeleteCopyMutationVariables>;
export const RestoreCopyAtDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RestoreCopyAt"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RestoreCopyAtInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"restoreCopyAt"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<RestoreCopyAtMutation, RestoreCopyAtMutationVariables>;
export const CopyProgressDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"CopyProgress"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"copyId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"copyProgress"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"copyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"copyId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"verified"}},{"kind":"Field","name":{"kind":"Name","value":"snapshot"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"parts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PartProgressFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PartProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PartProgress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}}]}}]} as unknown as DocumentNode<CopyProgressSubscription, CopyProgressSubscriptionVariables>;
export const OperationsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Operations"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"OperationFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sites"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"sites"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sites"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<OperationsQuery, OperationsQueryVariables>;
export const OperationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Operation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}},{"kind":"Field","name":{"kind":"Name","value":"parts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PartProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PartProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PartProgress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}}]}}]} as unknown as DocumentNode<OperationQuery, OperationQueryVariables>;
export const OperationLogsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OperationLogs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"logs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationLogLineFields"}}]}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationLogLineFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationLogLine"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"level"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"isLast"}}]}}]} as unknown as DocumentNode<OperationLogsQuery, OperationLogsQueryVariables>;
export const FollowOperationLogsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowOperationLogs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"operationId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operationLogs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"operationId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"operationId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationLogLineFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationLogLineFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationLogLine"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"level"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"isLast"}}]}}]} as unknown as DocumentNode<FollowOperationLogsSubscription, FollowOperationLogsSubscriptionVariables>;
export const CancelOperationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelOperation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CancelOperationInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelOperation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<CancelOperationMutation, CancelOperationMutationVariables>;
export const RetryOperationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RetryOperation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RetryOperationInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retryOperation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"cause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<RetryOperationMutation, RetryOperationMutationVariables>;
export const OperationProgressDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"OperationProgress"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"operationId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operationProgress"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"operationId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"operationId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"snapshot"}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QueuePlaceFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"parts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PartProgressFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Progress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"itemsDone"}},{"kind":"Field","name":{"kind":"Name","value":"itemsTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"etaSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesNew"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"bytesVerified"}},{"kind":"Field","name":{"kind":"Name","value":"bytesSent"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QueuePlaceFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OperationQueuePlace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"waitsFor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PartProgressFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PartProgress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProgressFields"}}]}}]}}]} as unknown as DocumentNode<OperationProgressSubscription, OperationProgressSubscriptionVariables>;
export const SitesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Sites"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sites"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"health"}},{"kind":"Field","name":{"kind":"Name","value":"healthReason"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"connection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"since"}}]}}]}}]}}]} as unknown as DocumentNode<SitesQuery, SitesQueryVariables>;
export const RegisterSiteDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RegisterSite"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RegisterSiteInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registerSite"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"site"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<RegisterSiteMutation, RegisterSiteMutationVariables>;
export const RemoveSiteDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemoveSite"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RemoveSiteInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"removeSite"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"siteId"}}]}}]}}]} as unknown as DocumentNode<RemoveSiteMutation, RemoveSiteMutationVariables>;
export const CopyRepositoriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CopyRepositories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"copyRepositories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"site"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<CopyRepositoriesQuery, CopyRepositoriesQueryVariables>;
export const SetRepositoryLimitsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetRepositoryLimits"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetRepositoryLimitsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setRepositoryLimits"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"copyRepository"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"limits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"readBytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"writeBytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"operations"}}]}}]}}]}}]}}]} as unknown as DocumentNode<SetRepositoryLimitsMutation, SetRepositoryLimitsMutationVariables>;
export const CopyRepositoryFiguresDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CopyRepositoryFigures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"copyRepositories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"site"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"broker"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"availableBytes"}},{"kind":"Field","name":{"kind":"Name","value":"partCount"}},{"kind":"Field","name":{"kind":"Name","value":"limits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"readBytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"writeBytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"operations"}}]}}]}}]}}]} as unknown as DocumentNode<CopyRepositoryFiguresQuery, CopyRepositoryFiguresQueryVariables>;