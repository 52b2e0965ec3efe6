import { newId } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord } from '@ocopea/operations';
import type { SiteContext } from '../site-context.js';
import { barConflicts, SubjectUse } from '../work/bar-conflicts.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work/request.js';
import { sideBySide } from '../work/side-by-side.js';
import { removeAppService } from './app-services.js';
import { removeDataService } from './data-services.js';
import { findAppInstance } from './find-app-instance.js';

export interface DeleteApp extends WorkRequest {
  readonly appInstanceId: string;
}

/** Starts the removal of an app instance with everything of it. Its copies stay; its name is free when it is done. @throws NOT_FOUND, CONFLICT */
export async function deleteApp(site: SiteContext, request: DeleteApp): Promise<OperationRecord> {
  const earlier = await earlierOperation(site, 'deleteApp', request);
  if (earlier !== undefined) return earlier;
  const { id } = await findAppInstance(site, request.appInstanceId, 'delete');
  return site.engine.start('deleteApp', { appInstanceId: id }, {
    ...requestOptions(request),
    id: newId(site.siteId, 'operation'),
    subjectId: id,
    within: async (transaction, operationId) => {
      await barConflicts(transaction, SubjectUse.ChangeApp, id, operationId);
      await transaction.query(`UPDATE app_instances SET phase = 'DELETING', entry_point_url = NULL WHERE id = $1`, [id]);
    },
  });
}

/** What is gone stays gone: when the removal fails or is cancelled, the instance is FAILED and can be deleted again. */
export function deleteAppDefinition(site: SiteContext): OperationDefinition<{ appInstanceId: string }, void> {
  return defineOperation<{ appInstanceId: string }, void>({
    kind: 'deleteApp',
    async run(operation) {
      const { appInstanceId } = operation.input;
      const { appServices, dataServices } = await operation.step('list services', () => servicesOf(site, appInstanceId));
      for (const { id, name } of appServices) {
        await operation.step(`remove app service ${name}`, ({ signal }) => removeAppService(site, id, signal), {
          deadlineMs: site.limits.appServiceStepMs,
        });
      }
      await sideBySide(dataServices, ({ id, name }, others) =>
        operation.step(
          `remove data service ${name}`,
          ({ signal }) => removeDataService(site, id, AbortSignal.any([signal, others])),
          { deadlineMs: site.limits.bulkStepMs },
        ),
      );
    },
    async settle({ input: { appInstanceId }, error }) {
      if (error === undefined) {
        await site.database.appInstance.deleteMany({ where: { id: appInstanceId } });
        return;
      }
      const reason = `it was not wholly deleted: ${error.message}; delete it again`;
      await site.database.appInstance.updateMany({ where: { id: appInstanceId }, data: { phase: 'FAILED', reason } });
    },
    async beforeRetry(input, { transaction, operationId }) {
      await barConflicts(transaction, SubjectUse.ChangeApp, input.appInstanceId, operationId);
      await transaction.query(`UPDATE app_instances SET phase = 'DELETING' WHERE id = $1`, [input.appInstanceId]);
      return input;
    },
  });
}

async function servicesOf(site: SiteContext, appInstanceId: string) {
  const [appServices, dataServices] = await Promise.all([
    site.database.appService.findMany({ where: { appInstanceId }, orderBy: { position: 'desc' }, select: { id: true, name: true } }),
    site.database.dataService.findMany({ where: { appInstanceId }, orderBy: { position: 'asc' }, select: { id: true, name: true } }),
  ]);
  return { appServices, dataServices };
}
