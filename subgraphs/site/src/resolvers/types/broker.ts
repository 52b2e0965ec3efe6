import { ByteCountScalar, Node } from '@ocopea/graph';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { BrokerKind, Health } from './enums.js';

@ObjectType({ description: 'A protocol that app services can speak to a data service.' })
export class ServiceProtocol {
  @Field(() => String, { description: 'Its name, for example `postgresql`.' })
  name!: string;

  @Field(() => String, { description: 'Its version.' })
  version!: string;
}

@ObjectType({ description: 'One way to have a data service of a broker.' })
export class ServicePlan {
  @Field(() => String, { description: 'Unique within the broker; manifests name it.' })
  id!: string;

  @Field(() => String, { description: 'A name for people.' })
  name!: string;

  @Field(() => String, { description: 'What one gets.' })
  description!: string;

  @Field(() => String, { description: 'What it costs, in free text; empty when nothing is said.' })
  price!: string;

  @Field(() => [ServiceProtocol], { description: 'What app services can speak to it.' })
  protocols!: readonly ServiceProtocol[];

  @Field(() => [String], { description: 'Copy formats it writes, the preferred one first.' })
  writesFormats!: readonly string[];

  @Field(() => [String], { description: 'Copy formats it can be restored from.' })
  restoresFormats!: readonly string[];
}

@ObjectType({ implements: Node, description: 'A broker that a Site works with.' })
@Directive('@key(fields: "id")')
export class Broker implements Node {
  @Field(() => ID, { description: 'Global and opaque.' })
  id!: string;

  @Field(() => BrokerKind, { description: 'What it is for.' })
  kind!: BrokerKind;

  @Field(() => String, { description: 'Unique among the brokers of its kind at the Site.' })
  name!: string;

  @Field(() => String, { description: 'The product behind it.' })
  product!: string;

  @Field(() => String, { description: 'Version of the broker, semver.' })
  version!: string;

  @Field(() => String, { description: 'One sentence for people.' })
  description!: string;

  @Field(() => Health, { description: 'Whether it answers.' })
  health!: Health;

  @Field(() => String, { nullable: true, description: 'Why it is not healthy.' })
  healthReason!: string | null;

  @Field(() => [ServicePlan], { description: 'What a data service broker offers; empty for the others.' })
  plans!: readonly ServicePlan[];

  @Field(() => Boolean, { description: 'True when it lives in the process of the Site.' })
  embedded!: boolean;
}

@ObjectType({ description: 'What keeps a copy repository from taking all there is.' })
export class RepositoryLimits {
  @Field(() => ByteCountScalar, { nullable: true, description: 'Bytes of content that are read in a second, as they are stored; null for no limit. Each replica of the Site has the whole of it.' })
  readBytesPerSecond!: bigint | null;

  @Field(() => ByteCountScalar, { nullable: true, description: 'Bytes of content that are written in a second, as they are stored; null for no limit. Each replica of the Site has the whole of it.' })
  writeBytesPerSecond!: bigint | null;

  @Field(() => Int, { description: 'Operations side by side, over all replicas of the Site; further ones are QUEUED.' })
  operations!: number;
}

@ObjectType({ implements: Node, description: 'A place for copies behind a broker.' })
@Directive('@key(fields: "id")')
export class CopyRepository implements Node {
  @Field(() => ID, { description: 'Global and opaque.' })
  id!: string;

  @Field(() => String, { description: 'Unique at its Site.' })
  name!: string;
}
