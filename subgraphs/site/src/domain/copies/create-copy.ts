import { newId } from '@ocopea/graph';
import { defineOperation, type OperationContext, type OperationDefinition, type OperationRecord } from '@ocopea/operations';
import type { DataService } from '../../store/generated/client.js';
import type { Consistency } from '../../store/generated/enums.js';
import { findAppInstance } from '../apps/find-app-instance.js';
import type { AppManifest } from '../manifest/app-manifest.js';
import type { SiteContext } from '../site-context.js';
import { barConflicts, SubjectUse } from '../work/bar-conflicts.js';
import { placesOf } from '../work/places.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work/request.js';
import { chooseRepository, type CopySubject, type RepositoryOffer } from './choose-repository.js';
import { withChosenFormats, type ChosenFormat } from './chosen-formats.js';
import { siteCopyProtocols, verifyCopyPart } from './copy-parts.js';
import { changedLabels, checkedExpiry, checkedNotes, type LabelChange } from './copy-labels.js';
import { insertPlannedCopy, type CopyPlan } from './copy-plan.js';
import { listRepositories } from './list-repositories.js';
import { readRunningManifest } from './running-manifest.js';
import { publishCopy, settleFailedCopy } from './settle-copy.js';
import { dropParts } from './take-part.js';
import { takeBackParts, takeParts } from './take-parts.js';

export interface CreateCopy extends WorkRequest {
  readonly appInstanceId: string;
  /** @default the first repository that takes a format of every data service */
  readonly repositoryId?: string | undefined;
  readonly consistency: Consistency;
  /** @default for each data service the one that its plan prefers */
  readonly formats?: readonly ChosenFormat[] | undefined;
  readonly said?: { readonly labels?: LabelChange['set'] | undefined; readonly notes?: string | undefined; readonly expiresAt?: Date | undefined } | undefined;
}

type CreatedCopy = { readonly outcome: 'SUCCEEDED' | 'SUCCEEDED_WITH_WARNINGS' };

/**
 * Starts a copy of a whole app instance; the copy is the operation's subject.
 *
 * @throws NOT_FOUND, CONFLICT, NO_COMMON_FORMAT, BAD_INPUT
 */
export async function createCopy(site: SiteContext, request: CreateCopy): Promise<OperationRecord> {
  const earlier = await earlierOperation(site, 'createCopy', request);
  if (earlier !== undefined) return earlier;
  const appInstance = await findAppInstance(site, request.appInstanceId, 'copy');
  const dataServices = await site.database.dataService.findMany({ where: { appInstanceId: appInstance.id }, orderBy: { position: 'asc' } });
  const subjects = withChosenFormats(dataServices.map((row) => copySubject(site, row)), request.formats ?? []);
  const chosen = chooseRepository(await offeredRepositories(site, request.repositoryId), subjects);
  const plan: CopyPlan = {
    copyId: newId(site.siteId, 'copy'),
    appInstanceId: appInstance.id,
    appInstanceName: appInstance.name,
    manifest: appInstance.manifest as unknown as AppManifest,
    consistency: request.consistency,
    createdAt: new Date().toISOString(),
    said: {
      labels: changedLabels({}, { set: request.said?.labels ?? [] }, 'input.labels'),
      notes: checkedNotes(request.said?.notes ?? null, 'input.notes'),
      expiresAt: checkedExpiry(request.said?.expiresAt ?? null, 'input.expiresAt')?.toISOString() ?? null,
    },
    parts: dataServices.map(({ id, name }, position) => ({
      id: newId(site.siteId, 'copy-part'),
      position,
      dataServiceId: id,
      dataService: name,
      format: chosen.formats.get(name) as string,
      repositoryId: chosen.repositoryId,
    })),
  };
  return site.engine.start('createCopy', plan, {
    ...requestOptions(request),
    id: newId(site.siteId, 'operation'),
    subjectId: plan.copyId,
    // Hooks of two copies would let the application go on in the middle of the other one's.
    ...(hasCopyHooks(plan) && { claims: [`hooks of app instance ${plan.appInstanceId}`] }),
    async within(transaction, operationId) {
      await barConflicts(transaction, SubjectUse.CopyApp, plan.appInstanceId, operationId);
      await insertPlannedCopy(transaction, plan, operationId);
    },
  });
}

/**
 * Copies every data service, then reads every part back. Bytes count once for each, so that 100 % means verified. Whatever
 * goes wrong, no part stays and the copy says what happened.
 */
