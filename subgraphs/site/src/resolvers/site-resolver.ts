import { Arg, Ctx, Directive, FieldResolver, ID, Query, Resolver } from 'type-graphql';
import { requireNarrowedTo } from './narrowed-to.js';
import type { RequestContext } from './request-context.js';
import { Health } from './types/enums.js';
import { Site } from './types/site.js';

@Resolver(() => Site)
export class SiteResolver {
  @Query(() => [Site], { description: 'All Sites; one of them alone knows itself only.' })
  @Directive('@everySite(merge: LIST)')
  sites(
    @Ctx() { description }: RequestContext,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only these Sites.' }) sites?: string[] | null,
  ): Site[] {
    requireNarrowedTo(description.id, sites);
    return [description as Site];
  }

  @Query(() => Site, { nullable: true, description: 'One Site; null when it is not known.' })
  @Directive('@oneSite(by: "id")')
  site(@Ctx() { description }: RequestContext, @Arg('id', () => ID, { description: 'Its id.' }) id: string): Site | null {
    return id === description.id ? (description as Site) : null;
  }

  @FieldResolver(() => Health, { nullable: true, description: 'Of its brokers and applications together; null while the Site does not answer.' })
  health(@Ctx() { health, description }: RequestContext): Health | null {
    return health.get(description.id)?.health ?? Health.UNKNOWN;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Why it is not healthy.' })
  healthReason(@Ctx() { health, description }: RequestContext): string | null {
    return health.get(description.id)?.reason ?? null;
  }
}
