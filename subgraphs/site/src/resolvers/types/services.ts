import { Node } from '@ocopea/graph';
import { Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { AppServicePhase, DataServicePhase } from './enums.js';

@ObjectType({ description: 'A measured figure; its name holds its unit, for example `sizeBytes`.' })
export class Figure {
  @Field(() => String, { description: 'What was measured, with its unit.' })
  name!: string;

  @Field(() => Float, { description: 'How much it was.' })
  value!: number;
}

@ObjectType({ implements: Node, description: 'One provisioned data service.' })
@Directive('@key(fields: "id")')
export class DataService implements Node {
  @Field(() => ID, { description: 'Global and opaque.' })
  id!: string;

  @Field(() => String, { description: 'Its name in the manifest.' })
  name!: string;

  @Field(() => String, { description: 'What app services speak to it.' })
  protocol!: string;

  @Field(() => DataServicePhase, { description: 'Where it stands.' })
  phase!: DataServicePhase;

  @Field(() => String, { nullable: true, description: 'Why it cannot be used.' })
  reason!: string | null;
}

@ObjectType({ implements: Node, description: 'One deployed app service.' })
@Directive('@key(fields: "id")')
export class AppService implements Node {
  @Field(() => ID, { description: 'Global and opaque.' })
  id!: string;

  @Field(() => String, { description: 'Its name in the manifest.' })
  name!: string;

  @Field(() => AppServicePhase, { description: 'Where it stands.' })
  phase!: AppServicePhase;

  @Field(() => String, { nullable: true, description: 'Why it does not run.' })
  reason!: string | null;

  @Field(() => String, { nullable: true, description: 'Where its first HTTP port answers, once it runs.' })
  entryPointUrl!: string | null;

  @Field(() => Int, { description: 'How often it was restarted since it was deployed.' })
  restarts!: number;
}

@InputType({ description: 'Which data services; all conditions must hold.' })
export class DataServiceFilter {
  @Field(() => String, { nullable: true, description: 'That speak this protocol.' })
  protocol?: string | null;
}
