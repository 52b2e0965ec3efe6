import { ByteCountScalar } from '@ocopea/graph';
import { Arg, Ctx, Directive, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { AnyRegisteredBroker } from '../domain/brokers/broker-directory.js';
import type { Broker as BrokerRow, CopyRepository as CopyRepositoryRow } from '../store/generated/client.js';
import { requireNarrowedTo } from './narrowed-to.js';
import type { RequestContext } from './request-context.js';
import { Broker, CopyRepository, RepositoryLimits, ServicePlan } from './types/broker.js';
import { BrokerKind, Health } from './types/enums.js';
import { Site } from './types/site.js';

/** A broker is known by its row; what it says of itself comes from the directory. One that was removed says nothing any more. */
type BrokerRoot = Pick<BrokerRow, 'id' | 'kind' | 'name'>;

@Resolver(() => Broker)
export class BrokerResolver {
  @Query(() => [Broker], { nullable: true, description: 'Brokers, in the order in which their Site tries them.' })
  @Directive('@everySite(merge: LIST)')
  brokers(
    @Ctx() { site }: RequestContext,
    @Arg('kind', () => BrokerKind, { nullable: true, description: 'Only of this kind.' }) kind?: BrokerKind | null,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) sites?: string[] | null,
  ): BrokerRoot[] {
    requireNarrowedTo(site.siteId, sites);
    return site.brokers.all().filter((broker) => !kind || broker.kind === kind);
  }

  @FieldResolver(() => Site, { description: 'Who works with it.' })
  site(@Ctx() { description }: RequestContext): Site {
    return description as Site;
  }

  @FieldResolver(() => String, { description: 'The product behind it.' })
  product(@Root() { id, name }: BrokerRoot, @Ctx() context: RequestContext): string {
    return registered(context, id)?.info.product ?? name;
  }

  @FieldResolver(() => String, { description: 'Version of the broker, semver.' })
  version(@Root() { id }: BrokerRoot, @Ctx() context: RequestContext): string {
    return registered(context, id)?.info.version ?? '';
  }

  @FieldResolver(() => String, { description: 'One sentence for people.' })
  description(@Root() { id }: BrokerRoot, @Ctx() context: RequestContext): string {
    return registered(context, id)?.info.description ?? 'Removed from service.';
  }

  @FieldResolver(() => Health, { description: 'Whether it answers.' })
  health(@Root() { id }: BrokerRoot, @Ctx() { health }: RequestContext): Health {
    return health.get(id)?.health ?? Health.UNKNOWN;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Why it is not healthy.' })
  healthReason(@Root() { id }: BrokerRoot, @Ctx() { health }: RequestContext): string | null {
    return health.get(id)?.reason ?? null;
  }

  @FieldResolver(() => [ServicePlan], { description: 'What a data service broker offers; empty for the others.' })
  plans(@Root() { id }: BrokerRoot, @Ctx() context: RequestContext): readonly ServicePlan[] {
    const broker = registered(context, id);
    return broker?.kind === 'DATA_SERVICE' ? (broker.info.plans as readonly ServicePlan[]) : [];
  }

  @FieldResolver(() => Boolean, { description: 'True when it lives in the process of the Site.' })
  embedded(): boolean {
    return true;
  }
}

@Resolver(() => CopyRepository)
export class CopyRepositoryResolver {
  @Query(() => [CopyRepository], { nullable: true, description: 'Places for copies, oldest first.' })
  @Directive('@everySite(merge: LIST)')
  copyRepositories(
    @Ctx() { site }: RequestContext,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) sites?: string[] | null,
  ): Promise<object[]> {
    requireNarrowedTo(site.siteId, sites);
    return site.database.copyRepository.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  }

  @FieldResolver(() => Site, { description: 'Where it is.' })
  site(@Ctx() { description }: RequestContext): Site {
    return description as Site;
  }

  @FieldResolver(() => Broker, { description: 'Who keeps it.' })
  broker(@Root() { brokerId }: CopyRepositoryRow, @Ctx() { loaders }: RequestContext): Promise<object | null> {
    return loaders.broker.load(brokerId);
  }

  @FieldResolver(() => RepositoryLimits, { description: 'What keeps it from taking all there is; setRepositoryLimits changes it.' })
  limits(@Root() { readBytesPerSecond, writeBytesPerSecond, operations }: CopyRepositoryRow, @Ctx() { site }: RequestContext): RepositoryLimits {
    return { readBytesPerSecond, writeBytesPerSecond, operations: operations ?? site.limits.repositoryOperations };
  }

  @FieldResolver(() => ByteCountScalar, { nullable: true, description: 'Room in all; null when it is not known.' })
  async capacityBytes(@Root() row: CopyRepositoryRow, @Ctx() { loaders }: RequestContext): Promise<number | null> {
    return (await loaders.repositoryStats.load(row))?.capacityBytes ?? null;
  }

  @FieldResolver(() => ByteCountScalar, { nullable: true, description: 'Room that is left; null when it is not known.' })
  async availableBytes(@Root() row: CopyRepositoryRow, @Ctx() { loaders }: RequestContext): Promise<number | null> {
    return (await loaders.repositoryStats.load(row))?.availableBytes ?? null;
  }

  @FieldResolver(() => ByteCountScalar, { nullable: true, description: 'Bytes that it occupies; null when its broker does not answer.' })
  async usedBytes(@Root() row: CopyRepositoryRow, @Ctx() { loaders }: RequestContext): Promise<number | null> {
    return (await loaders.repositoryStats.load(row))?.usedBytes ?? null;
  }

  @FieldResolver(() => Int, { nullable: true, description: 'Copy parts that it holds; null when its broker does not answer.' })
  async partCount(@Root() row: CopyRepositoryRow, @Ctx() { loaders }: RequestContext): Promise<number | null> {
    return (await loaders.repositoryStats.load(row))?.parts ?? null;
  }
}

function registered({ site }: RequestContext, id: string): AnyRegisteredBroker | undefined {
  return site.brokers.find(id);
}
