import { ByteCountScalar, ConnectionArgs, connectionPage, requireId, toConnection, type Connection } from '@ocopea/graph';
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { CopyLabels } from '../domain/copies/copy-labels.js';
import { readCopyHistory } from '../store/copy-history.js';
import { copyOrders, countCopies, searchCopies } from '../store/copy-search.js';
import type { Copy as CopyRow, CopyPart as CopyPartRow } from '../store/generated/client.js';
import { sortKeyOf } from '../store/page-query.js';
import { CopyConnection } from './connections.js';
import { CopyFilter, CopyOrder, copySearch } from './inputs/copy-filter.js';
import { requireNarrowedTo } from './narrowed-to.js';
import { OperationError } from './operation-type.js';
import { presentReceipts } from './present-receipts.js';
import type { RequestContext, SiteDescription } from './request-context.js';
import { AppInstance } from './types/app-instance.js';
import { CopyRepository } from './types/broker.js';
import { CopyLabel } from './types/copy-label.js';
import { Copy, CopyHistoryRow, CopyLineage, CopyPart, CopyStatistics, CopyVerification, TransferReceipt } from './types/copy.js';
import { CopyHistoryInterval } from './types/enums.js';
import { HookRun } from './types/hook.js';
import { Site } from './types/site.js';

