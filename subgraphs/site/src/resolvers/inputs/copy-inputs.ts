import { Field, ID, InputType } from 'type-graphql';
import { Consistency } from '../types/enums.js';
import { idempotencyKeyDescription } from './idempotency-key.js';

@InputType({ description: 'A copy to take.' })
export class CreateCopyInput {
  @Field(() => ID, { description: 'The app instance to copy.' })
  appInstanceId!: string;

  @Field(() => ID, { nullable: true, description: 'Where to; without it, the first repository of the Site that takes all formats.' })
  repositoryId?: string | null;

  @Field(() => Consistency, {
    defaultValue: Consistency.CRASH,
    description: 'What is asked for. The copy records what was reached.',
  })
  consistency!: Consistency;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A copy to bring up as a new app instance at the Site that has it.' })
export class RestoreCopyInput {
  @Field(() => ID, { description: 'Which copy; it must be usable.' })
  copyId!: string;

  @Field(() => String, { description: 'Name of the new app instance, unique at the Site: a lower-case DNS label.' })
  name!: string;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A copy to read back and hash.' })
export class VerifyCopyInput {
  @Field(() => ID, { description: 'Which copy; it must be usable.' })
  copyId!: string;
}

@InputType({ description: 'A copy to delete.' })
export class DeleteCopyInput {
  @Field(() => ID, { description: 'Which copy, in any state.' })
  copyId!: string;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}
