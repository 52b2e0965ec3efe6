import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType('Operation', { description: 'x' })
export class OperationType {
  @Field(() => ID, { description: 'x' })
  id!: string;
}

@ObjectType({ description: 'x' })
export class OperationError {
  @Field(() => String, { description: 'x' })
  code!: string;

  @Field(() => String, { description: 'x' })
  message!: string;
}

@ObjectType({ description: 'x' })
export class Progress {
  @Field(() => Number, { description: 'x' })
  bytesDone!: number;
}
