import { Field, ObjectType } from 'type-graphql';
import { LogStream } from './enums.js';

@ObjectType({ description: 'A line that an app service wrote.' })
export class AppLogLine {
  @Field(() => String, { description: 'Give it as `after` to go on behind this line, in all app services of the instance.' })
  cursor!: string;

  @Field(() => Date, { description: 'When it was written.' })
  at!: Date;

  @Field(() => String, { description: 'Name of the app service in the manifest.' })
  appService!: string;

  @Field(() => LogStream, { description: 'Where it was written.' })
  stream!: LogStream;

  @Field(() => String, { description: 'The line without its end.' })
  text!: string;
}
