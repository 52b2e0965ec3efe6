import { newId } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord } from '@ocopea/operations';
import type { SiteContext } from '../site-context.js';
import { barConflicts, SubjectUse } from '../work/bar-conflicts.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work/request.js';
import { findCopy } from './find-copy.js';
import { dropPart } from './take-part.js';

export interface DeleteCopy extends WorkRequest {
  readonly copyId: string;
}

/**
 * Starts the removal of a copy, in any state, with the space that its parts take. What was restored of it stays.
 *
 * @throws NOT_FOUND; CONFLICT while it is made, read, restored or sent
 */
export async function deleteCopy(site: SiteContext, request: DeleteCopy): Promise<OperationRecord> {
  const earlier = await earlierOperation(site, 'deleteCopy', request);
  if (earlier !== undefined) return earlier;
  const { id } = await findCopy(site, request.copyId);
  return site.engine.start('deleteCopy', { copyId: id }, {
    ...requestOptions(request),
    id: newId(site.siteId, 'operation'),
    subjectId: id,
    async within(transaction, operationId) {
      await barConflicts(transaction, SubjectUse.RemoveCopy, id, operationId);
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
