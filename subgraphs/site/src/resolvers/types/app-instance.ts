import { Node, SortDirection } from '@ocopea/graph';
import { Directive, Field, ID, InputType, ObjectType } from 'type-graphql';
import { AppManifest } from './app-manifest.js';
import { AppInstanceOrderField, AppInstancePhase } from './enums.js';

@ObjectType({ implements: Node, description: 'A running application at a Site.' })
@Directive('@key(fields: "id")')
export class AppInstance implements Node {
  @Field(() => ID, { description: 'Global and opaque.' })
  id!: string;

  @Field(() => String, { description: 'Unique at its Site.' })
  name!: string;

  @Field(() => AppInstancePhase, { description: 'Where it stands.' })
  phase!: AppInstancePhase;

  @Field(() => String, { nullable: true, description: 'Why it has failed, or what it lacks.' })
  reason!: string | null;

  @Field(() => String, { nullable: true, description: 'Where it answers; null while it does not run or when it has no entry point.' })
  entryPointUrl!: string | null;

  @Field(() => AppManifest, { description: 'What it was asked to be.' })
  manifest!: AppManifest;

  @Field(() => ID, { nullable: true, description: 'The copy it was restored from, also when that one is gone.' })
  restoredFromCopyId!: string | null;

  @Field(() => Date, { description: 'When it was asked for.' })
  createdAt!: Date;
}

@InputType({ description: 'Which app instances; all conditions must hold.' })
export class AppInstanceFilter {
  @Field(() => String, { nullable: true, description: 'With exactly this name.' })
  name?: string | null;

  @Field(() => AppInstancePhase, { nullable: true, description: 'In this phase.' })
  phase?: AppInstancePhase | null;
}

@InputType({ description: 'The order of app instances.' })
export class AppInstanceOrder {
  @Field(() => AppInstanceOrderField, { description: 'What to order by.' })
  field!: AppInstanceOrderField;

  @Field(() => SortDirection, { defaultValue: SortDirection.ASC, description: 'In which direction.' })
  direction!: SortDirection;
}
