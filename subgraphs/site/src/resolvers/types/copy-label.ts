import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'What people call a copy by, and choose copies by.' })
export class CopyLabel {
  @Field(() => String, { description: 'Unique in the copy.' })
  key!: string;

  @Field(() => String, { description: 'Any text, maybe empty.' })
  value!: string;
}
