import { badInput, ownerOf, requireId, siteUnknown } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord, type StepContext } from '@ocopea/operations';
import type { Principal } from '@ocopea/security';
import type { HubContext } from '../hub-context.js';
import { followSiteOperation, ownSiteOperations, requireSuccess, stopSiteOperation } from '../site-operations/site-operation.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work-request.js';
import { describeCopy } from './site-copy.js';
import { requireNameFree, requireRepository } from './target-checks.js';
import { callerOf, describeStep, transferCopy } from './transfer-copy.js';

export interface RestoreCopyAt extends WorkRequest {
  readonly copyId: string;
  readonly siteId: string;
  /** Name of the new app instance. */
  readonly name: string;
  /** Where the copy is kept at that Site. @default the Site's choice */
  readonly repositoryId?: string | undefined;
}

type RestoreCopyAtInput = {
  readonly copyId: string;
  readonly siteId: string;
  readonly name: string;
  readonly repositoryId: string | null;
};

const KIND = 'restoreCopyAt';
const restoreDocument = /* GraphQL */ `
  mutation RestoreCopy($input: RestoreCopyInput!) {
    restoreCopy(input: $input) { operation { id } appInstance { id } }
  }
`;
const deleteAppDocument = 'mutation DeleteApp($input: DeleteAppInput!) { deleteApp(input: $input) { operation { id } } }';

/**
 * Starts bringing a copy up at any Site, sending it there first unless it is there. The operation's subject is the new app
 * instance.
 *
 * @throws INVALID_ID, WRONG_ID_KIND, BAD_INPUT, SITE_UNKNOWN, NOT_FOUND, COPY_NOT_USABLE, NAME_TAKEN, SITE_UNAVAILABLE, SITE_TIMEOUT
 */
export async function restoreCopyAt(hub: HubContext, request: RestoreCopyAt, caller: Principal): Promise<OperationRecord> {
  const earlier = await earlierOperation(hub, KIND, request);
  if (earlier !== undefined) return earlier;
  const { copyId, siteId, name, repositoryId } = request;
  requireId(copyId, 'copy');
  if (hub.registry.get(siteId) === undefined) throw siteUnknown(siteId);
  if (repositoryId !== undefined && requireId(repositoryId, 'repository').owner !== siteId) {
    throw badInput('input.repositoryId', `it is not at Site "${siteId}"`);
  }
  await describeCopy(hub, copyId, { caller });
  await requireNameFree(hub, siteId, name, caller);
  if (repositoryId !== undefined) await requireRepository(hub, repositoryId, caller);
  const input: RestoreCopyAtInput = { copyId, siteId, name, repositoryId: repositoryId ?? null };
  return hub.engine.start(KIND, input, requestOptions(request));
}

export function restoreCopyAtDefinition(hub: HubContext): OperationDefinition<RestoreCopyAtInput, { appInstanceId: string }> {
  return defineOperation<RestoreCopyAtInput, { appInstanceId: string }>({
    kind: KIND,
    async run(operation) {
      const { copyId, siteId, name, repositoryId } = operation.input;
      const caller = callerOf(operation);
      const copy = await describeStep(hub, operation, copyId);
      const isThere = ownerOf(copyId) === siteId;
      operation.expect({ bytesTotal: isThere ? copy.bytes : 2 * copy.bytes });
      const restoredCopyId = isThere ? copyId : (await transferCopy(hub, operation, { copy, siteId, repositoryId: repositoryId ?? undefined })).id;

      const restore = await operation.step('begin to restore', ({ signal }) => beginToRestore(hub, operation.id, { siteId, copyId: restoredCopyId, name }, caller, signal), {
        deadlineMs: hub.limits.bulkStepMs,
        retry: { attempts: 1 },
        undo: (step) => takeDown(hub, siteId, caller, step),
      });
      operation.subject(restore.appInstanceId);
      await operation.step(
        'restore',
        async (step) => {
          const ended = await followSiteOperation(hub, { siteId, operationId: restore.operationId, caller }, step);
          requireSuccess(`restoring copy "${restoredCopyId}"`, siteId, ended);
        },
        { deadlineMs: hub.limits.bulkStepMs, retry: { attempts: 1 } },
      );
      return { appInstanceId: restore.appInstanceId };
    },
  });
}

async function beginToRestore(
  hub: HubContext,
  operationId: string,
  { siteId, copyId, name }: { readonly siteId: string; readonly copyId: string; readonly name: string },
  caller: Principal,
  signal: AbortSignal,
): Promise<{ operationId: string; appInstanceId: string }> {
  const { restoreCopy } = await hub.sites.insist<{ restoreCopy: { operation: { id: string }; appInstance: { id: string } } }>({
    siteId,
    caller,
    document: restoreDocument,
    variables: { input: { copyId, name, idempotencyKey: `${operationId} restore` } },
    signal,
  });
  return { operationId: restoreCopy.operation.id, appInstanceId: restoreCopy.appInstance.id };
}

/** Stops the Site, which undoes what it made; an instance that was up before the stop came is deleted. */
async function takeDown(hub: HubContext, siteId: string, caller: Principal, { signal }: StepContext): Promise<void> {
  for (const { id } of await ownSiteOperations(hub, siteId, 'restoreCopy', caller, signal)) {
    const { outcome, subjectId } = await stopSiteOperation(hub, { siteId, operationId: id, caller }, signal);
    if (subjectId === null || (outcome !== 'SUCCEEDED' && outcome !== 'SUCCEEDED_WITH_WARNINGS')) continue;
    const input = { appInstanceId: subjectId, idempotencyKey: `${caller.name} take down` };
    const { deleteApp } = await hub.sites.insist<{ deleteApp: { operation: { id: string } } }>({ siteId, caller, document: deleteAppDocument, variables: { input }, signal });
    const ended = await followSiteOperation(hub, { siteId, operationId: deleteApp.operation.id, caller }, { signal, progress: () => undefined, log: () => undefined });
    requireSuccess(`deleting app instance "${subjectId}"`, siteId, ended);
  }
}
