import type { CopySource } from '@ocopea/broker-contract';
import { notFound } from '@ocopea/graph';
import type { StepContext } from '@ocopea/operations';
import type { SiteContext } from '../site-context.js';
import { withoutAbsent } from '../without-absent.js';
import { underItsName } from './under-its-name.js';

/** What a data service starts from instead of empty. */
export interface RestoredContent {
  readonly format: string;
  readonly source: CopySource;
}

/** Creates a data service as its row says, empty or from a copy part; progress is that of the broker. */
export async function createDataService(
  site: SiteContext,
  dataServiceId: string,
  step: Pick<StepContext, 'signal' | 'progress'>,
  restoreFrom?: RestoredContent,
): Promise<void> {
  const row = await site.database.dataService.findUnique({ where: { id: dataServiceId } });
  if (row === null) throw notFound('data service', dataServiceId);
  const settings = row.settings as unknown as readonly { name: string; value: string }[];
  const request = {
    dataServiceId: row.brokerKey,
    planId: row.planId,
    settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
    ...(restoreFrom !== undefined && { restoreFrom }),
  };
  const { broker } = site.brokers.dataService(row.brokerId);
  await underItsName(
    row,
    broker.create(request, {
      signal: step.signal,
      onProgress: ({ bytesDone, bytesTotal }) => {
        if (restoreFrom !== undefined) step.progress({ part: row.name, bytesDone, bytesRead: bytesDone, itemsDone: 0, itemsTotal: 1, ...withoutAbsent({ bytesTotal }) });
      },
    }),
  );
  if (restoreFrom !== undefined) step.progress({ part: row.name, itemsDone: 1, itemsTotal: 1 });
  await site.database.dataService.updateMany({ where: { id: dataServiceId }, data: { phase: 'RUNNING', reason: null } });
}

/** Removes a data service with its content, whatever there is of it. Its row goes too. */
export async function removeDataService(site: SiteContext, dataServiceId: string, signal: AbortSignal): Promise<void> {
  const row = await site.database.dataService.findUnique({ where: { id: dataServiceId } });
  if (row === null) return;
  await site.database.dataService.updateMany({ where: { id: dataServiceId }, data: { phase: 'REMOVING' } });
  await site.brokers.dataService(row.brokerId).broker.delete(row.brokerKey, { signal });
  await site.database.dataService.deleteMany({ where: { id: dataServiceId } });
}
