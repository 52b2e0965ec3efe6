import { isBrokerError } from '@ocopea/broker-contract';
import { isOcopeaError, newId } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord } from '@ocopea/operations';
import type { SiteContext } from '../site-context.js';
import { barConflicts, SubjectUse } from '../work/bar-conflicts.js';
import { requestOptions, type WorkRequest } from '../work/request.js';
import { verifyCopyPart } from './copy-parts.js';
import { findUsableCopy } from './find-copy.js';

export interface VerifyCopy extends WorkRequest {
  readonly copyId: string;
}

/** Starts reading and hashing every part of a copy. @throws NOT_FOUND, COPY_NOT_USABLE, CONFLICT */
export async function verifyCopy(site: SiteContext, request: VerifyCopy): Promise<OperationRecord> {
  const { id } = await findUsableCopy(site, request.copyId);
  return site.engine.start('verifyCopy', { copyId: id }, {
    ...requestOptions(request),
    id: newId(site.siteId, 'operation'),
    subjectId: id,
    within: (transaction, operationId) => barConflicts(transaction, SubjectUse.ReadCopy, id, operationId),
  });
}

/** A damaged part fails the operation, and the copy is not usable any more; it stays, since other parts may be wanted. */
export function verifyCopyDefinition(site: SiteContext): OperationDefinition<{ copyId: string }, void> {
  return defineOperation<{ copyId: string }, void>({
    kind: 'verifyCopy',
    concurrency: site.limits.bulkOperations,
    async run(operation) {
      const { copyId } = operation.input;
      const parts = await operation.step('list the parts', async () => {
        const rows = await site.database.copyPart.findMany({ where: { copyId }, orderBy: { position: 'asc' } });
        return rows.map(({ id, repositoryId, dataService, logicalBytes }) => ({ id, repositoryId, dataService, logicalBytes: Number(logicalBytes) }));
      });
      operation.expect({ bytesTotal: parts.reduce((sum, { logicalBytes }) => sum + logicalBytes, 0) });
      for (const part of parts) {
        await operation.step(
          `verify data service ${part.dataService}`,
          async (step) => {
            try {
              await verifyCopyPart(site, part, step);
            } catch (error) {
              if (isDamage(error)) await markDamaged(site, copyId, error.message);
              throw error;
            }
          },
          { deadlineMs: site.limits.bulkStepMs },
        );
      }
    },
    async settle({ input: { copyId }, error }) {
      if (error === undefined) await site.database.copy.updateMany({ where: { id: copyId }, data: { verifiedAt: new Date() } });
    },
    async beforeRetry(input, { transaction, operationId }) {
      await barConflicts(transaction, SubjectUse.ReadCopy, input.copyId, operationId);
      return input;
    },
  });
}

/** Damaged, or not there at all; anything else says nothing about the copy. */
function isDamage(error: unknown): error is Error {
  return isOcopeaError(error, 'CORRUPT_DATA') || isBrokerError(error, 'NOT_FOUND') || isBrokerError(error, 'CORRUPT_DATA');
}

async function markDamaged(site: SiteContext, copyId: string, message: string): Promise<void> {
  await site.database.copy.update({
    where: { id: copyId },
    data: { usable: false, verifiedAt: null, errorCode: 'CORRUPT_DATA', errorMessage: message },
  });
}
