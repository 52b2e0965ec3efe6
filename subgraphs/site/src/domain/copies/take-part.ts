import type { CopyBarrier } from '@ocopea/broker-contract';
import type { StepContext } from '@ocopea/operations';
import { notFound } from '@ocopea/graph';
import type { SiteContext } from '../site-context.js';
import { withoutAbsent } from '../without-absent.js';
import { brokerOfRepository, deleteCopyPart, partTarget, type PartOfCopy } from './copy-parts.js';
import type { CopyPlan, PlannedPart } from './copy-plan.js';

/** What is known of a part once its repository has it. */
export type TakenPart = { readonly id: string; readonly repositoryId: string; readonly dataService: string; readonly logicalBytes: number; readonly warnings: readonly string[] };

/**
 * Copies one data service into its part. Run again after a crash it starts over: what an interrupted run published cannot be
 * told from another moment's content.
 */
export async function takePart(
  site: SiteContext,
  plan: CopyPlan,
  part: PlannedPart,
  step: Pick<StepContext, 'signal' | 'progress' | 'log'>,
  barrier?: CopyBarrier,
): Promise<TakenPart> {
  const { id, repositoryId, dataService, format, position } = part;
  const row = await site.database.dataService.findUnique({ where: { id: part.dataServiceId } });
  if (row === null) throw notFound('data service', part.dataServiceId, 'it was deleted while the copy waited');
  const repository = await brokerOfRepository(site, repositoryId);
  await site.database.copyPart.upsert({
    where: { id },
    create: { id, copyId: plan.copyId, position, dataService, format, repositoryId },
    update: { hash: null },
  });
  await deleteCopyPart(site, part, step.signal);

  const target = partTarget(repository, {
    key: { repositoryId, partId: id },
    format,
    labels: { site: site.siteId, copy: plan.copyId, app: plan.appInstanceName, dataService },
    signal: step.signal,
    onProgress: ({ bytesNew, bytesStored }) => step.progress({ part: dataService, ...withoutAbsent({ bytesNew, bytesStored }) }),
  });
  const { part: stored, consistencyPoint, warnings = [] } = await site.brokers
    .dataService(row.brokerId)
    .broker.copy(
      { dataServiceId: row.brokerKey, copyPartId: id, format, target, ...(barrier !== undefined && { barrier }) },
      {
        signal: step.signal,
        onProgress: ({ bytesDone, bytesTotal }) =>
          step.progress({ part: dataService, bytesDone, bytesRead: bytesDone, itemsDone: 0, itemsTotal: 1, ...withoutAbsent({ bytesTotal }) }),
      },
    );
  await site.database.copyPart.update({
    where: { id },
    data: {
      logicalBytes: stored.logicalBytes,
      storedBytes: stored.storedBytes,
      hash: stored.hash,
      consistencyPoint: consistencyPoint.at,
      consistencyMarker: consistencyPoint.marker ?? null,
    },
  });
  const { logicalBytes, storedBytes } = stored;
  step.log(`data service "${dataService}": ${logicalBytes} bytes in format "${format}" at ${consistencyPoint.at.toISOString()}, of which the repository "${repositoryId}" stores ${storedBytes}`);
  step.progress({ part: dataService, bytesDone: logicalBytes, bytesTotal: logicalBytes, bytesRead: logicalBytes, bytesStored: storedBytes, itemsDone: 1, itemsTotal: 1 });
  return { id, repositoryId, dataService, logicalBytes: stored.logicalBytes, warnings };
}

/** Takes all parts back. The first that cannot be is the error, once all others are gone. */
export async function dropParts(site: SiteContext, parts: readonly Pick<PartOfCopy, 'id' | 'repositoryId'>[], signal: AbortSignal): Promise<void> {
  const dropped = await Promise.allSettled(parts.map((part) => dropPart(site, part, signal)));
  for (const one of dropped) if (one.status === 'rejected') throw one.reason;
}

/** Takes a part back, whatever there is of it. The row goes last, so that it names what is still to be removed. */
export async function dropPart(site: SiteContext, part: Pick<PartOfCopy, 'id' | 'repositoryId'>, signal: AbortSignal): Promise<void> {
  await deleteCopyPart(site, part, signal);
  await site.database.copyPart.deleteMany({ where: { id: part.id } });
}
