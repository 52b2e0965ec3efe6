import { newId } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord } from '@ocopea/operations';
import type { SiteContext } from '../site-context.js';
import { barConflicts, SubjectUse } from '../work/bar-conflicts.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work/request.js';
import { requireNoDependents } from './copy-dependents.js';
import { findCopy } from './find-copy.js';
import { requireNotLastVerified } from './last-verified.js';
import { dropPart } from './take-part.js';

/** Journal kind of a copy whose time is over and that goes. */
export const COPY_EXPIRED = 'copy.expired';

export interface DeleteCopy extends WorkRequest {
  readonly copyId: string;
  /** Also when something has no other way back. @default false */
  readonly evenIfDependedOn?: boolean;
  /** Its time is over and nobody asked: then the last verified one of its application stays. @default false */
  readonly becauseExpired?: boolean;
}

/**
 * Starts the removal of a copy, in any state, with the space that its parts take. What was restored of it stays.
 *
 * @throws NOT_FOUND; CONFLICT while it is made, read, restored or sent; COPY_DEPENDED_ON naming what depends on it
 */
export async function deleteCopy(site: SiteContext, request: DeleteCopy): Promise<OperationRecord> {
  const earlier = await earlierOperation(site, 'deleteCopy', request);
  if (earlier !== undefined) return earlier;
  const { id, appInstanceId, appInstanceName } = await findCopy(site, request.copyId);
  return site.engine.start('deleteCopy', { copyId: id }, {
    ...requestOptions(request),
    id: newId(site.siteId, 'operation'),
    subjectId: id,
    async within(transaction, operationId) {
      await barConflicts(transaction, SubjectUse.RemoveCopy, id, operationId);
      if (request.evenIfDependedOn !== true) await requireNoDependents(transaction, id);
      if (request.becauseExpired === true) {
        await requireNotLastVerified(transaction, id, appInstanceId);
        await site.engine.journal.append([{ kind: COPY_EXPIRED, subjectId: id, operationId, message: `the time of a copy of "${appInstanceName}" is over; it is being deleted` }], transaction);
      }
      // From here on nothing new may be made of it: a part may be gone any moment.
      await transaction.query(
        `UPDATE copies SET usable = FALSE, error_code = 'COPY_NOT_USABLE', error_message = 'it is being deleted' WHERE id = $1`,
        [id],
      );
    },
  });
}

export function deleteCopyDefinition(site: SiteContext): OperationDefinition<{ copyId: string }, void> {
  return defineOperation<{ copyId: string }, void>({
    kind: 'deleteCopy',
    keepsSteps: true,
    async run(operation) {
      const { copyId } = operation.input;
      const parts = await operation.step('list the parts', () =>
        site.database.copyPart.findMany({ where: { copyId }, orderBy: { position: 'asc' }, select: { id: true, repositoryId: true, dataService: true } }),
      );
      for (const part of parts) {
        await operation.step(`remove part ${part.dataService}`, ({ signal }) => dropPart(site, part, signal), { deadlineMs: site.limits.bulkStepMs });
      }
    },
    /** A copy of which a part may be gone is never usable again: it can only be deleted once more. */
    async settle({ input: { copyId }, error }) {
      if (error === undefined) {
        await site.database.copy.deleteMany({ where: { id: copyId } });
        return;
      }
      const errorMessage = `it was not wholly deleted: ${error.message}; delete it again`;
      await site.database.copy.updateMany({ where: { id: copyId }, data: { errorMessage } });
    },
    async beforeRetry(input, { transaction, operationId }) {
      await barConflicts(transaction, SubjectUse.RemoveCopy, input.copyId, operationId);
      return input;
    },
  });
}
