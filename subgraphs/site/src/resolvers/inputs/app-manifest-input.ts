import { Field, ID, InputType, Int } from 'type-graphql';
import type { AppManifest, HookManifest } from '../../domain/manifest/app-manifest.js';
import { withoutAbsent } from '../../domain/without-absent.js';
import { HookEvent, HookFailurePolicy, PortProtocol } from '../types/enums.js';

@InputType({ description: 'A named value of a data service plan, or of a repository.' })
export class SettingInput {
  @Field(() => String, { description: 'Which one.' })
  name!: string;

  @Field(() => String, { description: 'Its value.' })
  value!: string;
}

@InputType({ description: 'A variable of the environment of an app service.' })
export class EnvironmentVariableInput {
  @Field(() => String, { description: 'Name of the variable.' })
  name!: string;

  @Field(() => String, {
    description: 'A template: `${db.uri}` becomes the key `uri` of data service `db`; `$${` stands for a plain `${`. No secrets: it is kept and shown.',
  })
  value!: string;
}

@InputType({ description: 'What an app service runs.' })
export class ArtifactInput {
  @Field(() => String, { description: 'Kind of artifact, for example `directory` or `oci-image`.' })
  type!: string;

  @Field(() => String, { description: 'Its name where artifacts of this kind are kept.' })
  name!: string;

  @Field(() => String, { description: 'Its version, tag or digest.' })
  version!: string;
}

@InputType({ description: 'A port on which an app service listens.' })
export class ServicePortInput {
  @Field(() => String, { description: 'Unique within the app service; the variable `PORT_<NAME>` carries the number.' })
  name!: string;

  @Field(() => Int, { nullable: true, description: 'A fixed number; without it the broker picks a free one.' })
  port?: number | null;

  @Field(() => PortProtocol, { defaultValue: PortProtocol.HTTP, description: 'What is spoken on it.' })
  protocol!: PortProtocol;
}

@InputType({ description: 'How an app service shows that it is healthy: by answering a GET with a status below 400.' })
export class HealthCheckInput {
  @Field(() => String, { description: 'Name of an HTTP port.' })
  port!: string;

  @Field(() => String, { description: 'Path to ask, from the first slash on.' })
  path!: string;

  @Field(() => Int, { nullable: true, description: 'Milliseconds between two checks.' })
  intervalMs?: number | null;

  @Field(() => Int, { nullable: true, description: 'Milliseconds that an answer may take.' })
  timeoutMs?: number | null;

  @Field(() => Int, { nullable: true, description: 'Milliseconds until the first success.' })
  startWithinMs?: number | null;
}

@InputType({ description: 'An app service as an application describes it.' })
export class AppServiceManifestInput {
  @Field(() => String, { description: 'Unique within the manifest.' })
  name!: string;

  @Field(() => ArtifactInput, { description: 'What it runs.' })
  artifact!: ArtifactInput;

  @Field(() => [EnvironmentVariableInput], { defaultValue: [], description: 'Its environment, as templates.' })
  environment!: EnvironmentVariableInput[];

  @Field(() => [ServicePortInput], { defaultValue: [], description: 'The ports it listens on.' })
  ports!: ServicePortInput[];

  @Field(() => HealthCheckInput, { nullable: true, description: 'How its health is checked; without it, running is healthy.' })
  healthCheck?: HealthCheckInput | null;

  @Field(() => Int, { defaultValue: 1, description: 'How many of it run.' })
  replicas!: number;

  @Field(() => Boolean, { defaultValue: false, description: 'True for the one whose URL is the URL of the application.' })
  entryPoint!: boolean;
}

@InputType({ description: 'A data service as an application describes it.' })
export class DataServiceManifestInput {
  @Field(() => String, { description: 'Unique within the manifest; `${<name>.<key>}` refers to it.' })
  name!: string;

  @Field(() => String, { description: 'What app services speak to it, for example `postgresql`.' })
  protocol!: string;

