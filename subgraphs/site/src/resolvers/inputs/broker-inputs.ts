import { Field, ID, InputType } from 'type-graphql';
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

@InputType({ description: 'A place for copies.' })
export class AddCopyRepositoryInput {
  @Field(() => ID, { description: 'The copy repository broker that keeps it.' })
  brokerId!: string;

  @Field(() => String, { description: 'Unique at the Site: a lower-case DNS label.' })
  name!: string;

  @Field(() => [SettingInput], { defaultValue: [], description: 'What the broker needs to know of it. Kept sealed, never shown.' })
  properties!: SettingInput[];
}
