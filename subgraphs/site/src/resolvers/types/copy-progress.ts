import type { OperationProgress, PartProgress as PartProgressRecord } from '@ocopea/operations';
import { Field, ObjectType } from 'type-graphql';
import { PartProgress, Progress } from '../operation-type.js';
import { CopyOutcome, CopyPhase } from './enums.js';

/** What one event of `copyProgress` is made of; copy and operation are read when asked for. */
export interface CopyProgressEvent {
  readonly cursor: string;
  readonly copyId: string;
  readonly operationId: string | null;
  readonly phase: CopyPhase;
  readonly outcome: CopyOutcome | null;
  readonly verified: boolean;
  readonly progress: OperationProgress;
  readonly parts: readonly PartProgressRecord[];
  readonly at: Date;
  readonly snapshot: boolean;
}

@ObjectType({ description: 'How far a copy has come. Its figures are those of the event.' })
export class CopyProgress {
  @Field(() => String, { description: 'Give it as `after` to go on behind this event.' })
  cursor!: string;

  @Field(() => CopyPhase, { description: 'Where the copy stood.' })
  phase!: CopyPhase;

  @Field(() => CopyOutcome, { nullable: true, description: 'How it ended; null until it was DONE.' })
  outcome!: CopyOutcome | null;

  @Field(() => Boolean, { description: 'True once every byte was read back and found whole.' })
  verified!: boolean;

  @Field(() => Progress, { description: 'Bytes and items; of one operation they never fall.' })
  progress!: Progress;

  @Field(() => [PartProgress], { description: 'The same for each data service; empty for a copy that came from another Site.' })
  parts!: readonly PartProgress[];

  @Field(() => Date, { description: 'When it happened.' })
  at!: Date;

  @Field(() => Boolean, { description: 'True for the present state, which a new subscriber gets first, and one that was away for too long.' })
  snapshot!: boolean;
}
