import { ByteCountScalar, createConnectionType, Node } from '@ocopea/graph';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type {
  OperationCause as Cause,
  OperationFailure,
  OperationOutcome,
  OperationPhase,
  OperationProgress,
  OperationRecord,
  PartProgress as PartProgressRecord,
  StepPhase,
  StepRecord,
} from '../operation-record.js';
import type { QueuePlace, QueueWait } from '../queue-admission.js';
import { outcomes, phases, stepPhases } from './operation-enums.js';

@ObjectType({ description: 'Why something did not work.' })
export class OperationError implements OperationFailure {
  @Field(() => String, { description: 'One of the codes of the error reference.' })
  code!: string;

  @Field(() => String, { description: 'What happened to which thing and what to do, for people.' })
  message!: string;
}

@ObjectType({ description: 'Who or what asked for an operation.' })
export class OperationCause implements Cause {
  @Field(() => String, { description: '`USER` for a person or program with a token, `OPERATION` for a part of another operation, `HUB` or `SITE`.' })
  kind!: string;

  @Field(() => String, { description: 'The name of the caller, or the id of the other operation.' })
  name!: string;
}

@ObjectType({ description: 'Work done so far, in true bytes and items; never made up from the number of steps.' })
export class Progress implements OperationProgress {
  @Field(() => ByteCountScalar, { description: 'Bytes done. Never falls, not even after a crash.' })
  bytesDone!: number;

  @Field(() => ByteCountScalar, { nullable: true, description: 'Bytes in all, verification included; null while nobody knows.' })
  bytesTotal!: number | null;

  @Field(() => Int, { description: 'Items done.' })
  itemsDone!: number;

  @Field(() => Int, { nullable: true, description: 'Items in all; null while nobody knows.' })
  itemsTotal!: number | null;

  @Field(() => Float, { nullable: true, description: 'Average of the last seconds; null when nothing moves.' })
  bytesPerSecond!: number | null;

  @Field(() => Float, { nullable: true, description: 'Seconds left at this rate; null when the rate or the total is not known.' })
  etaSeconds!: number | null;

  @Field(() => ByteCountScalar, { nullable: true, description: 'Bytes read from where they come from: a data service that is copied, a repository that is restored from. Null where nothing is read.' })
  bytesRead!: number | null;

  @Field(() => ByteCountScalar, { nullable: true, description: 'Of the bytes read, those that the repository did not hold before. Null where nothing is stored, or the repository does not tell.' })
  bytesNew!: number | null;

  @Field(() => ByteCountScalar, { nullable: true, description: 'What the repository grew by for them, compressed. Null where nothing is stored, or the repository does not tell.' })
  bytesStored!: number | null;

  @Field(() => ByteCountScalar, { nullable: true, description: 'Bytes read back and checked. Null where nothing is verified.' })
  bytesVerified!: number | null;

  @Field(() => ByteCountScalar, { nullable: true, description: 'Bytes sent to another Site, before compression; those that had to be sent twice count twice. Null where nothing is sent.' })
  bytesSent!: number | null;
}

@ObjectType({ description: 'How far one part of the work has come, in all steps together.' })
export class PartProgress implements PartProgressRecord {
  @Field(() => String, { description: 'What it is the part of the work for: the name of a data service. Unique within the operation.' })
  name!: string;

  @Field(() => Progress, { description: 'The work for this part; the whole is the sum of all.' })
  progress!: Progress;
}

@ObjectType({ description: 'One step of an operation.' })
export class OperationStep implements StepRecord {
  @Field(() => String, { description: 'What it does; unique within the operation.' })
  name!: string;

  @Field(() => stepPhases, { description: 'Where it stands.' })
  phase!: StepPhase;

  @Field(() => Int, { description: 'How often it was begun, restarts after a crash included.' })
  attempts!: number;

  @Field(() => Date, { nullable: true, description: 'When it was first begun.' })
  startedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  finishedAt!: Date | null;

  @Field(() => Progress, { nullable: true, description: 'Its own work; null when it counts none.' })
  progress!: Progress | null;

  @Field(() => [PartProgress], { description: 'Its own work by parts; empty when it does not count by parts.' })
  parts!: readonly PartProgress[];

  @Field(() => OperationError, { nullable: true, description: 'Why it failed.' })
  error!: OperationError | null;
}

@ObjectType({ description: 'Something that takes only so many operations at once, and is full.' })
export class OperationWait implements QueueWait {
  @Field(() => ID, { description: 'Id of the Site or the copy repository.' })
  subjectId!: string;

  @Field(() => Int, { description: 'How many it takes at once.' })
  limit!: number;
}

@ObjectType({ description: 'Where an operation stands among those that wait for their turn. It may be cancelled there.' })
export class OperationQueuePlace implements QueuePlace {
  @Field(() => Int, { description: 'Its place from 1 on, among those that wait for something that it needs, too.' })
  position!: number;

  @Field(() => [OperationWait], { description: 'What it waits for; never empty.' })
  waitsFor!: readonly OperationWait[];
}

@ObjectType('Operation', { implements: Node, description: 'A durable piece of work: it survives crashes, can be watched, cancelled and retried.' })
@Directive('@key(fields: "id")')
export class OperationType implements Node, Omit<OperationRecord, 'warnings'> {
  @Field(() => ID, { description: 'Global and opaque.' })
  id!: string;

  @Field(() => String, { description: 'What it does, for example `createCopy`.' })
  kind!: string;

  @Field(() => phases, { description: 'Where it stands.' })
  phase!: OperationPhase;

  @Field(() => outcomes, { nullable: true, description: 'How it ended; null until it is DONE.' })
  outcome!: OperationOutcome | null;

  @Field(() => OperationCause, { description: 'Who or what asked for it.' })
  cause!: OperationCause;

  @Field(() => Progress, { description: 'The work of all its steps together.' })
  progress!: Progress;

  @Field(() => [PartProgress], { description: 'The same by parts, one for each data service; empty when the work has none.' })
  parts!: readonly PartProgress[];

  @Field(() => OperationQueuePlace, { nullable: true, description: 'Set while it is QUEUED since there is no place for it.' })
  queue!: QueuePlace | null;

  @Field(() => OperationError, { nullable: true, description: 'Why it failed or was cancelled.' })
  error!: OperationError | null;

  @Field(() => [String], { description: 'What is not as it should be, for people.' })
  warnings!: readonly string[];

  @Field(() => ID, { nullable: true, description: 'Id of the thing that it makes or changes, once known.' })
  subjectId!: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the operation that it repeats.' })
  retryOf!: string | null;

  @Field(() => Date, { nullable: true, description: 'When somebody asked to cancel it.' })
  cancelRequestedAt!: Date | null;

  @Field(() => Date, { description: 'When it was asked for.' })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When its first step began.' })
  startedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was DONE.' })
  finishedAt!: Date | null;
}

export const OperationConnection = createConnectionType(OperationType, 'Operation');
