import { newId } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord } from '@ocopea/operations';
import type { SiteContext } from '../site-context.js';
import { barConflicts, SubjectUse } from '../work/bar-conflicts.js';
import { requestOptions, earlierOperation, type WorkRequest } from '../work/request.js';
import { startAppService, stopAppService } from './app-services.js';
import { openApp } from './bring-up-app.js';
import { findAppInstance } from './find-app-instance.js';

export interface StopApp extends WorkRequest {
  readonly appInstanceId: string;
}

/** Starts the stop of an app instance: its app services end in reverse order, its data services stay. @throws NOT_FOUND, CONFLICT */
export async function stopApp(site: SiteContext, request: StopApp): Promise<OperationRecord> {
  const earlier = await earlierOperation(site, 'stopApp', request);
  if (earlier !== undefined) return earlier;
  const { id } = await findAppInstance(site, request.appInstanceId, 'stop');
  return site.engine.start('stopApp', { appInstanceId: id }, {
    ...requestOptions(request),
    id: newId(site.siteId, 'operation'),
    subjectId: id,
    within: async (transaction, operationId) => {
      await barConflicts(transaction, SubjectUse.ChangeApp, id, operationId);
      await transaction.query(`UPDATE app_instances SET phase = 'STOPPING' WHERE id = $1`, [id]);
    },
  });
}

export function stopAppDefinition(site: SiteContext): OperationDefinition<{ appInstanceId: string }, void> {
  return defineOperation<{ appInstanceId: string }, void>({
    kind: 'stopApp',
    async run(operation) {
      const { appInstanceId } = operation.input;
      const services = await operation.step('list app services', () =>
        site.database.appService.findMany({ where: { appInstanceId }, orderBy: { position: 'desc' }, select: { id: true, name: true } }),
      );
      for (const { id, name } of services) {
        await operation.step(
          `stop app service ${name}`,
          async ({ signal }) => {
            const row = await site.database.appService.findUniqueOrThrow({ where: { id } });
            await stopAppService(site, row, signal);
          },
          {
            undo: async ({ signal }) => {
              await startAppService(site, id, signal);
            },
            deadlineMs: site.limits.appServiceStepMs,
          },
        );
      }
    },
    /** When the stop failed or was cancelled, what was stopped runs again. */
    async settle({ input: { appInstanceId }, error }) {
      if (error !== undefined) return openApp(site, appInstanceId);
      await site.database.appInstance.update({ where: { id: appInstanceId }, data: { phase: 'STOPPED', reason: null, entryPointUrl: null } });
      site.measureSoon();
    },
    async beforeRetry(input, { transaction, operationId }) {
      await barConflicts(transaction, SubjectUse.ChangeApp, input.appInstanceId, operationId);
      await transaction.query(`UPDATE app_instances SET phase = 'STOPPING' WHERE id = $1`, [input.appInstanceId]);
      return input;
    },
  });
}
