import { Field, ID, InputType, Int } from 'type-graphql';
import { Consistency, VerificationMethod } from '../types/enums.js';
import { idempotencyKeyDescription } from './idempotency-key.js';

@InputType({ description: 'A label to set.' })
export class CopyLabelInput {
  @Field(() => String, { description: 'Up to 100 letters and digits, with `.`, `_`, `/` and `-` between them.' })
  key!: string;

  @Field(() => String, { description: 'Up to 200 characters.' })
  value!: string;
}

@InputType({ description: 'A format to copy one data service in.' })
export class CopyFormatInput {
  @Field(() => String, { description: 'Name of the data service in the manifest.' })
  dataService!: string;

  @Field(() => String, { description: 'One of the `writesFormats` of its plan, or the family, which is what stands before the `/`: `postgres-logical`.' })
  format!: string;
}

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

  @Field(() => [CopyFormatInput], { nullable: true, description: 'Formats in place of those that the plans prefer, for example one that other major versions restore. The others are copied as always.' })
  formats?: CopyFormatInput[] | null;

  @Field(() => [CopyLabelInput], { nullable: true, description: 'Up to 32 labels.' })
  labels?: CopyLabelInput[] | null;

  @Field(() => String, { nullable: true, description: 'What to say of it, up to 4,000 characters.' })
  notes?: string | null;

  @Field(() => Date, { nullable: true, description: 'When nobody needs it any more; without it, never.' })
  expiresAt?: Date | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'What shall be said of a copy. What is not given stays.' })
export class UpdateCopyInput {
  @Field(() => ID, { description: 'Which copy, in any state.' })
  copyId!: string;

  @Field(() => [CopyLabelInput], { nullable: true, description: 'Labels that it gets, or that get another value.' })
  setLabels?: CopyLabelInput[] | null;

  @Field(() => [String], { nullable: true, description: 'Keys of labels that it loses; one that it has not is no error.' })
  removeLabels?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Up to 4,000 characters; null removes the notes.' })
  notes?: string | null;

  @Field(() => Date, { nullable: true, description: 'When nobody needs it any more, a time to come; null for never.' })
  expiresAt?: Date | null;
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
  @Field(() => ID, { description: 'Which copy; usable, or found damaged before.' })
  copyId!: string;

  @Field(() => VerificationMethod, { defaultValue: VerificationMethod.FULL, description: 'How much of it is read.' })
  method!: VerificationMethod;

  @Field(() => Int, { nullable: true, description: 'Of each part, for a sample: 1 to 50, 5 without it.' })
  samplePercent?: number | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A copy to delete.' })
export class DeleteCopyInput {
  @Field(() => ID, { description: 'Which copy, in any state.' })
  copyId!: string;

  @Field(() => Boolean, { defaultValue: false, description: 'True to delete it also when an app instance has nothing else to go back to. It overrides no other refusal.' })
  evenIfDependedOn!: boolean;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}
