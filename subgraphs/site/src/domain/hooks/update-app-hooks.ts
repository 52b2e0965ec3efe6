import { manifestInvalid } from '@ocopea/graph';
import { findAppInstance } from '../apps/find-app-instance.js';
import type { AppManifest, HookManifest } from '../manifest/app-manifest.js';
import { manifestProblems } from '../manifest/manifest-problems.js';
import type { SiteContext } from '../site-context.js';
import { unrunnableHooks } from './unrunnable-hooks.js';

/**
 * Gives an app instance other hooks, at once. A copy that is being taken keeps those that it began with.
 *
 * @throws NOT_FOUND; CONFLICT it is being deployed or deleted, or has failed; MANIFEST_INVALID naming every problem
 */
export async function updateAppHooks(site: SiteContext, appInstanceId: string, hooks: readonly HookManifest[]): Promise<void> {
  const { id, manifest: kept } = await findAppInstance(site, appInstanceId, 'changeHooks');
  const manifest: AppManifest = { ...(kept as unknown as AppManifest), hooks };
  const problems = manifestProblems(manifest);
  if (problems.length > 0) throw manifestInvalid(problems);
  const [appServices, dataServices] = await Promise.all([
    site.database.appService.findMany({ where: { appInstanceId: id }, select: { name: true, brokerId: true } }),
    site.database.dataService.findMany({ where: { appInstanceId: id }, select: { name: true, brokerId: true } }),
  ]);
  const brokers = new Map([...appServices, ...dataServices].map(({ name, brokerId }) => [name, brokerId]));
  const unrunnable = await unrunnableHooks(site, manifest, hooks, (service) => brokers.get(service));
  if (unrunnable.length > 0) throw manifestInvalid(unrunnable);
  // Nothing but the hooks, whatever else of the manifest may change meanwhile.
  await site.database.$executeRaw`UPDATE app_instances SET manifest = jsonb_set(manifest, '{hooks}', ${JSON.stringify(hooks)}::jsonb) WHERE id = ${id}`;
}
