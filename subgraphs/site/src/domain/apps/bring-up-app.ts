import type { OperationContext, OperationEnding } from '@ocopea/operations';
import type { AppManifest } from '../manifest/app-manifest.js';
import type { SiteContext } from '../site-context.js';
import { sideBySide } from '../work/side-by-side.js';
import type { AppRows } from './app-rows.js';
import { removeAppService, startAppService } from './app-services.js';
import { createDataService, removeDataService, type RestoredContent } from './data-services.js';

export interface BringUp {
  /** Where the content of a data service comes from, by its name; `undefined` for an empty one. @default all are empty */
  readonly contentOf?: (dataService: string, signal: AbortSignal) => Promise<RestoredContent | undefined>;
  /** Further steps, between data services and app services. */
  readonly whenFilled?: () => Promise<void>;
}

/**
 * The steps that bring an application up: data services side by side, then app services one after the other in the order of
 * the manifest, each bound just before. When it fails or is cancelled all of it is removed; the instance stays as FAILED with
 * the reason, and gives its name to the next one that asks.
 */
export async function bringUpApp(site: SiteContext, operation: OperationContext<unknown>, rows: AppRows, { contentOf, whenFilled }: BringUp = {}): Promise<void> {
  const { dataServices, appServices } = rows;
  await sideBySide(dataServices, (row, others) =>
    operation.step(
      createStep(row.name),
      async (step) => {
        const signal = AbortSignal.any([step.signal, others]);
        const content = await contentOf?.(row.name, signal);
        await createDataService(site, row.id, { signal, progress: (done) => step.progress(done) }, content);
      },
      { undo: ({ signal }) => removeDataService(site, row.id, signal), deadlineMs: site.limits.bulkStepMs },
    ),
  );
  await whenFilled?.();
  for (const row of appServices) {
    await operation.step(
      startStep(row.name),
      async ({ signal }) => {
        await startAppService(site, row.id, signal);
      },
      { undo: ({ signal }) => removeAppService(site, row.id, signal), deadlineMs: site.limits.appServiceStepMs },
    );
  }
}

const createStep = (dataService: string): string => `create data service ${dataService}`;
const startStep = (appService: string): string => `start app service ${appService}`;

/** What becomes of the instance when that has ended. */
export async function settleBroughtUpApp(site: SiteContext, rows: AppRows, { id, outcome, error }: OperationEnding<unknown, unknown>): Promise<void> {
  if (error === undefined) return openApp(site, rows.appInstance.id);
  await dropUntouched(site, rows, id);
  await markFailed(site, rows.appInstance.id, outcome === 'CANCELLED' ? 'its deployment was cancelled' : error.message);
}

/** Services whose step never began have left nothing that an undo would remove, and would keep the instance's name taken. */
async function dropUntouched(site: SiteContext, { dataServices, appServices }: AppRows, operationId: string): Promise<void> {
  const [steps = []] = await site.engine.steps([operationId]);
  const begun = new Set(steps.map(({ name }) => name));
  const idsOf = (services: readonly { readonly id: string; readonly name: string }[], stepOf: (name: string) => string) =>
    services.filter(({ name }) => !begun.has(stepOf(name))).map(({ id }) => id);
  await site.database.appService.deleteMany({ where: { id: { in: idsOf(appServices, startStep) } } });
  await site.database.dataService.deleteMany({ where: { id: { in: idsOf(dataServices, createStep) } } });
}

/** The instance runs: its URL is that of the entry point, once one of its services is that. */
export async function openApp(site: SiteContext, appInstanceId: string): Promise<void> {
  const entryPointUrl = await findEntryPointUrl(site, appInstanceId);
  await site.database.appInstance.update({ where: { id: appInstanceId }, data: { phase: 'RUNNING', reason: null, entryPointUrl } });
  site.measureSoon();
}

/** Asked from the scheduler, since a row may say what was a moment before; the row does when the scheduler does not answer. */
async function findEntryPointUrl(site: SiteContext, appInstanceId: string): Promise<string | null> {
  const { manifest, appServices } = await site.database.appInstance.findUniqueOrThrow({ where: { id: appInstanceId }, include: { appServices: true } });
  const entryPoint = (manifest as unknown as AppManifest).appServices.find((service) => service.entryPoint)?.name;
  const row = appServices.find(({ name }) => name === entryPoint);
  if (row === undefined) return null;
  const { broker } = site.brokers.paas(row.brokerId);
  const signal = AbortSignal.timeout(site.limits.brokerCallMs);
  const { entryPointUrl } = await broker.get({ space: row.space, appServiceId: row.brokerKey }, { signal }).catch(() => row);
  return entryPointUrl ?? null;
}

async function markFailed(site: SiteContext, appInstanceId: string, reason: string): Promise<void> {
  await site.database.appInstance.updateMany({ where: { id: appInstanceId }, data: { phase: 'FAILED', reason, entryPointUrl: null } });
  site.measureSoon();
}
