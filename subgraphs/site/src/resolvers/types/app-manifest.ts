import { Field, ID, Int, ObjectType } from 'type-graphql';
import { PortProtocol } from './enums.js';

@ObjectType({ description: 'A named value of a data service plan.' })
export class Setting {
  @Field(() => String, { description: 'Which setting of the plan.' })
  name!: string;

  @Field(() => String, { description: 'Its value.' })
  value!: string;
}

@ObjectType({ description: 'A variable of the environment of an app service.' })
export class EnvironmentVariable {
  @Field(() => String, { description: 'Name of the variable.' })
  name!: string;

  @Field(() => String, { description: 'A template such as `${db.uri}`; never the credential that takes its place.' })
  value!: string;
}

@ObjectType({ description: 'What an app service runs.' })
export class Artifact {
  @Field(() => String, { description: 'Kind of artifact, for example `directory` or `oci-image`.' })
  type!: string;

  @Field(() => String, { description: 'Its name where artifacts of this kind are kept.' })
  name!: string;

  @Field(() => String, { description: 'Its version, tag or digest.' })
  version!: string;
}

@ObjectType({ description: 'A port on which an app service listens.' })
export class ServicePort {
  @Field(() => String, { description: 'Unique within the app service; the variable `PORT_<NAME>` carries the number.' })
  name!: string;

  @Field(() => Int, { nullable: true, description: 'A fixed number; null when the broker picks a free one.' })
  port!: number | null;

  @Field(() => PortProtocol, { description: 'What is spoken on it.' })
  protocol!: PortProtocol;
}

@ObjectType({ description: 'How an app service shows that it is healthy: by answering a GET with a status below 400.' })
export class HealthCheck {
  @Field(() => String, { description: 'Name of an HTTP port.' })
  port!: string;

  @Field(() => String, { description: 'Path to ask, from the first slash on.' })
  path!: string;

  @Field(() => Int, { nullable: true, description: 'Milliseconds between two checks; null for the default of the broker.' })
  intervalMs!: number | null;

  @Field(() => Int, { nullable: true, description: 'Milliseconds that an answer may take; null for the default of the broker.' })
  timeoutMs!: number | null;

  @Field(() => Int, { nullable: true, description: 'Milliseconds until the first success; null for the default of the broker.' })
  startWithinMs!: number | null;
}

@ObjectType({ description: 'An app service as an application describes it.' })
export class AppServiceManifest {
  @Field(() => String, { description: 'Unique within the manifest.' })
  name!: string;

  @Field(() => Artifact, { description: 'What it runs.' })
  artifact!: Artifact;

  @Field(() => [EnvironmentVariable], { description: 'Its environment, as templates.' })
  environment!: EnvironmentVariable[];

  @Field(() => [ServicePort], { description: 'The ports it listens on.' })
  ports!: ServicePort[];

  @Field(() => HealthCheck, { nullable: true, description: 'How its health is checked; null: running is healthy.' })
  healthCheck!: HealthCheck | null;

  @Field(() => Int, { description: 'How many of it run.' })
  replicas!: number;

  @Field(() => Boolean, { description: 'True for the one whose URL is the URL of the application.' })
  entryPoint!: boolean;
}

@ObjectType({ description: 'A data service as an application describes it.' })
export class DataServiceManifest {
  @Field(() => String, { description: 'Unique within the manifest; `${<name>.<key>}` refers to it.' })
  name!: string;

  @Field(() => String, { description: 'What app services speak to it, for example `postgresql`.' })
  protocol!: string;

  @Field(() => String, { nullable: true, description: 'Id of the service plan; null for the first that fits.' })
  plan!: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the broker; null for the first that fits.' })
  broker!: string | null;

  @Field(() => [Setting], { description: 'Settings of the plan.' })
  settings!: Setting[];
}

@ObjectType({ description: 'The description of an application.' })
export class AppManifest {
  @Field(() => [AppServiceManifest], { description: 'In the order in which they start.' })
  appServices!: AppServiceManifest[];

  @Field(() => [DataServiceManifest], { description: 'What they need.' })
  dataServices!: DataServiceManifest[];
}
