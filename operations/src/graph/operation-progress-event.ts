import { Field, ID, ObjectType } from 'type-graphql';
import type { OperationOutcome, OperationPhase } from '../operation-record.js';
import { outcomes, phases } from './operation-enums.js';
import { OperationError, OperationQueuePlace, OperationType, PartProgress, Progress } from './operation-type.js';

/**
 * What the subscription `operationProgress` sends: the operation as it was at the event. `operation` resolves to the present
 * state.
 */
@ObjectType({ description: 'How an operation stood at one moment. Its field `operation` is the present state.' })
export class OperationProgressEvent {
  @Field(() => String, { description: 'Give it as `after` to go on behind this one.' })
  cursor!: string;

  @Field(() => ID, { description: 'The operation it is about.' })
  operationId!: string;

  @Field(() => OperationType, { description: 'The operation as it is now.' })
  operation?: OperationType;

  @Field(() => phases, { description: 'Where it stood.' })
  phase!: OperationPhase;

  @Field(() => outcomes, { nullable: true, description: 'How it ended; null until it was DONE.' })
  outcome!: OperationOutcome | null;

  @Field(() => String, { nullable: true, description: 'The step that moved.' })
  step!: string | null;

  @Field(() => Progress, { description: 'The work done by then.' })
  progress!: Progress;

  @Field(() => [PartProgress], { description: 'The same by parts, one for each data service; empty when the work has none.' })
  parts!: readonly PartProgress[];

  @Field(() => OperationQueuePlace, { nullable: true, description: 'Where it stood among those that wait for their turn.' })
  queue!: OperationQueuePlace | null;

  @Field(() => OperationError, { nullable: true, description: 'Why it failed or was cancelled.' })
  error!: OperationError | null;

  @Field(() => Date, { description: 'When.' })
  at!: Date;

  @Field(() => Boolean, { description: 'True for the present state, which comes first: to a new subscriber, and when events behind `after` are not kept any more.' })
  snapshot!: boolean;
}