@Resolver(() => Copy)
export class CopyResolver {
  @Query(() => CopyConnection, { nullable: true, description: 'Copies, newest first unless another order is asked for.' })
  @Directive('@everySite(merge: CONNECTION)')
  async copies(
    @Ctx() { site, loaders }: RequestContext,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => CopyFilter, { nullable: true, description: 'Only these.' }) filter?: CopyFilter | null,
    @Arg('orderBy', () => CopyOrder, { nullable: true, description: 'In this order.' }) orderBy?: CopyOrder | null,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) sites?: string[] | null,
  ): Promise<Connection<Copy>> {
    requireNarrowedTo(site.siteId, sites);
    const column = copyOrders[orderBy?.field ?? 'CREATED_AT'];
    const page = connectionPage(args, `${column.name}:${orderBy?.direction ?? 'DESC'}`);
    const search = copySearch(filter);
    const rows = await loaders.copy.loadMany(await searchCopies(site.database, page, column, search));
    return toConnection({
      page,
      // One that was deleted between the two reads is left out.
      rows: rows.filter(isCopyRow) as unknown as Copy[],
      sortKeyOf: (row) => sortKeyOf(row, column),
      idOf: ({ id }) => id,
      count: () => countCopies(site.database, search),
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

  @Query(() => [CopyHistoryRow], { nullable: true, description: 'How many copies were taken, interval by interval, oldest first; intervals without any are left out. Copies that are gone count as well.' })
  @Directive('@everySite(merge: LIST)')
  async copyHistory(
    @Ctx() { site, description }: RequestContext,
    @Arg('interval', () => CopyHistoryInterval, { defaultValue: CopyHistoryInterval.DAY, description: 'How long one row is.' }) interval: CopyHistoryInterval,
    @Arg('from', () => Date, { nullable: true, description: 'Only from this time on; without it, the last 30 intervals.' }) from?: Date | null,
    @Arg('to', () => Date, { nullable: true, description: 'Only before this time; without it, until now.' }) to?: Date | null,
    @Arg('appInstanceName', () => String, { nullable: true, description: 'Only of this application.' }) appInstanceName?: string | null,
    @Arg('byApplication', () => Boolean, { defaultValue: false, description: 'True for rows of each application.' }) byApplication = false,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) sites?: string[] | null,
  ): Promise<CopyHistoryRow[]> {
    requireNarrowedTo(site.siteId, sites);
    const rows = await readCopyHistory(site.database, { interval, from: from ?? undefined, to: to ?? undefined, appInstanceName: appInstanceName ?? undefined, byApplication });
    return rows.map((row) => ({ ...row, site: description as Site }));
  }

  @FieldResolver(() => Site, { description: 'Where it is kept.' })
  site(@Ctx() { description }: RequestContext): Site {
    return description as Site;
  }

  @FieldResolver(() => AppInstance, { nullable: true, description: 'The instance it was taken of; null when that is gone or at another Site.' })
  appInstance(@Root() { appInstanceId }: CopyRow, @Ctx() { loaders }: RequestContext): Promise<object | null> {
    return loaders.appInstance.load(appInstanceId);
  }

  @FieldResolver(() => [CopyLabel], { description: 'By key.' })
  labels(@Root() { labels }: CopyRow): CopyLabel[] {
    return Object.entries(labels as CopyLabels)
      .map(([key, value]) => ({ key, value }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  @FieldResolver(() => ByteCountScalar, { nullable: true, description: 'Bytes that it alone takes in its repositories: about what comes back when it is deleted. Measured when it is asked for; null where a repository does not know it, or takes longer than ten seconds for all that one request asks of.' })
  uniqueBytes(@Root() { id }: CopyRow, @Ctx() { loaders }: RequestContext): Promise<number | null> {
    return loaders.uniqueBytes.load(id);
  }

  @FieldResolver(() => [CopyPart], { description: 'One for each data service, in the order of the manifest.' })
  parts(@Root() { id }: CopyRow, @Ctx() { loaders }: RequestContext): Promise<object[]> {
    return loaders.partsOfCopy.load(id);
  }

  @FieldResolver(() => CopyLineage, { description: 'Where it came from, and what came of it.' })
  async lineage(@Root() { id, originCopyId, originSiteId, originKey }: CopyRow, @Ctx() { loaders }: RequestContext): Promise<LineageOfCopy> {
    const [sends, restoredAppInstanceIds, dependents] = await Promise.all([
      loaders.sendsOfCopy.load(id),
      loaders.restoredFromCopy.load(id),
      loaders.dependentsOfCopy.load(id),
    ]);
    const sentToCopyIds = [...new Set(sends.map(({ targetCopyId }) => targetCopyId))];
    return { copyId: id, originKey, originCopyId, originSiteId, sentToCopyIds, restoredAppInstanceIds, dependents };
  }

  @FieldResolver(() => [CopyVerification], { description: 'Evidence that it was read back, newest first; the last 50.' })
  async verifications(@Root() { id }: CopyRow, @Ctx() { loaders }: RequestContext): Promise<CopyVerification[]> {
    const rows = await loaders.verificationsOfCopy.load(id);
    return rows.map(({ causeKind, causeName, ...row }) => ({ ...row, cause: { kind: causeKind, name: causeName } }));
  }

  @FieldResolver(() => [HookRun], { description: 'Hooks that were run around its making and after restores of it, in the order in which they began; the last 200.' })
  hookRuns(@Root() { id }: CopyRow, @Ctx() { loaders }: RequestContext): Promise<HookRun[]> {
    return loaders.hookRunsOfCopy.load(id);
  }

  @FieldResolver(() => OperationError, { nullable: true, description: 'Why it cannot be used.' })
  error(@Root() { errorCode, errorMessage }: CopyRow): OperationError | null {
    return errorCode === null ? null : { code: errorCode, message: errorMessage ?? errorCode };
  }
}

function isCopyRow(row: CopyRow | Error | null): row is CopyRow {
  if (row instanceof Error) throw row;
  return row !== null;
}

/** A lineage, and what its own fields need. */
type LineageOfCopy = CopyLineage & { readonly copyId: string; readonly originKey: CopyRow['originKey'] };

@Resolver(() => CopyLineage)
export class CopyLineageResolver {
  @FieldResolver(() => [TransferReceipt], { description: 'For one that came from another Site: the receipt of each part that has arrived.' })
  async receipts(@Root() { copyId, originKey }: LineageOfCopy, @Ctx() { loaders, description }: RequestContext): Promise<TransferReceipt[]> {
    const rows = await loaders.receiptsOfCopy.load(copyId);
    return presentReceipts(rows.map(({ receipt }) => ({ text: receipt, sourceKey: originKey, targetKey: ownKey(description) })));
  }

  @FieldResolver(() => [TransferReceipt], { description: 'Receipts of parts that were sent from here to other Sites.' })
  async sentReceipts(@Root() { copyId }: LineageOfCopy, @Ctx() { loaders, description }: RequestContext): Promise<TransferReceipt[]> {
    const rows = await loaders.sendsOfCopy.load(copyId);
    return presentReceipts(rows.map(({ receipt, targetKey }) => ({ text: receipt, sourceKey: ownKey(description), targetKey })));
  }
}

function ownKey({ publicKey }: SiteDescription): unknown {
  return publicKey === null ? null : JSON.parse(publicKey);
}

@Resolver(() => CopyPart)
export class CopyPartResolver {
  @FieldResolver(() => CopyRepository, { description: 'Where it is stored.' })
  repository(@Root() { repositoryId }: CopyPartRow, @Ctx() { loaders }: RequestContext): Promise<object | null> {
    return loaders.copyRepository.load(repositoryId);
  }
}
