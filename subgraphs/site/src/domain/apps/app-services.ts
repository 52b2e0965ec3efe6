import { isBrokerError, type AppServiceSpec, type AppServiceStatus, type Binding } from '@ocopea/broker-contract';
import { manifestInvalid, notFound } from '@ocopea/graph';
import type { AppService, DataService } from '../../store/generated/client.js';
import type { AppManifest, AppServiceManifest } from '../manifest/app-manifest.js';
import { referencedDataServices, resolveEnvironment } from '../manifest/environment-template.js';
import type { SiteContext } from '../site-context.js';
import { withoutAbsent } from '../without-absent.js';
import { underItsName } from './under-its-name.js';

/**
 * Makes an app service run as its manifest says: binds it to the data services it refers to, fills their credentials in,
 * deploys it. The credentials pass from broker to broker and are kept nowhere, so every start binds again. Nothing changes
 * for one that runs so already.
 *
 * @throws MANIFEST_INVALID an environment refers to a key that the binding lacks; the brokers' errors
 */
export async function startAppService(site: SiteContext, appServiceId: string, signal: AbortSignal): Promise<AppServiceStatus> {
  const row = await site.database.appService.findUnique({
    where: { id: appServiceId },
    include: { appInstance: { include: { dataServices: true } } },
  });
  if (row === null) throw notFound('app service', appServiceId);
  const manifest = appServiceManifest(row.appInstance.manifest as unknown as AppManifest, row.name);
  const bound = await bindReferenced(site, row, manifest, row.appInstance.dataServices, signal);
  const environment = resolveEnvironment(manifest.environment, bound);
  if (!environment.resolved) throw manifestInvalid([`app service "${row.name}": ${environment.problem}`]);

  const { broker } = site.brokers.paas(row.brokerId);
  const status = await underItsName(row, broker.deploy({ space: row.space, appServiceId: row.brokerKey, spec: specOf(manifest, environment.environment) }, { signal }));
  await keepAppServiceStatus(site, row, status);
  return status;
}

/** Ends an app service; unknown to its broker is stopped enough. */
export async function stopAppService(site: SiteContext, row: AppService, signal: AbortSignal): Promise<void> {
  await site.brokers.paas(row.brokerId).broker.stop({ space: row.space, appServiceId: row.brokerKey }, { signal }).catch(ignoreNotFound);
  await site.database.appService.updateMany({ where: { id: row.id }, data: { phase: 'STOPPED', reason: null, entryPointUrl: null } });
}

/** Removes an app service and its bindings, whatever there is of them. Its row goes too. */
export async function removeAppService(site: SiteContext, appServiceId: string, signal: AbortSignal): Promise<void> {
  const row = await site.database.appService.findUnique({
    where: { id: appServiceId },
    include: { appInstance: { include: { dataServices: true } } },
  });
  if (row === null) return;
  await site.brokers.paas(row.brokerId).broker.delete({ space: row.space, appServiceId: row.brokerKey }, { signal });
  for (const dataService of row.appInstance.dataServices) {
    const { broker } = site.brokers.dataService(dataService.brokerId);
    await broker.unbind({ dataServiceId: dataService.brokerKey, bindingId: row.brokerKey }, { signal });
  }
  await site.database.appService.deleteMany({ where: { id: appServiceId } });
}

/** Keeps what the scheduler says of an app service. Writes only what has changed: this is called every few seconds. */
export async function keepAppServiceStatus(site: SiteContext, known: AppService, status: AppServiceStatus): Promise<void> {
  const { state, restarts } = status;
  const phase = appServicePhases[state.phase];
  const reason = 'reason' in state ? (state.reason ?? null) : null;
  const entryPointUrl = status.entryPointUrl ?? null;
  const isSame = known.phase === phase && known.reason === reason && known.restarts === restarts && known.entryPointUrl === entryPointUrl;
  if (!isSame) await site.database.appService.updateMany({ where: { id: known.id }, data: { phase, reason, restarts, entryPointUrl } });
}

const appServicePhases = { stopped: 'STOPPED', starting: 'STARTING', running: 'RUNNING', error: 'FAILED' } as const;

async function bindReferenced(
  site: SiteContext,
  appService: AppService,
  manifest: AppServiceManifest,
  dataServices: readonly DataService[],
  signal: AbortSignal,
): Promise<Map<string, Binding['values']>> {
  const values = new Map<string, Binding['values']>();
  for (const name of referencedDataServices(manifest.environment)) {
    const dataService = dataServices.find((one) => one.name === name);
    if (dataService === undefined) continue;
    const { broker } = site.brokers.dataService(dataService.brokerId);
    const binding = await broker.bind({ dataServiceId: dataService.brokerKey, bindingId: appService.brokerKey }, { signal });
    values.set(name, binding.values);
  }
  return values;
}

function appServiceManifest(manifest: AppManifest, name: string): AppServiceManifest {
  const found = manifest.appServices.find((service) => service.name === name);
  if (found === undefined) throw manifestInvalid([`it has no app service "${name}"`]);
  return found;
}

function specOf(manifest: AppServiceManifest, environment: Readonly<Record<string, string>>): AppServiceSpec {
  const { artifact, ports, healthCheck, replicas } = manifest;
  return {
    artifact,
    environment,
    ports: ports.map(({ name, port, protocol }) => ({
      name,
      protocol: protocol === 'HTTP' ? 'http' : 'tcp',
      ...(port !== undefined && { port }),
    })),
    ...(healthCheck !== undefined && { healthCheck: { ...withoutAbsent(healthCheck), port: healthCheck.port, path: healthCheck.path } }),
    replicas,
  };
}

function ignoreNotFound(error: unknown): void {
  if (!isBrokerError(error, 'NOT_FOUND')) throw error;
}
