import { isBrokerError } from '@ocopea/broker-contract';
import { openApp } from './apps/bring-up-app.js';
import { startAppService } from './apps/app-services.js';
import type { SiteContext } from './site-context.js';

/**
 * Brings every instance that shall run back to running: its data services are there, each app service is bound again and
 * deployed again, which changes nothing for one that runs unchanged. Called at start, since a Site that was killed leaves its
 * applications in any state, and again while some of them lack something. Instances that an operation works on are left to it.
 *
 * @returns names of those that are not as they should be yet
 */
export async function reconcileApps(site: SiteContext, signal: AbortSignal): Promise<readonly string[]> {
  const instances = await site.database.appInstance.findMany({
    where: { phase: 'RUNNING' },
    include: { dataServices: true, appServices: { orderBy: { position: 'asc' } } },
    orderBy: { createdAt: 'asc' },
  });
  const lacking: string[] = [];
  for (const instance of instances) {
    if (signal.aborted) break;
    if (await isBeingWorkedOn(site, instance.id)) continue;
    try {
      for (const dataService of instance.dataServices) await requireDataService(site, dataService, signal);
      for (const appService of instance.appServices) await startAppService(site, appService.id, signal);
      await openApp(site, instance.id);
    } catch (error) {
      if (signal.aborted) break;
      lacking.push(instance.name);
      site.log.warn({ err: error, appInstanceId: instance.id }, 'an app instance that shall run does not; trying again later');
      const reason = isBrokerError(error) ? error.message : 'it could not be brought back after a restart; see the log of the Site';
      await site.database.appInstance.updateMany({ where: { id: instance.id, phase: 'RUNNING' }, data: { reason } });
    }
  }
  return lacking;
}

async function isBeingWorkedOn(site: SiteContext, appInstanceId: string): Promise<boolean> {
  const working = await site.database.operation.findFirst({ where: { subjectId: appInstanceId, phase: { not: 'DONE' } }, select: { id: true } });
  return working !== null;
}

/** Embedded data services come back with their broker; one that does not run is an error that names it. */
async function requireDataService(site: SiteContext, row: { id: string; brokerId: string; brokerKey: string }, signal: AbortSignal): Promise<void> {
  const { state } = await site.brokers.dataService(row.brokerId).broker.get(row.brokerKey, { signal });
  const phase = state.phase === 'running' ? 'RUNNING' : state.phase === 'creating' ? 'CREATING' : 'FAILED';
  await site.database.dataService.updateMany({ where: { id: row.id }, data: { phase, reason: state.phase === 'error' ? state.reason : null } });
}
