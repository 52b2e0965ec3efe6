/**
 * The description of an application: what the graph calls `AppManifest`, and what a copy keeps. No secrets. Type aliases rather
 * than interfaces, since only those count as plain JSON to an operation's input.
 */
export type AppManifest = {
  readonly dataServices: readonly DataServiceManifest[];
  /** In the order in which they start; they stop in reverse. */
  readonly appServices: readonly AppServiceManifest[];
  /** In the order in which those of one event run. @default none: absent in what an older release wrote */
  readonly hooks?: readonly HookManifest[] | undefined;
};

export const HookEvent = { BEFORE_COPY: 'BEFORE_COPY', AFTER_COPY: 'AFTER_COPY', AFTER_RESTORE: 'AFTER_RESTORE' } as const;
export type HookEvent = (typeof HookEvent)[keyof typeof HookEvent];

/** What a hook that fails or comes to its deadline means for the operation. */
export const HookFailurePolicy = { FAIL: 'FAIL', CONTINUE: 'CONTINUE' } as const;
export type HookFailurePolicy = (typeof HookFailurePolicy)[keyof typeof HookFailurePolicy];

/** Work that the application does around a copy, or after a restore: a command in an app service, or statements in a data service. */
export type HookManifest = {
  /** Unique within the manifest. */
  readonly name: string;
  readonly event: HookEvent;
  /** Name of the service that it runs in. */
  readonly service: string;
  /** Of an app service: the name of a command that its artifact declares. */
  readonly command?: string | undefined;
  /** Of a data service, in the language of its protocol. */
  readonly statements?: string | undefined;
  readonly deadlineMs: number;
  readonly onFailure: HookFailurePolicy;
  /** Before a copy: once it has succeeded, the application writes nothing until a hook after the copy. */
  readonly holdsWrites: boolean;
};

export type DataServiceManifest = {
  /** Unique within the manifest; `${<name>.<key>}` in an environment refers to it. */
  readonly name: string;
  /** What app services speak to it, for example `postgresql`. */
  readonly protocol: string;
  /** Absent: the first plan that offers the protocol. */
  readonly plan?: string | undefined;
  /** Id of the broker; absent: the first that offers protocol and plan. */
  readonly broker?: string | undefined;
  readonly settings: readonly NamedValue[];
};

export type AppServiceManifest = {
  readonly name: string;
  readonly artifact: ArtifactManifest;
  /** Values are templates: `${db.uri}` becomes the key `uri` of data service `db`'s binding, `$${` a plain `${`. */
  readonly environment: readonly NamedValue[];
  readonly ports: readonly ServicePortManifest[];
  readonly healthCheck?: HealthCheckManifest | undefined;
  readonly replicas: number;
  /** True for the one whose URL is the application's. */
  readonly entryPoint: boolean;
};

export type ArtifactManifest = {
  readonly type: string;
  readonly name: string;
  readonly version: string;
};

export type NamedValue = {
  readonly name: string;
  readonly value: string;
};

export const PortProtocol = { HTTP: 'HTTP', TCP: 'TCP' } as const;
export type PortProtocol = (typeof PortProtocol)[keyof typeof PortProtocol];

export type ServicePortManifest = {
  readonly name: string;
  /** Absent: the broker picks a free one. */
  readonly port?: number | undefined;
  readonly protocol: PortProtocol;
};

export type HealthCheckManifest = {
  /** Name of an HTTP port. */
  readonly port: string;
  readonly path: string;
  readonly intervalMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly startWithinMs?: number | undefined;
};
