import type { BrokerInfo, CallOptions, LongCallOptions, Page, PageRequest } from './broker-call.js';
import type { RunResult } from './run-result.js';

/** What a PaaS broker can do beyond the least. Absent means the default. */
export interface PaasCapabilities {
  /** More than one replica of an app service. @default false */
  readonly replicas?: boolean;
  /** Honours cpu and memory limits. @default false */
  readonly resources?: boolean;
  /** Pulls artifacts with registry credentials. @default false */
  readonly registryCredentials?: boolean;
  /** `pause` holds an app service without ending it, so that what it writes to can be copied at one moment. @default false */
  readonly pause?: boolean;
  /** `runCommand` runs commands that an artifact declares. @default false */
  readonly commands?: boolean;
}

export interface PaasBrokerInfo extends BrokerInfo {
  /** Kinds of artifact it can run: `directory` (a folder of the broker's artifact root), `oci-image`, … */
  readonly artifactTypes: readonly string[];
  /** The longest `appServiceId` it takes. */
  readonly appServiceIdMaxLength: number;
  readonly capabilities: PaasCapabilities;
}

/** A place within the scheduler that separates app services: a namespace, a folder. */
export interface Space {
  readonly name: string;
  readonly description: string;
}

/** What to run: never a command line of the caller's. */
export interface Artifact {
  readonly type: string;
  /** `guestbook`, `registry.example/team/app`. */
  readonly name: string;
  readonly version: string;
  /** Name of credentials the broker was configured with; values never pass here. */
  readonly registryCredentials?: string;
}

export interface ServicePort {
  /** Unique within the app service; also names the variable `PORT_<NAME>` (upper case) that carries the number. */
  readonly name: string;
  /** A fixed number, or absent: the broker picks a free one and keeps it. */
  readonly port?: number;
  readonly protocol: 'http' | 'tcp';
}

export interface HealthCheck {
  /** Name of an `http` port. */
  readonly port: string;
  readonly path: string;
  /** @default 1000 */
  readonly intervalMs?: number;
  /** @default 2000 */
  readonly timeoutMs?: number;
  /** How long the first success may take. @default 30000 */
  readonly startWithinMs?: number;
}

/** An app service as it shall run. Everything that makes it run the same elsewhere, and nothing of this place. */
export interface AppServiceSpec {
  readonly artifact: Artifact;
  /** Final values: bindings are already in. Values are secrets: never logged. The first port's number is also in `PORT`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  readonly healthCheck?: HealthCheck;
  /** @default 1 */
  readonly replicas?: number;
  readonly resources?: { readonly cpus?: number; readonly memoryBytes?: number };
}

export interface AppServiceKey {
  readonly space: string;
  /** Chosen by the caller, `[a-z0-9-]`, at most `appServiceIdMaxLength`. */
  readonly appServiceId: string;
}

/** `starting`: not healthy yet, or waiting to be restarted after `reason`. `error`: given up; `reason` says why. */
export type AppServiceState =
  | { readonly phase: 'stopped' }
  | { readonly phase: 'starting'; readonly reason?: string }
  | { readonly phase: 'running' }
  | { readonly phase: 'error'; readonly reason: string };

export interface AppServiceStatus extends AppServiceKey {
  readonly state: AppServiceState;
  readonly replicasReady: number;
  /** How often it was restarted since it was deployed. */
  readonly restarts: number;
  /** Where its first http port answers, once it runs: an origin, without a slash at the end. */
  readonly entryPointUrl?: string;
}

/** The configuration as it really runs, read back from the scheduler. */
export interface RunningConfiguration {
  readonly artifact: Artifact;
  readonly environmentNames: readonly string[];
  readonly ports: readonly ServicePort[];
  readonly healthCheck?: HealthCheck;
  readonly replicas: number;
  readonly resources?: { readonly cpus?: number; readonly memoryBytes?: number };
}

export interface CommandRequest extends AppServiceKey {
  /** Names this run in the broker's log. */
  readonly runId: string;
  /** One of `commandsOf` the artifact that runs: a name, never a command line of the caller's. */
  readonly command: string;
  /** 100 to 600,000. */
  readonly deadlineMs: number;
  /** Added to the environment of the app service. No secrets. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface LogLine {
  readonly at: Date;
  readonly stream: 'out' | 'err';
  readonly text: string;
  /** Position for `after`; grows within one app service. */
  readonly cursor: string;
}

