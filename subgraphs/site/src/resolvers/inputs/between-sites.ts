import { ByteCountScalar } from '@ocopea/graph';
import { Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Copy } from '../types/copy.js';
import { Consistency } from '../types/enums.js';
import { AppManifestInput } from './app-manifest-input.js';
import { idempotencyKeyDescription } from './idempotency-key.js';
import { OperationType } from '../operation-type.js';

// What the Hub asks of two Sites when a copy goes from one to the other. All of it is @inaccessible: the Hub's own clients
// ask for `sendCopy` and `restoreCopyAt` instead.

@InputType({ description: 'A part of a copy as the Site that has it describes it.' })
@Directive('@inaccessible')
export class CopyPartDescriptionInput {
  @Field(() => ID, { description: 'Id of the part at the Site that sends.' })
  partId!: string;

  @Field(() => String, { description: 'Name of the data service in the manifest.' })
  dataService!: string;

  @Field(() => String, { description: 'Copy format.' })
  format!: string;

  @Field(() => ByteCountScalar, { description: 'Bytes as the data service wrote them; no more is taken.' })
  logicalBytes!: bigint | number;

  @Field(() => String, { nullable: true, description: 'Its hash; no other content is taken.' })
  hash?: string | null;

  @Field(() => Date, { nullable: true, description: 'The moment whose content it holds.' })
  consistencyPoint?: Date | null;

  @Field(() => String, { nullable: true, description: "The same moment in the product's own terms." })
  consistencyMarker?: string | null;
}

@InputType({ description: 'A copy as the Site that has it describes it.' })
@Directive('@inaccessible')
export class CopyDescriptionInput {
  @Field(() => ID, { description: 'The instance it was taken of.' })
  appInstanceId!: string;

  @Field(() => String, { description: 'Name of that instance.' })
  appInstanceName!: string;

  @Field(() => AppManifestInput, { description: 'The application as it ran.' })
  manifest!: AppManifestInput;

  @Field(() => Consistency, { description: 'What was reached.' })
  consistency!: Consistency;

  @Field(() => Consistency, { nullable: true, description: 'What was asked for.' })
  consistencyAsked?: Consistency | null;

  @Field(() => Int, { defaultValue: 0, description: 'Hooks that were run for it.' })
  hooksAttempted!: number;

  @Field(() => Int, { defaultValue: 0, description: 'Those of them that did not succeed.' })
  hooksFailed!: number;

  @Field(() => Date, { nullable: true, description: 'The consistency point.' })
  takenAt?: Date | null;

  @Field(() => [CopyPartDescriptionInput], { description: 'Its parts, in the order of the manifest.' })
  parts!: CopyPartDescriptionInput[];
}

@InputType({ description: 'A copy that shall arrive at this Site.' })
@Directive('@inaccessible')
export class ReceiveCopyInput {
  @Field(() => ID, { description: 'The Site that receives.' })
  siteId!: string;

  @Field(() => ID, { description: 'Id of the copy at the Site that sends.' })
  copyId!: string;

  @Field(() => ID, { nullable: true, description: 'Where to; without it, the first repository that takes all formats.' })
  repositoryId?: string | null;

  @Field(() => ID, { description: 'The Site that sends.' })
  senderSiteId!: string;

  @Field(() => String, { description: 'Public key of the Site that sends, a JWK as JSON: its half of each receipt must be signed by it.' })
  senderKey!: string;

  @Field(() => CopyDescriptionInput, { description: 'What is sent.' })
  description!: CopyDescriptionInput;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The right to send one part.' })
@Directive('@inaccessible')
export class PartGrant {
  @Field(() => ID, { description: 'Id of the part at the Site that sends.' })
  partId!: string;

  @Field(() => String, { description: 'Where to send it.' })
  url!: string;

  @Field(() => String, { description: 'The Grant. A secret: whoever has it may write the part.' })
  grant!: string;

  @Field(() => Date, { description: 'When it ends.' })
  expiresAt!: Date;
}

@ObjectType({ description: 'What it takes to send the copy here.' })
@Directive('@inaccessible')
export class ReceiveCopyPayload {
  @Field(() => Copy, { description: 'The copy at the Site that receives.' })
  copy!: Copy;

  @Field(() => [PartGrant], { description: 'One for each part. Under the one of a part that has arrived nothing but its receipt is given, again.' })
  grants!: readonly PartGrant[];

  @Field(() => Boolean, { description: 'True when the Site has a usable copy of the same origin: nothing needs to be sent.' })
  alreadyHere!: boolean;
}

@InputType({ description: 'The right to send one part.' })
@Directive('@inaccessible')
export class PartGrantInput {
  @Field(() => ID, { description: 'Id of the part at the Site that sends.' })
  partId!: string;

  @Field(() => String, { description: 'Where to send it.' })
  url!: string;

  @Field(() => String, { description: 'The Grant.' })
  grant!: string;
}

@InputType({ description: 'A copy to send to another Site.' })
@Directive('@inaccessible')
export class PushCopyInput {
  @Field(() => ID, { description: 'The copy here.' })
  copyId!: string;

  @Field(() => ID, { description: 'The Site that receives.' })
  targetSiteId!: string;

  @Field(() => ID, { description: 'The copy there.' })
  targetCopyId!: string;

  @Field(() => String, { description: 'Public key of the Site that receives, a JWK as JSON: the Grants must be signed by it.' })
  receiverKey!: string;

  @Field(() => [PartGrantInput], { description: 'One for each part to send.' })
  grants!: PartGrantInput[];

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The sending.' })
@Directive('@inaccessible')
export class PushCopyPayload {
  @Field(() => OperationType, { description: 'Sends every part.' })
  operation!: OperationType;

  @Field(() => Copy, { description: 'The copy that is sent.' })
  copy!: Copy;
}

@InputType({ description: 'A copy of which every part has been sent here.' })
@Directive('@inaccessible')
export class AcceptCopyInput {
  @Field(() => ID, { description: 'The copy here.' })
  copyId!: string;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The copy that has arrived.' })
@Directive('@inaccessible')
export class AcceptCopyPayload {
  @Field(() => Copy, { description: 'Usable from now on.' })
  copy!: Copy;
}
