import { siteUnknown } from '@ocopea/graph';
import { Arg, Ctx, Directive, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { registerSite } from '../domain/sites/register-site.js';
import { removeSite } from '../domain/sites/remove-site.js';
import type { HubRequestContext } from './hub-request-context.js';
import { presentSite } from './present-site.js';
import { Site } from './site-type.js';

@InputType({ description: 'A Site that shall join this Hub.' })
export class RegisterSiteInput {
  @Field(() => String, { description: 'Its base address, for example `https://site.example.org`. No link-local addresses.' })
  url!: string;

  @Field(() => String, { description: 'Its one-time token for joining. A secret.' })
  joinToken!: string;

  @Field(() => ID, { nullable: true, description: 'The id that it must have; without it, whichever it has.' })
  id?: string | null;

  @Field(() => String, { nullable: true, description: 'Of no effect: registering a Site again is no error, and takes its present address.' })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'What registerSite answers.' })
export class RegisterSitePayload {
  @Field(() => Site, { description: 'The Site.' })
  site!: Site;
}

@InputType({ description: 'A Site that shall leave this Hub.' })
export class RemoveSiteInput {
  @Field(() => ID, { description: 'The Site.' })
  siteId!: string;
}

@ObjectType({ description: 'What removeSite answers.' })
export class RemoveSitePayload {
  @Field(() => ID, { description: 'The Site that is not registered any more.' })
  siteId!: string;
}

@Resolver(() => Site)
export class SiteResolver {
  @Query(() => [Site], { description: 'The Sites of this Hub, in order of their ids.' })
  @Directive('@override(from: "site")')
  sites(
    @Ctx() { hub }: HubRequestContext,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only these Sites.' }) sites?: string[] | null,
  ): Site[] {
    if (sites === null || sites === undefined) return hub.registry.sites().map((site) => presentSite(hub, site));
    return [...new Set(sites)].sort().map((id) => {
      const site = hub.registry.get(id);
      if (site === undefined) throw siteUnknown(id);
      return presentSite(hub, site);
    });
  }

  @Query(() => Site, { nullable: true, description: 'One Site; null when it is not known.' })
  @Directive('@override(from: "site")')
  site(@Ctx() { hub }: HubRequestContext, @Arg('id', () => ID, { description: 'Its id.' }) id: string): Site | null {
    const site = hub.registry.get(id);
    return site === undefined ? null : presentSite(hub, site);
  }

  @Mutation(() => RegisterSitePayload, { description: 'Joins with a Site: both exchange keys, and the Site becomes part of the graph.' })
  async registerSite(
    @Ctx() { hub }: HubRequestContext,
    @Arg('input', () => RegisterSiteInput, { description: 'Which one.' }) { url, joinToken, id }: RegisterSiteInput,
  ): Promise<RegisterSitePayload> {
    const site = await registerSite(hub, { url, joinToken, id: id ?? undefined });
    return { site: presentSite(hub, site) };
  }

  @Mutation(() => RemoveSitePayload, { description: 'Forgets a Site. What it has and runs stays there.' })
  async removeSite(
    @Ctx() { hub }: HubRequestContext,
    @Arg('input', () => RemoveSiteInput, { description: 'Which one.' }) { siteId }: RemoveSiteInput,
  ): Promise<RemoveSitePayload> {
    await removeSite(hub, siteId);
    return { siteId };
  }
}
