import { Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';

/** Entities of the subgraph `site`, named by their ids; the Site that owns one answers for it, or is said not to. */
@ObjectType('AppInstance', { description: 'A running application at a Site.' })
@Directive('@key(fields: "id", resolvable: false)')
export class AppInstanceReference {
  @Field(() => ID, { description: 'Global and opaque.' })
  id!: string;
}

@ObjectType('CopyLineage', { description: 'Where a copy came from, and what came of it.' })
export class CopyLineageIds {
  @Field(() => ID, { nullable: true, description: 'The copy at another Site that this one was sent from.' })
  @Directive('@external')
  originCopyId!: string | null;

  @Field(() => [ID], { description: 'Copies at other Sites that were sent from this one; each receipt is kept.' })
  @Directive('@external')
  sentToCopyIds!: string[];
}

@ObjectType('Copy', { description: 'A copy of a whole application.' })
@Directive('@key(fields: "id")')
export class CopyAcrossSites {
  @Field(() => ID, { description: 'Global and opaque.' })
  id!: string;

  @Field(() => ID, { description: 'The instance it was taken of, also when that is at another Site or gone.' })
  @Directive('@external')
  appInstanceId!: string;

  @Field(() => CopyLineageIds, { description: 'Where it came from, and what came of it.' })
  @Directive('@external')
  lineage!: CopyLineageIds;
}

/** The lineage of a copy over all Sites. What a Site that is away, or has lost it, would say is null, with its error beside. */
@Resolver(() => CopyAcrossSites)
export class CopyLineageResolver {
  @FieldResolver(() => CopyAcrossSites, { nullable: true, description: 'At the Hub: the copy at another Site that this one was sent from; null when it was taken here, is gone, or its Site is away.' })
  @Directive('@requires(fields: "lineage { originCopyId }")')
  origin(@Root() { lineage }: CopyAcrossSites): { id: string } | null {
    return lineage.originCopyId === null ? null : { id: lineage.originCopyId };
  }

  @FieldResolver(() => [CopyAcrossSites], { nullable: 'items', description: 'At the Hub: the copies at other Sites that were sent from this one; null for one that is gone or whose Site is away.' })
  @Directive('@requires(fields: "lineage { sentToCopyIds }")')
  sentTo(@Root() { lineage }: CopyAcrossSites): { id: string }[] {
    return lineage.sentToCopyIds.map((id) => ({ id }));
  }

  @FieldResolver(() => AppInstanceReference, { nullable: true, description: 'At the Hub: the instance that it was first taken of, at whichever Site; null when that is gone or its Site is away.' })
  @Directive('@requires(fields: "appInstanceId")')
  takenOf(@Root() { appInstanceId }: CopyAcrossSites): { id: string } {
    return { id: appInstanceId };
  }
}