export function createCopyDefinition(site: SiteContext): OperationDefinition<CopyPlan, CreatedCopy> {
  return defineOperation<CopyPlan, CreatedCopy>({
    kind: 'createCopy',
    takesPlaceAt: ({ parts }) => placesOf(site, parts),
    async run(operation) {
      const plan = operation.input;
      const { warnings, estimatedBytes = {} } = await operation.step('read the configuration', ({ signal }) => beginCopy(site, plan, signal));
      for (const warning of warnings) operation.warn(warning);
      for (const { dataService } of plan.parts) expectPart(operation, dataService, estimatedBytes[dataService]);

      const names = plan.parts.map(({ dataService }) => dataService).join(', ');
      const { parts: taken, warnings: takenWith } = await operation.step(
        `copy data service${plan.parts.length === 1 ? '' : 's'} ${names}`,
        (step) => takeParts(site, plan, operation.id, step),
        { undo: (step) => takeBackParts(site, plan, operation.id, step), deadlineMs: site.limits.bulkStepMs },
      );
      for (const warning of takenWith) operation.warn(warning);
      for (const { dataService, logicalBytes } of taken) expectPart(operation, dataService, logicalBytes);
      for (const part of taken) {
        await operation.step(`verify data service ${part.dataService}`, (step) => verifyCopyPart(site, part, step), {
          deadlineMs: site.limits.bulkStepMs,
        });
      }
      return { outcome: warnings.length + takenWith.length > 0 ? 'SUCCEEDED_WITH_WARNINGS' : 'SUCCEEDED' };
    },
    async settle({ input: { copyId }, outcome, result, error }) {
      if (error !== undefined) await settleFailedCopy(site, copyId, outcome === 'CANCELLED' ? 'CANCELLED' : 'FAILED', error);
      else await publishCopy(site, copyId, result?.outcome ?? 'SUCCEEDED');
    },
    async beforeRetry(plan, { transaction, operationId }) {
      await barConflicts(transaction, SubjectUse.CopyApp, plan.appInstanceId, operationId);
      // A repository takes each part id once for ever.
      const fresh = { ...plan, parts: plan.parts.map((part) => ({ ...part, id: newId(site.siteId, 'copy-part') })) };
      await insertPlannedCopy(transaction, fresh, operationId);
      return fresh;
    },
  });
}

/** Bytes and items of a part count once when it is copied, and once when it is read back. */
function expectPart(operation: OperationContext<CopyPlan>, part: string, bytes: number | undefined): void {
  operation.expect({ part, itemsTotal: 2, ...(bytes !== undefined && { bytesTotal: 2 * bytes }) });
}

function hasCopyHooks({ manifest: { hooks = [] } }: CopyPlan): boolean {
  return hooks.some(({ event }) => event !== 'AFTER_RESTORE');
}

/** Repositories that the Site can write to itself. */
async function offeredRepositories(site: SiteContext, repositoryId: string | undefined): Promise<RepositoryOffer[]> {
  const repositories = await listRepositories(site, repositoryId);
  return repositories.map(({ id, name, info }) => ({ id, name, abilities: { formats: info.formats, protocols: info.copyProtocols } }));
}

/** The Site stands between the two brokers, so a protocol must be one that it can hand over. */
function copySubject(site: SiteContext, { name, brokerId, planId }: DataService): CopySubject {
  const { info } = site.brokers.dataService(brokerId);
  return {
    dataService: name,
    abilities: {
      formats: info.plans.find(({ id }) => id === planId)?.writesFormats ?? [],
      protocols: info.copyProtocols.filter((protocol) => siteCopyProtocols.some((one) => one === protocol)),
    },
  };
}

type BegunCopy = {
  readonly warnings: string[];
  /** By data service, of those whose broker can tell. */
  readonly estimatedBytes?: Record<string, number>;
};

/** Reads what runs, and how large it is; removes what the undoing of an operation that this one repeats has left. */
async function beginCopy(site: SiteContext, plan: CopyPlan, signal: AbortSignal): Promise<BegunCopy> {
  const leftovers = await site.database.copyPart.findMany({ where: { copyId: plan.copyId, id: { notIn: plan.parts.map(({ id }) => id) } } });
  await dropParts(site, leftovers, signal);
  const appServices = await site.database.appService.findMany({ where: { appInstanceId: plan.appInstanceId } });
  const { manifest, differences } = await readRunningManifest(site, plan.manifest, appServices, signal);
  await site.database.copy.update({ where: { id: plan.copyId }, data: { phase: 'RUNNING', manifest } });
  return { warnings: [...differences], estimatedBytes: await estimateBytes(site, plan, signal) };
}

async function estimateBytes(site: SiteContext, plan: CopyPlan, signal: AbortSignal): Promise<Record<string, number>> {
  const estimates: Record<string, number> = {};
  for (const { dataServiceId, dataService, format } of plan.parts) {
    const row = await site.database.dataService.findUnique({ where: { id: dataServiceId } });
    const registered = row === null ? undefined : site.brokers.dataService(row.brokerId);
    if (row === null || registered?.info.capabilities.sizeEstimate !== true) continue;
    estimates[dataService] = await registered.broker.estimateCopySize({ dataServiceId: row.brokerKey, format }, { signal });
  }
  return estimates;
}
