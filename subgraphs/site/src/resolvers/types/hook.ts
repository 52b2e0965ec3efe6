import { Field, ID, Int, ObjectType } from 'type-graphql';
import { HookEvent, HookFailurePolicy, HookOutcome } from './enums.js';

@ObjectType({ description: 'Work that an application does around a copy or after a restore: a command in an app service, or statements in a data service.' })
export class Hook {
  @Field(() => String, { description: 'Unique within the manifest.' })
  name!: string;

  @Field(() => HookEvent, { description: 'When it runs.' })
  event!: HookEvent;

  @Field(() => String, { description: 'Name of the service that it runs in.' })
  service!: string;

  @Field(() => String, { nullable: true, description: 'Of an app service: the name of a command that its artifact declares.' })
  command!: string | null;

  @Field(() => String, { nullable: true, description: 'Of a data service: statements in the language of its protocol, SQL for `postgresql`.' })
  statements!: string | null;

  @Field(() => Int, { description: 'Milliseconds after which it is ended, and has failed.' })
  deadlineMs!: number;

  @Field(() => HookFailurePolicy, { description: 'What it means when it fails.' })
  onFailure!: HookFailurePolicy;

  @Field(() => Boolean, { description: 'True when, once it has succeeded, the application writes nothing until a hook after the copy.' })
  holdsWrites!: boolean;
}

@ObjectType({ description: 'That a hook was run, and what came of it.' })
export class HookRun {
  @Field(() => ID, { description: 'The operation that ran it.' })
  operationId!: string;

  @Field(() => String, { description: 'Name of the hook in the manifest.' })
  hook!: string;

  @Field(() => HookEvent, { description: 'When it ran.' })
  event!: HookEvent;

  @Field(() => String, { description: 'Name of the service that it ran in.' })
  service!: string;

  @Field(() => HookOutcome, { description: 'How it ended.' })
  outcome!: HookOutcome;

  @Field(() => Date, { description: 'When it began.' })
  startedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended; null while it runs.' })
  finishedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it did not succeed.' })
  problem!: string | null;

  @Field(() => String, { description: 'The last of what it said, up to 8,192 characters, with `***` in the place of secrets.' })
  output!: string;
}
