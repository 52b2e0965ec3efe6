import { checkedInstanceName, manifestInvalid, newId, noCommonFormat } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord } from '@ocopea/operations';
import { buildAppRows, insertAppRows, withFreshServices, type AppRows } from '../apps/app-rows.js';
import { bringUpApp, settleBroughtUpApp } from '../apps/bring-up-app.js';
import type { RestoredContent } from '../apps/data-services.js';
import type { AppManifest } from '../manifest/app-manifest.js';
import { runRestoreHooks } from '../hooks/restore-hooks.js';
import { unrunnableHooks } from '../hooks/unrunnable-hooks.js';
import { demandedHooks, planPlacement } from '../manifest/plan-placement.js';
import type { SiteContext } from '../site-context.js';
import { barConflicts, SubjectUse } from '../work/bar-conflicts.js';
import { placesOf } from '../work/places.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work/request.js';
import { brokerOfRepository, partSource } from './copy-parts.js';
import { findUsableCopy, type CopyWithParts } from './find-copy.js';

export interface RestoreCopy extends WorkRequest {
  readonly copyId: string;
  /** Name of the new app instance. */
  readonly name: string;
}

type RestorePlan = {
  readonly copyId: string;
  readonly rows: AppRows;
  readonly parts: readonly RestoredPart[];
};

type RestoredPart = {
  readonly id: string;
  readonly repositoryId: string;
  readonly dataService: string;
  readonly format: string;
  readonly logicalBytes: number;
};

/**
 * Starts bringing a copy up as a new app instance, which is the operation's subject.
 *
 * @throws BAD_INPUT the name; NOT_FOUND; COPY_NOT_USABLE; NO_COMMON_FORMAT no plan here restores a part; MANIFEST_INVALID
 * something else is not offered here; NAME_TAKEN; CONFLICT the copy is being deleted
 */
export async function restoreCopy(site: SiteContext, request: RestoreCopy): Promise<OperationRecord> {
  const earlier = await earlierOperation(site, 'restoreCopy', request);
  if (earlier !== undefined) return earlier;
  const name = checkedInstanceName(request.name);
  const copy = await findUsableCopy(site, request.copyId);
  const plan = await planRestore(site, copy, name);
  return site.engine.start('restoreCopy', plan, {
    ...requestOptions(request),
    id: newId(site.siteId, 'operation'),
    subjectId: plan.rows.appInstance.id,
    async within(transaction, operationId) {
      await barConflicts(transaction, SubjectUse.ReadCopy, copy.id, operationId);
      await insertAppRows(transaction, plan.rows, operationId);
    },
  });
}

export function restoreCopyDefinition(site: SiteContext): OperationDefinition<RestorePlan, void> {
  return defineOperation<RestorePlan, void>({
    kind: 'restoreCopy',
    takesPlaceAt: ({ parts }) => placesOf(site, parts),
    async run(operation) {
      const { rows, parts } = operation.input;
      for (const { dataService, logicalBytes } of parts) operation.expect({ part: dataService, bytesTotal: logicalBytes, itemsTotal: 1 });
      await bringUpApp(site, operation, rows, {
        contentOf: (dataService, signal) => contentOf(site, parts, dataService, signal),
        whenFilled: () => runRestoreHooks(site, operation, 'DATA'),
      });
      await runRestoreHooks(site, operation, 'APP');
    },
    settle: (ending) => settleBroughtUpApp(site, ending.input.rows, ending),
    async beforeRetry(plan, { transaction, operationId }) {
      await barConflicts(transaction, SubjectUse.ReadCopy, plan.copyId, operationId);
      const fresh = { ...plan, rows: withFreshServices(plan.rows, site.siteId) };
      await insertAppRows(transaction, fresh.rows, operationId);
      return fresh;
    },
  });
}

/** Everything is decided before a byte moves. */
async function planRestore(site: SiteContext, copy: CopyWithParts, name: string): Promise<RestorePlan> {
  const manifest = copy.manifest as unknown as AppManifest;
  const restoredFormats = new Map(copy.parts.map(({ dataService, format }) => [dataService, format]));
  const { placement, problems, unrestorable } = planPlacement({ manifest, offer: site.brokers.offer(), restoredFormats });
  const [first] = unrestorable;
  if (first !== undefined) {
    throw noCommonFormat({
      subject: `copy "${copy.id}", data service "${first.dataService}"`,
      offered: [first.format],
      accepted: first.restorable,
      hint: 'restore it at a Site with a plan that takes the format, or take another copy in a format that is taken here: createCopy with `formats`',
    });
  }
  if (problems.length > 0) throw manifestInvalid(problems);
  const services = [...placement.appServices, ...placement.dataServices];
  const unrunnable = await unrunnableHooks(site, manifest, demandedHooks(manifest, true), (service) => services.find((placed) => placed.name === service)?.brokerId);
  if (unrunnable.length > 0) throw manifestInvalid(unrunnable);
  return {
    copyId: copy.id,
    rows: buildAppRows({ siteId: site.siteId, name, manifest, placement, restoredFromCopyId: copy.id }),
    parts: copy.parts.map(({ id, repositoryId, dataService, format, logicalBytes }) => ({
      id,
      repositoryId,
      dataService,
      format,
      logicalBytes: Number(logicalBytes),
    })),
  };
}

async function contentOf(site: SiteContext, parts: readonly RestoredPart[], dataService: string, signal: AbortSignal): Promise<RestoredContent | undefined> {
  const part = parts.find((one) => one.dataService === dataService);
  if (part === undefined) return undefined;
  const repository = await brokerOfRepository(site, part.repositoryId);
  return { format: part.format, source: partSource(repository, part, signal) };
}
