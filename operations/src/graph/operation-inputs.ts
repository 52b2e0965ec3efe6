import { SortDirection } from '@ocopea/graph';
import { Field, ID, InputType } from 'type-graphql';
import type { OperationOutcome, OperationPhase } from '../operation-record.js';
import type { RetryStart } from '../operation-engine.js';
import { OperationOrderField, outcomes, phases, retryStarts } from './operation-enums.js';

@InputType({ description: 'Which operations; all conditions must hold.' })
export class OperationFilter {
  @Field(() => String, { nullable: true, description: 'Of this kind.' })
  kind?: string | null;

  @Field(() => phases, { nullable: true, description: 'In this phase.' })
  phase?: OperationPhase | null;

  @Field(() => outcomes, { nullable: true, description: 'With this outcome.' })
  outcome?: OperationOutcome | null;

  @Field(() => ID, { nullable: true, description: 'About the thing with this id.' })
  subjectId?: string | null;
}

@InputType({ description: 'The order of a list of operations.' })
export class OperationOrder {
  @Field(() => OperationOrderField, { description: 'By what.' })
  field!: OperationOrderField;

  @Field(() => SortDirection, { description: 'Which way.' })
  direction!: SortDirection;
}

@InputType({ description: 'Which operation to cancel.' })
export class CancelOperationInput {
  @Field(() => ID, { description: 'The operation.' })
  operationId!: string;
}

@InputType({ description: 'Which operation to repeat.' })
export class RetryOperationInput {
  @Field(() => ID, { description: 'The operation; it must have failed or been cancelled.' })
  operationId!: string;

  @Field(() => retryStarts, { nullable: true, description: 'Where to begin. Without it: with the step that failed if that can be, else with the first.' })
  from?: RetryStart | null;
}

@InputType({ description: 'Which events; all conditions must hold.' })
export class EventFilter {
  @Field(() => String, { nullable: true, description: 'Of this kind, for example `operation.changed`.' })
  kind?: string | null;

  @Field(() => ID, { nullable: true, description: 'About the thing with this id.' })
  subjectId?: string | null;
}
