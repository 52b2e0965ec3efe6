import { Directive, Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where a page lies in its list, as the Relay connection specification has it.' })
@Directive('@shareable')
export class PageInfo {
  @Field(() => Boolean, { description: 'True when there are rows after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'True when there are rows before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first row; null on an empty page.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'The cursor of the last row; null on an empty page.' })
  endCursor!: string | null;
}
