import { createConnectionType } from '@ocopea/graph';
import { Field, ObjectType } from 'type-graphql';
import type { LogLevel } from '../log-line.js';
import { logLevels } from './operation-enums.js';

@ObjectType('OperationLogLine', { description: 'What an operation said of its work. There is never a secret in it.' })
export class OperationLogLine {
  @Field(() => String, { description: 'Give it as `after` to the subscription `operationLogs` to go on behind this line.' })
  cursor!: string;

  @Field(() => Date, { description: 'When.' })
  at!: Date;

  @Field(() => logLevels, { description: 'How much it matters.' })
  level!: LogLevel;

  @Field(() => String, { nullable: true, description: 'The step that it is about; null for the operation as a whole.' })
  step!: string | null;

  @Field(() => String, { description: 'For people; at most 1,000 characters.' })
  message!: string;

  @Field(() => Boolean, { description: 'True for the last line of an operation that is DONE.' })
  isLast!: boolean;
}

export const OperationLogConnection = createConnectionType(OperationLogLine, 'OperationLog');
