import { checkedInstanceName, manifestInvalid, newId } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord } from '@ocopea/operations';
import { unrunnableHooks } from '../hooks/unrunnable-hooks.js';
import type { AppManifest } from '../manifest/app-manifest.js';
import { manifestProblems } from '../manifest/manifest-problems.js';
import { planPlacement } from '../manifest/plan-placement.js';
import type { SiteContext } from '../site-context.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work/request.js';
import { buildAppRows, insertAppRows, withFreshServices, type AppRows } from './app-rows.js';
import { bringUpApp, settleBroughtUpApp } from './bring-up-app.js';

export interface DeployApp extends WorkRequest {
  readonly name: string;
  readonly manifest: AppManifest;
}

/**
 * Starts the deployment of a new app instance, which is the operation's subject.
 *
 * @throws BAD_INPUT the name; MANIFEST_INVALID naming every problem; NAME_TAKEN
 */
export async function deployApp(site: SiteContext, request: DeployApp): Promise<OperationRecord> {
  const earlier = await earlierOperation(site, 'deployApp', request);
  if (earlier !== undefined) return earlier;
  const { manifest } = request;
  const name = checkedInstanceName(request.name);
  const problems = manifestProblems(manifest);
  if (problems.length > 0) throw manifestInvalid(problems);
  const planned = planPlacement({ manifest, offer: site.brokers.offer() });
  if (planned.problems.length > 0) throw manifestInvalid(planned.problems);
  const services = [...planned.placement.appServices, ...planned.placement.dataServices];
  const unrunnable = await unrunnableHooks(site, manifest, manifest.hooks ?? [], (service) => services.find((placed) => placed.name === service)?.brokerId);
  if (unrunnable.length > 0) throw manifestInvalid(unrunnable);

  const rows = buildAppRows({ siteId: site.siteId, name, manifest, placement: planned.placement });
  return site.engine.start('deployApp', rows, {
    ...requestOptions(request),
    id: newId(site.siteId, 'operation'),
    subjectId: rows.appInstance.id,
    within: (transaction, operationId) => insertAppRows(transaction, rows, operationId),
  });
}

export function deployAppDefinition(site: SiteContext): OperationDefinition<AppRows, void> {
  return defineOperation<AppRows, void>({
    kind: 'deployApp',
    takesPlaceAt: () => [site.siteId],
    run: (operation) => bringUpApp(site, operation, operation.input),
    settle: (ending) => settleBroughtUpApp(site, ending.input, ending),
    async beforeRetry(input, { transaction, operationId }) {
      const rows = withFreshServices(input, site.siteId);
      await insertAppRows(transaction, rows, operationId);
      return rows;
    },
  });
}