  @Field(() => String, { nullable: true, description: 'Id of the service plan; without it, the first that fits.' })
  plan?: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the broker; without it, the first that fits.' })
  broker?: string | null;

  @Field(() => [SettingInput], { defaultValue: [], description: 'Settings of the plan.' })
  settings!: SettingInput[];
}

@InputType({ description: 'Work that an application does around a copy or after a restore. Either a command or statements.' })
export class HookInput {
  @Field(() => String, { description: 'Unique within the manifest: a lower-case DNS label.' })
  name!: string;

  @Field(() => HookEvent, { description: 'When it runs.' })
  event!: HookEvent;

  @Field(() => String, { description: 'Name of the service that it runs in.' })
  service!: string;

  @Field(() => String, { nullable: true, description: 'Of an app service: the name of a command that its artifact declares, no command line.' })
  command?: string | null;

  @Field(() => String, { nullable: true, description: 'Of a data service: statements in the language of its protocol, up to 16,384 characters. No secrets: they are kept and shown.' })
  statements?: string | null;

  @Field(() => Int, { defaultValue: 30_000, description: 'Milliseconds after which it is ended, and has failed: 100 to 600,000.' })
  deadlineMs!: number;

  @Field(() => HookFailurePolicy, { defaultValue: HookFailurePolicy.FAIL, description: 'What it means when it fails.' })
  onFailure!: HookFailurePolicy;

  @Field(() => Boolean, { defaultValue: false, description: 'Before a copy: once it has succeeded, the application writes nothing until a hook after the copy, which must be declared too.' })
  holdsWrites!: boolean;
}

@InputType({ description: 'The description of an application.' })
export class AppManifestInput {
  @Field(() => [AppServiceManifestInput], { defaultValue: [], description: 'In the order in which they start; they stop in reverse.' })
  appServices!: AppServiceManifestInput[];

  @Field(() => [DataServiceManifestInput], { defaultValue: [], description: 'What they need.' })
  dataServices!: DataServiceManifestInput[];

  @Field(() => [HookInput], { defaultValue: [], description: 'In the order in which those of one event run, up to 32.' })
  hooks!: HookInput[];
}

/** Hooks as the domain has them. */
export function toHooks(hooks: readonly HookInput[]): HookManifest[] {
  return hooks.map(({ name, event, service, command, statements, deadlineMs, onFailure, holdsWrites }) => ({
    name,
    event,
    service,
    ...withoutAbsent({ command, statements }),
    deadlineMs,
    onFailure,
    holdsWrites,
  }));
}

/** The manifest as the domain has it: plain objects, `null` as absent. */
export function toManifest({ appServices, dataServices, hooks }: AppManifestInput): AppManifest {
  return {
    ...(hooks.length > 0 && { hooks: toHooks(hooks) }),
    dataServices: dataServices.map(({ name, protocol, plan, broker, settings }) => ({
      name,
      protocol,
      ...withoutAbsent({ plan, broker }),
      settings: settings.map((setting) => ({ name: setting.name, value: setting.value })),
    })),
    appServices: appServices.map(({ name, artifact, environment, ports, healthCheck, replicas, entryPoint }) => ({
      name,
      artifact: { type: artifact.type, name: artifact.name, version: artifact.version },
      environment: environment.map((variable) => ({ name: variable.name, value: variable.value })),
      ports: ports.map(({ name: portName, port, protocol }) => ({ name: portName, ...withoutAbsent({ port }), protocol })),
      ...(healthCheck && { healthCheck: toHealthCheck(healthCheck) }),
      replicas,
      entryPoint,
    })),
  };
}

function toHealthCheck({ port, path, intervalMs, timeoutMs, startWithinMs }: HealthCheckInput) {
  return { port, path, ...withoutAbsent({ intervalMs, timeoutMs, startWithinMs }) };
}
