import { ConnectionArgs, connectionPage, requireId, toConnection, type Connection } from '@ocopea/graph';
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { withoutAbsent } from '../domain/without-absent.js';
import type { Copy as CopyRow, CopyPart as CopyPartRow } from '../store/generated/client.js';
import { pageQuery, sortKeyOf, type SortColumn } from '../store/page-query.js';
import { CopyConnection } from './connections.js';
import { requireNarrowedTo } from './narrowed-to.js';
import { OperationError } from './operation-type.js';
import type { RequestContext } from './request-context.js';
import { AppInstance } from './types/app-instance.js';
import { CopyRepository } from './types/broker.js';
import { Copy, CopyFilter, CopyLineage, CopyOrder, CopyPart, CopyStatistics } from './types/copy.js';
import { Site } from './types/site.js';

const sortColumns = {
  CREATED_AT: { name: 'createdAt', type: 'time' },
  TAKEN_AT: { name: 'takenAt', type: 'time', nullable: true },
  BYTES: { name: 'bytes', type: 'bigint' },
} as const satisfies Record<string, SortColumn>;

@Resolver(() => Copy)
export class CopyResolver {
  @Query(() => CopyConnection, { nullable: true, description: 'Copies, newest first unless another order is asked for.' })
  @Directive('@everySite(merge: CONNECTION)')
  async copies(
    @Ctx() { site }: RequestContext,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => CopyFilter, { nullable: true, description: 'Only these.' }) filter?: CopyFilter | null,
    @Arg('orderBy', () => CopyOrder, { nullable: true, description: 'In this order.' }) orderBy?: CopyOrder | null,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) sites?: string[] | null,
  ): Promise<Connection<Copy>> {
    requireNarrowedTo(site.siteId, sites);
    const column = sortColumns[orderBy?.field ?? 'CREATED_AT'];
    const page = connectionPage(args, `${column.name}:${orderBy?.direction ?? 'DESC'}`);
    const where = withoutAbsent({ ...filter });
    const rows = await site.database.copy.findMany(pageQuery(page, column, where));
    return toConnection({
      page,
      rows: rows as unknown as Copy[],
      sortKeyOf: (row) => sortKeyOf(row, column),
      idOf: ({ id }) => id,
      count: () => site.database.copy.count({ where }),
    });
  }

  @Query(() => Copy, { nullable: true, description: 'One copy; null when there is none with this id.' })
  @Directive('@oneSite(by: "id")')
  copy(@Ctx() { loaders }: RequestContext, @Arg('id', () => ID, { description: 'Its id.' }) id: string): Promise<object | null> {
    requireId(id, 'copy');
    return loaders.copy.load(id);
  }

  @Query(() => CopyStatistics, { nullable: true, description: 'Figures over all copies.' })
  @Directive('@everySite(merge: SUM)')
  async copyStatistics(
    @Ctx() { site }: RequestContext,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) sites?: string[] | null,
  ): Promise<CopyStatistics> {
    requireNarrowedTo(site.siteId, sites);
    const [{ _count: copies, _sum: sums }, usableCopies] = await Promise.all([
      site.database.copy.aggregate({ _count: true, _sum: { bytes: true, storedBytes: true } }),
      site.database.copy.count({ where: { usable: true } }),
    ]);
    return { copies, usableCopies, logicalBytes: sums.bytes ?? 0n, storedBytes: sums.storedBytes ?? 0n };
  }

  @FieldResolver(() => Site, { description: 'Where it is kept.' })
  site(@Ctx() { description }: RequestContext): Site {
    return description as Site;
  }

  @FieldResolver(() => AppInstance, { nullable: true, description: 'The instance it was taken of; null when that is gone or at another Site.' })
  appInstance(@Root() { appInstanceId }: CopyRow, @Ctx() { loaders }: RequestContext): Promise<object | null> {
    return loaders.appInstance.load(appInstanceId);
  }

  @FieldResolver(() => [CopyPart], { description: 'One for each data service, in the order of the manifest.' })
  parts(@Root() { id }: CopyRow, @Ctx() { loaders }: RequestContext): Promise<object[]> {
    return loaders.partsOfCopy.load(id);
  }

  @FieldResolver(() => CopyLineage, { description: 'Where it came from, and what came of it.' })
  async lineage(@Root() { id, originCopyId, originSiteId }: CopyRow, @Ctx() { loaders }: RequestContext): Promise<CopyLineage> {
    const [sentToCopyIds, restoredAppInstanceIds] = await Promise.all([loaders.sentFromCopy.load(id), loaders.restoredFromCopy.load(id)]);
    return { originCopyId, originSiteId, sentToCopyIds, restoredAppInstanceIds };
  }

  @FieldResolver(() => OperationError, { nullable: true, description: 'Why it cannot be used.' })
  error(@Root() { errorCode, errorMessage }: CopyRow): OperationError | null {
    return errorCode === null ? null : { code: errorCode, message: errorMessage ?? errorCode };
  }
}

@Resolver(() => CopyPart)
export class CopyPartResolver {
  @FieldResolver(() => CopyRepository, { description: 'Where it is stored.' })
  repository(@Root() { repositoryId }: CopyPartRow, @Ctx() { loaders }: RequestContext): Promise<object | null> {
    return loaders.copyRepository.load(repositoryId);
  }
}
