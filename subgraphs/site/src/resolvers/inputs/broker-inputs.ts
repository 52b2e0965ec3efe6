import { ByteCountScalar } from '@ocopea/graph';
import { Field, ID, InputType, Int } from 'type-graphql';
import { BrokerKind } from '../types/enums.js';
import { SettingInput } from './app-manifest-input.js';

@InputType({ description: 'A broker behind a URL.' })
export class RegisterBrokerInput {
  @Field(() => ID, { description: 'The Site that shall work with it.' })
  siteId!: string;

  @Field(() => BrokerKind, { description: 'What it is for.' })
  kind!: BrokerKind;

  @Field(() => String, { description: 'Unique among the brokers of its kind at the Site.' })
  name!: string;

  @Field(() => String, { description: 'Where it answers.' })
  url!: string;
}

@InputType({ description: 'A broker to take out of service.' })
export class RemoveBrokerInput {
  @Field(() => ID, { description: 'Which one; nothing may use it any more.' })
  brokerId!: string;
}

@InputType({ description: 'What keeps a copy repository from taking all there is.' })
export class RepositoryLimitsInput {
  @Field(() => ByteCountScalar, { nullable: true, description: 'Bytes of content that are read in a second, as they are stored: at least 65,536; null for no limit.' })
  readBytesPerSecond?: bigint | number | null;

  @Field(() => ByteCountScalar, { nullable: true, description: 'Bytes of content that are written in a second, as they are stored: at least 65,536; null for no limit.' })
  writeBytesPerSecond?: bigint | number | null;

  @Field(() => Int, { nullable: true, description: 'Operations side by side, 1 to 1,000; null for as many as the Site allows in each repository.' })
  operations?: number | null;
}

@InputType({ description: 'A place for copies.' })
export class AddCopyRepositoryInput {
  @Field(() => ID, { description: 'The copy repository broker that keeps it.' })
  brokerId!: string;

  @Field(() => String, { description: 'Unique at the Site: a lower-case DNS label.' })
  name!: string;

  @Field(() => [SettingInput], { defaultValue: [], description: 'What the broker needs to know of it. Kept sealed, never shown.' })
  properties!: SettingInput[];

  @Field(() => RepositoryLimitsInput, { nullable: true, description: 'What keeps it from taking all there is.' })
  limits?: RepositoryLimitsInput | null;
}

@InputType({ description: 'New limits of a copy repository. What is absent stays as it is.' })
export class SetRepositoryLimitsInput extends RepositoryLimitsInput {
  @Field(() => ID, { description: 'Which one.' })
  repositoryId!: string;
}
