import { isBrokerError } from '@ocopea/broker-contract';
import { badInput, isOcopeaError, newId, notSupported } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord, type StepContext } from '@ocopea/operations';
import type { VerificationMethod } from '../../store/generated/enums.js';
import type { SiteContext } from '../site-context.js';
import { barConflicts, SubjectUse } from '../work/bar-conflicts.js';
import { placesOf } from '../work/places.js';
import { requestOptions, type WorkRequest } from '../work/request.js';
import { recordDamage, recordIntact, type CopyEvidence } from './copy-evidence.js';
import { brokerOfRepository, verifyCopyPart } from './copy-parts.js';
import { findReadableCopy } from './find-copy.js';
import { sampleCopyPart } from './sample-part.js';

export interface VerifyCopy extends WorkRequest {
  readonly copyId: string;
  /** @default FULL */
  readonly method?: VerificationMethod | undefined;
  /** Share of the bytes that a sample reads. @default 5 */
  readonly samplePercent?: number | undefined;
}

type VerifyPlan = {
  readonly copyId: string;
  readonly method: VerificationMethod;
  readonly samplePercent: number;
  /** Absent in a plan of an earlier release, which is repeated. */
  readonly repositoryIds?: readonly string[];
};
type ListedPart = { readonly id: string; readonly repositoryId: string; readonly dataService: string; readonly logicalBytes: number };
type Begun = { readonly startedAt: string; readonly parts: readonly ListedPart[] };
type Verified = { readonly startedAt: string; readonly bytesRead: number };

const defaultSamplePercent = 5;

/**
 * Starts reading and hashing every part of a copy, or a sample of each.
 *
 * @throws NOT_FOUND, COPY_NOT_USABLE, CONFLICT; BAD_INPUT; NOT_SUPPORTED a repository without ranges cannot be sampled
 */
export async function verifyCopy(site: SiteContext, request: VerifyCopy): Promise<OperationRecord> {
  const { method = 'FULL', samplePercent = defaultSamplePercent } = request;
  if (samplePercent < 1 || samplePercent > 50) throw badInput('input.samplePercent', `${samplePercent} is not from 1 to 50`);
  const { id, parts } = await findReadableCopy(site, request.copyId);
  if (method === 'SAMPLED') await requireRanges(site, parts);
  const plan: VerifyPlan = { copyId: id, method, samplePercent, repositoryIds: [...new Set(parts.map(({ repositoryId }) => repositoryId))] };
  return site.engine.start('verifyCopy', plan, {
    ...requestOptions(request),
    id: newId(site.siteId, 'operation'),
    subjectId: id,
    within: (transaction, operationId) => barConflicts(transaction, SubjectUse.ReadCopy, id, operationId),
  });
}

/** A damaged part fails the operation, and leaves the evidence that makes the copy unusable; one that is whole again is usable again. */
export function verifyCopyDefinition(site: SiteContext): OperationDefinition<VerifyPlan, Verified> {
  return defineOperation<VerifyPlan, Verified>({
    kind: 'verifyCopy',
    keepsSteps: true,
    takesPlaceAt: ({ repositoryIds = [] }) => placesOf(site, repositoryIds.map((repositoryId) => ({ repositoryId }))),
    async run(operation) {
      const { copyId, method, samplePercent } = operation.input;
      const { parts, startedAt } = await operation.step('list the parts', () => listParts(site, copyId));
      for (const { dataService, logicalBytes } of parts) operation.expect({ part: dataService, itemsTotal: 1, ...(method === 'FULL' && { bytesTotal: logicalBytes }) });
      let bytesRead = 0;
      for (const part of parts) {
        const evidence = { operationId: operation.id, copyId, method, startedAt: new Date(startedAt), bytesRead, cause: operation.cause };
        bytesRead += await operation.step(
          `verify data service ${part.dataService}`,
          (step) => orDamage(site, evidence, () => (method === 'FULL' ? verifyWhole(site, part, step) : sampleCopyPart(site, part, samplePercent, step))),
          { deadlineMs: site.limits.bulkStepMs },
        );
      }
      return { startedAt, bytesRead };
    },
    async settle({ id, input: { copyId, method }, result }) {
      if (result === undefined) return;
      const { cause } = await site.engine.get(id);
      await recordIntact(site, { operationId: id, copyId, method, startedAt: new Date(result.startedAt), bytesRead: result.bytesRead, cause });
    },
    async beforeRetry(input, { transaction, operationId }) {
      await barConflicts(transaction, SubjectUse.ReadCopy, input.copyId, operationId);
      return input;
    },
  });
}

async function listParts(site: SiteContext, copyId: string): Promise<Begun> {
  const rows = await site.database.copyPart.findMany({ where: { copyId }, orderBy: { position: 'asc' } });
  const parts = rows.map(({ id, repositoryId, dataService, logicalBytes }) => ({ id, repositoryId, dataService, logicalBytes: Number(logicalBytes) }));
  return { startedAt: new Date().toISOString(), parts };
}

async function verifyWhole(site: SiteContext, part: ListedPart, step: StepContext): Promise<number> {
  await verifyCopyPart(site, part, step);
  return part.logicalBytes;
}

/** Damaged, or not there at all, is evidence; anything else says nothing about the copy. */
async function orDamage(site: SiteContext, evidence: CopyEvidence, look: () => Promise<number>): Promise<number> {
  try {
    return await look();
  } catch (error) {
    const isDamage = isOcopeaError(error, 'CORRUPT_DATA') || isBrokerError(error, 'NOT_FOUND') || isBrokerError(error, 'CORRUPT_DATA');
    if (isDamage) await recordDamage(site, evidence, error.message);
    throw error;
  }
}

async function requireRanges(site: SiteContext, parts: readonly { readonly repositoryId: string }[]): Promise<void> {
  for (const repositoryId of new Set(parts.map((part) => part.repositoryId))) {
    const { info } = await brokerOfRepository(site, repositoryId);
    if (info.capabilities.ranges !== true) throw notSupported(`a sample of copy repository "${repositoryId}", which reads no ranges`, 'verify the whole copy');
  }
}
