import { ByteCountScalar, createConnectionType, Node } from '@ocopea/graph';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type {
  OperationCause as Cause,
  OperationFailure,
  OperationOutcome,
  OperationPhase,
  OperationProgress,
  OperationRecord,
  StepPhase,
  StepRecord,
} from '../operation-record.js';
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

  @Field(() => OperationError, { nullable: true, description: 'Why it failed.' })
  error!: OperationError | null;
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
