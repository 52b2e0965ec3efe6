import { ConnectionArgs, connectionPage, toConnection, type Connection } from '@ocopea/graph';
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { withoutAbsent } from '../domain/without-absent.js';
import type { AppService as AppServiceRow, DataService as DataServiceRow } from '../store/generated/client.js';
import { pageQuery, sortKeyOf, type SortColumn } from '../store/page-query.js';
import { DataServiceConnection } from './connections.js';
import { requireNarrowedTo } from './narrowed-to.js';
import type { RequestContext } from './request-context.js';
import { AppInstance } from './types/app-instance.js';
import { Broker } from './types/broker.js';
import { Health } from './types/enums.js';
import { AppService, DataService, DataServiceFilter, Figure } from './types/services.js';
import { Site } from './types/site.js';

const byCreation: SortColumn = { name: 'createdAt', type: 'time' };

@Resolver(() => DataService)
export class DataServiceResolver {
  @Query(() => DataServiceConnection, { nullable: true, description: 'Data services, oldest first.' })
  @Directive('@everySite(merge: CONNECTION)')
  async dataServices(
    @Ctx() { site }: RequestContext,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => DataServiceFilter, { nullable: true, description: 'Only these.' }) filter?: DataServiceFilter | null,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) sites?: string[] | null,
  ): Promise<Connection<DataService>> {
    requireNarrowedTo(site.siteId, sites);
    const page = connectionPage(args, 'createdAt:ASC');
    const where = withoutAbsent({ protocol: filter?.protocol });
    const rows = await site.database.dataService.findMany(pageQuery(page, byCreation, where));
    return toConnection({
      page,
      rows: rows as unknown as DataService[],
      sortKeyOf: (row) => sortKeyOf(row, byCreation),
      idOf: ({ id }) => id,
      count: () => site.database.dataService.count({ where }),
    });
  }

  @FieldResolver(() => Site, { description: 'Where it is.' })
  site(@Ctx() { description }: RequestContext): Site {
    return description as Site;
  }

  @FieldResolver(() => AppInstance, { description: 'The application it belongs to.' })
  appInstance(@Root() { appInstanceId }: DataServiceRow, @Ctx() { loaders }: RequestContext): Promise<object | null> {
    return loaders.appInstance.load(appInstanceId);
  }

  @FieldResolver(() => Broker, { description: 'Who provides it.' })
  broker(@Root() { brokerId }: DataServiceRow, @Ctx() { loaders }: RequestContext): Promise<object | null> {
    return loaders.broker.load(brokerId);
  }

  @FieldResolver(() => String, { description: 'Id of its service plan.' })
  plan(@Root() { planId }: DataServiceRow): string {
    return planId;
  }

  @FieldResolver(() => Health, { description: 'As it was last measured.' })
  health(@Root() { id }: DataServiceRow, @Ctx() { health }: RequestContext): Health {
    return health.get(id)?.health ?? Health.UNKNOWN;
  }

  @FieldResolver(() => [Figure], { description: 'As they were last measured.' })
  figures(@Root() { id }: DataServiceRow, @Ctx() { health }: RequestContext): readonly Figure[] {
    return health.get(id)?.figures ?? [];
  }
}

@Resolver(() => AppService)
export class AppServiceResolver {
  @FieldResolver(() => Site, { description: 'Where it runs.' })
  site(@Ctx() { description }: RequestContext): Site {
    return description as Site;
  }

  @FieldResolver(() => AppInstance, { description: 'The application it belongs to.' })
  appInstance(@Root() { appInstanceId }: AppServiceRow, @Ctx() { loaders }: RequestContext): Promise<object | null> {
    return loaders.appInstance.load(appInstanceId);
  }

  @FieldResolver(() => Broker, { description: 'Who runs it.' })
  broker(@Root() { brokerId }: AppServiceRow, @Ctx() { loaders }: RequestContext): Promise<object | null> {
    return loaders.broker.load(brokerId);
  }
}
