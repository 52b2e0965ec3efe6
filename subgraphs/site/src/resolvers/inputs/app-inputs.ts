import { Field, ID, InputType } from 'type-graphql';
import { AppManifestInput, HookInput } from './app-manifest-input.js';
import { idempotencyKeyDescription } from './idempotency-key.js';

@InputType({ description: 'A new app instance.' })
export class DeployAppInput {
  @Field(() => ID, { description: 'The Site where it shall run.' })
  siteId!: string;

  @Field(() => String, { description: 'Its name, unique at the Site: a lower-case DNS label.' })
  name!: string;

  @Field(() => AppManifestInput, { description: 'What it is.' })
  manifest!: AppManifestInput;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'An app instance to stop.' })
export class StopAppInput {
  @Field(() => ID, { description: 'Which one.' })
  appInstanceId!: string;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A stopped app instance to start.' })
export class StartAppInput {
  @Field(() => ID, { description: 'Which one.' })
  appInstanceId!: string;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'An app instance to delete.' })
export class DeleteAppInput {
  @Field(() => ID, { description: 'Which one.' })
  appInstanceId!: string;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'The hooks that an app instance shall have.' })
export class UpdateAppHooksInput {
  @Field(() => ID, { description: 'Which one.' })
  appInstanceId!: string;

  @Field(() => [HookInput], { description: 'All of them, in the order in which those of one event run; the others go.' })
  hooks!: HookInput[];
}
