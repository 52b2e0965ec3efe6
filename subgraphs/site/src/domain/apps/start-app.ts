import { newId } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord } from '@ocopea/operations';
import type { SiteContext } from '../site-context.js';
import { barConflicts, SubjectUse } from '../work/bar-conflicts.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work/request.js';
import { startAppService, stopAppService } from './app-services.js';
import { openApp } from './bring-up-app.js';
import { findAppInstance } from './find-app-instance.js';

export interface StartApp extends WorkRequest {
  readonly appInstanceId: string;
}

/** Starts a stopped app instance again on the data services it has. @throws NOT_FOUND, CONFLICT */
export async function startApp(site: SiteContext, request: StartApp): Promise<OperationRecord> {
  const earlier = await earlierOperation(site, 'startApp', request);
  if (earlier !== undefined) return earlier;
  const { id } = await findAppInstance(site, request.appInstanceId, 'start');
  return site.engine.start('startApp', { appInstanceId: id }, {
    ...requestOptions(request),
    id: newId(site.siteId, 'operation'),
    subjectId: id,
    within: (transaction, operationId) => barConflicts(transaction, SubjectUse.ChangeApp, id, operationId),
  });
}

export function startAppDefinition(site: SiteContext): OperationDefinition<{ appInstanceId: string }, void> {
  return defineOperation<{ appInstanceId: string }, void>({
    kind: 'startApp',
    async run(operation) {
      const { appInstanceId } = operation.input;
      const { services, wasStopped } = await operation.step('list app services', async () => {
        const row = await site.database.appInstance.findUniqueOrThrow({
          where: { id: appInstanceId },
          include: { appServices: { orderBy: { position: 'asc' } } },
        });
        return { services: row.appServices.map(({ id, name }) => ({ id, name })), wasStopped: row.phase !== 'RUNNING' };
      });
      for (const { id, name } of services) {
        await operation.step(
          `start app service ${name}`,
          async ({ signal }) => {
            await startAppService(site, id, signal);
          },
          {
            undo: async ({ signal }) => {
              if (wasStopped) await stopAppService(site, await site.database.appService.findUniqueOrThrow({ where: { id } }), signal);
            },
            deadlineMs: site.limits.appServiceStepMs,
          },
        );
      }
    },
    async settle({ input: { appInstanceId }, error }) {
      if (error === undefined) return openApp(site, appInstanceId);
      await site.database.appInstance.updateMany({ where: { id: appInstanceId }, data: { reason: `it could not be started: ${error.message}` } });
    },
    async beforeRetry(input, { transaction, operationId }) {
      await barConflicts(transaction, SubjectUse.ChangeApp, input.appInstanceId, operationId);
      return input;
    },
  });
}
