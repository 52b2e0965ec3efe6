import { ConnectionArgs, connectionPage, requireId, toConnection, type Connection } from '@ocopea/graph';
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { withoutAbsent } from '../domain/without-absent.js';
import type { AppInstance as AppInstanceRow } from '../store/generated/client.js';
import { pageQuery, sortKeyOf, type SortColumn } from '../store/page-query.js';
import { AppInstanceConnection, CopyConnection } from './connections.js';
import { requireNarrowedTo } from './narrowed-to.js';
import type { RequestContext } from './request-context.js';
import { AppInstance, AppInstanceFilter, AppInstanceOrder } from './types/app-instance.js';
import { Copy } from './types/copy.js';
import { Health } from './types/enums.js';
import { AppService, DataService } from './types/services.js';
import { Site } from './types/site.js';

const sortColumns = {
  NAME: { name: 'name', type: 'text' },
  CREATED_AT: { name: 'createdAt', type: 'time' },
} as const satisfies Record<string, SortColumn>;

@Resolver(() => AppInstance)
export class AppInstanceResolver {
  @Query(() => AppInstanceConnection, { nullable: true, description: 'App instances, by name unless another order is asked for.' })
  @Directive('@everySite(merge: CONNECTION)')
  async appInstances(
    @Ctx() { site }: RequestContext,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => AppInstanceFilter, { nullable: true, description: 'Only these.' }) filter?: AppInstanceFilter | null,
    @Arg('orderBy', () => AppInstanceOrder, { nullable: true, description: 'In this order.' }) orderBy?: AppInstanceOrder | null,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) sites?: string[] | null,
  ): Promise<Connection<AppInstance>> {
    requireNarrowedTo(site.siteId, sites);
    const column = sortColumns[orderBy?.field ?? 'NAME'];
    const page = connectionPage(args, `${column.name}:${orderBy?.direction ?? 'ASC'}`);
    const where = withoutAbsent({ name: filter?.name, phase: filter?.phase });
    const rows = await site.database.appInstance.findMany(pageQuery(page, column, where));
    return toConnection({
      page,
      rows: rows as unknown as AppInstance[],
      sortKeyOf: (row) => sortKeyOf(row, column),
      idOf: ({ id }) => id,
      count: () => site.database.appInstance.count({ where }),
    });
  }

  @Query(() => AppInstance, { nullable: true, description: 'One app instance; null when there is none with this id.' })
  @Directive('@oneSite(by: "id")')
  appInstance(@Ctx() { loaders }: RequestContext, @Arg('id', () => ID, { description: 'Its id.' }) id: string): Promise<object | null> {
    requireId(id, 'app');
    return loaders.appInstance.load(id);
  }

  @FieldResolver(() => Site, { description: 'Where it runs.' })
  site(@Ctx() { description }: RequestContext): Site {
    return description as Site;
  }

  @FieldResolver(() => Health, { description: 'That of its worst service.' })
  health(@Root() { id }: AppInstanceRow, @Ctx() { health }: RequestContext): Health {
    return health.get(id)?.health ?? Health.UNKNOWN;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Why it is not healthy.' })
  healthReason(@Root() { id }: AppInstanceRow, @Ctx() { health }: RequestContext): string | null {
    return health.get(id)?.reason ?? null;
  }

  @FieldResolver(() => [DataService], { description: 'In the order of the manifest.' })
  dataServices(@Root() { id }: AppInstanceRow, @Ctx() { loaders }: RequestContext): Promise<object[]> {
    return loaders.dataServicesOfApp.load(id);
  }

  @FieldResolver(() => [AppService], { description: 'In the order of the manifest.' })
  appServices(@Root() { id }: AppInstanceRow, @Ctx() { loaders }: RequestContext): Promise<object[]> {
    return loaders.appServicesOfApp.load(id);
  }

  @FieldResolver(() => CopyConnection, { description: 'Copies that were taken of it, newest first.' })
  async copies(
    @Root() { id: appInstanceId }: AppInstanceRow,
    @Ctx() { loaders }: RequestContext,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<Copy>> {
    const page = connectionPage(args, 'createdAt:DESC');
    const ids = await loaders.copiesOfApp.load({ appInstanceId, page });
    const rows = await Promise.all(ids.map((id) => loaders.copy.load(id)));
    return toConnection({
      page,
      // One that was deleted between the two reads is left out.
      rows: rows.filter((row) => row !== null) as unknown as Copy[],
      sortKeyOf: ({ createdAt }) => createdAt.toISOString(),
      idOf: ({ id }) => id,
      count: () => loaders.copyCountOfApp.load(appInstanceId),
    });
  }

  @FieldResolver(() => Copy, { nullable: true, description: 'The copy it was restored from; null when it never was, or that one is gone.' })
  restoredFrom(@Root() { restoredFromCopyId }: AppInstanceRow, @Ctx() { loaders }: RequestContext): Promise<object | null> | null {
    return restoredFromCopyId === null ? null : loaders.copy.load(restoredFromCopyId);
  }
}
