import { Field, ID, ObjectType } from 'type-graphql';
import { Health, HealthSubjectKind } from './enums.js';
import { Figure } from './services.js';

@ObjectType({ description: 'What a change of health is about.' })
export class HealthSubject {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => HealthSubjectKind, { description: 'What it is.' })
  kind!: HealthSubjectKind;

  @Field(() => String, { description: 'Its name.' })
  name!: string;
}

@ObjectType({ description: 'A change of health.' })
export class HealthChange {
  @Field(() => String, { description: 'Give it as `after` to go on behind this event.' })
  cursor!: string;

  @Field(() => HealthSubject, { description: 'What has changed.' })
  subject!: HealthSubject;

  @Field(() => Health, { description: 'What it was.' })
  from!: Health;

  @Field(() => Health, { description: 'What it has become; the same in a snapshot, and when only figures have moved.' })
  to!: Health;

  @Field(() => String, { nullable: true, description: 'Why it is not healthy.' })
  reason!: string | null;

  @Field(() => [Figure], { description: 'What was measured with it: of a data service its size, connections and, where it has a standby, `lagBytes`.' })
  figures!: Figure[];

  @Field(() => Date, { description: 'When it was measured.' })
  at!: Date;

  @Field(() => Boolean, { description: 'True for the present state, which a new subscriber gets first, and one that was away for too long.' })
  snapshot!: boolean;
}
