import { Node } from '@ocopea/graph';
import { Directive, Field, Float, ID, ObjectType } from 'type-graphql';
import { Health } from './enums.js';

@ObjectType({ description: 'Where a Site is, for people and for a map.' })
@Directive('@shareable')
export class Location {
  @Field(() => String, { description: 'A name for the place, for example `Frankfurt`.' })
  label!: string;

  @Field(() => Float, { nullable: true, description: 'Degrees north of the equator.' })
  latitude!: number | null;

  @Field(() => Float, { nullable: true, description: 'Degrees east of Greenwich.' })
  longitude!: number | null;
}

@ObjectType({ implements: Node, description: 'One physical location: a datacenter, a cloud zone.' })
@Directive('@key(fields: "id")')
export class Site implements Node {
  @Field(() => ID, { description: 'A DNS label; the first part of every id of this Site.' })
  id!: string;

  @Field(() => String, { description: 'A name for people.' })
  @Directive('@shareable')
  name!: string;

  @Field(() => Location, { description: 'Where it is.' })
  @Directive('@shareable')
  location!: Location;

  @Field(() => Health, { nullable: true, description: 'Of its brokers and applications together; null while the Site does not answer.' })
  health!: Health | null;

  @Field(() => String, { nullable: true, description: 'Why it is not healthy.' })
  healthReason!: string | null;

  @Field(() => String, { nullable: true, description: 'Version of Ocopea that the Site runs, semver.' })
  version!: string | null;

  @Field(() => String, { nullable: true, description: 'Public key with which it signs Grants and receipts, a JWK as JSON.' })
  publicKey!: string | null;

  @Field(() => Date, { nullable: true, description: 'When its process started.' })
  startedAt!: Date | null;
}