/**
 * Runs app services on a scheduler. For all methods: ids are the caller's, calls may be repeated after a crash and end in
 * the same state, calls for different app services run side by side, errors are `BrokerError`s.
 */
export interface PaasBroker {
  readonly kind: 'paas';

  info(options?: CallOptions): Promise<PaasBrokerInfo>;

  /** At least one. */
  spaces(options?: CallOptions): Promise<readonly Space[]>;

  /**
   * Makes the app service run as the spec says and resolves once it is `running` (healthy, where a check is given).
   * Idempotent: the same spec on a running one changes nothing; another spec replaces it. A stopped one starts. If a first
   * deployment fails or is cancelled nothing stays; if a replacement fails the app service is in `error`.
   * @throws INVALID_REQUEST; NOT_SUPPORTED an artifact type or capability; NOT_FOUND space or artifact; PORT_IN_USE;
   * DEADLINE_EXCEEDED never healthy within `startWithinMs`: the message ends with its last lines of output
   */
  deploy(request: AppServiceKey & { readonly spec: AppServiceSpec }, options?: LongCallOptions): Promise<AppServiceStatus>;

  /** @throws NOT_FOUND */
  get(key: AppServiceKey, options?: CallOptions): Promise<AppServiceStatus>;

  list(page?: PageRequest, options?: CallOptions): Promise<Page<AppServiceStatus>>;

  /** @throws NOT_FOUND */
  configuration(key: AppServiceKey, options?: CallOptions): Promise<RunningConfiguration>;

  /** Ends it, gracefully first; resolves when no process or container of it runs. Idempotent. @throws NOT_FOUND */
  stop(key: AppServiceKey, options?: LongCallOptions): Promise<void>;

  /** Ends it and removes everything of it. Idempotent: unknown is success. */
  delete(key: AppServiceKey, options?: LongCallOptions): Promise<void>;

  /**
   * Holds everything of it as it is until `unpause` or until `holdForMs` has passed, whichever is first, also when the broker
   * has died: a forgotten hold ends by itself. Resolves when nothing of it runs. It stays `running`, and health checks wait:
   * a hold is no failure. One that is stopped or in `error` is held as it is. Idempotent by `holdId`; it goes on when the
   * last hold has ended. @throws NOT_FOUND; CONFLICT it is starting; NOT_SUPPORTED without the capability
   */
  pause(request: AppServiceKey & { readonly holdId: string; readonly holdForMs: number }, options?: CallOptions): Promise<void>;

  /** Ends a hold. Idempotent: unknown is success. */
  unpause(request: AppServiceKey & { readonly holdId: string }, options?: CallOptions): Promise<void>;

  /** Names of the commands that an artifact declares. @throws NOT_FOUND there is no such artifact; NOT_SUPPORTED without the capability */
  commandsOf(artifact: Artifact, options?: CallOptions): Promise<readonly string[]>;

  /**
   * Runs a command beside the app service: where it runs and with its environment, also while it is paused. Resolves when the
   * command has ended with all of its process group, at the deadline at the latest, whatever its end: a command that fails is
   * an answer, no error. It does not outlive its deadline when the broker dies either, and no run of a broker that died is
   * left when the next one has opened. `stop` and `delete` end it. Secrets of the environment are not in the output.
   * @throws NOT_FOUND app service or command; CONFLICT the app service is not `running`; INVALID_REQUEST the deadline;
   * CANCELLED nothing of it runs; NOT_SUPPORTED without the capability
   */
  runCommand(request: CommandRequest, options?: CallOptions): Promise<RunResult>;

  /**
   * Lines in order, from the oldest kept one or right after `after`; with `follow`, goes on until aborted, which ends the
   * iteration without an error. Ends cleanly when the consumer stops. At least the last 1,000 lines are kept across restarts. @throws NOT_FOUND
   */
  logs(key: AppServiceKey & { readonly follow?: boolean; readonly after?: string }, options?: CallOptions): AsyncIterable<LogLine>;

  /** Stops embedded app services cleanly, so that the same broker can start them again. */
  close(): Promise<void>;
}
