import { notFound, requireId } from '@ocopea/graph';
import type { SiteContext } from '../site-context.js';
import { queryableOf } from '../../store/queryable-of.js';
import { changedLabels, checkedExpiry, checkedNotes, labelTerms, type CopyLabels } from './copy-labels.js';

/** Journal kind of a copy of which people say something else than before. */
export const COPY_CHANGED = 'copy.changed';

export interface UpdateCopy {
  readonly copyId: string;
  readonly setLabels?: readonly { readonly key: string; readonly value: string }[] | undefined;
  readonly removeLabels?: readonly string[] | undefined;
  /** `null` removes them. */
  readonly notes?: string | null | undefined;
  /** `null`: never. */
  readonly expiresAt?: Date | null | undefined;
}

/**
 * Changes what people say of a copy, in any state. What is not given stays; the same again is no change and no event.
 *
 * @throws INVALID_ID, WRONG_ID_KIND, NOT_FOUND, BAD_INPUT
 */
export async function updateCopy(site: SiteContext, request: UpdateCopy): Promise<void> {
  const { copyId, setLabels = [], removeLabels = [], notes, expiresAt } = request;
  requireId(copyId, 'copy');
  const newNotes = notes === undefined ? undefined : checkedNotes(notes, 'input.notes');
  const newExpiry = expiresAt === undefined ? undefined : checkedExpiry(expiresAt, 'input.expiresAt');
  await site.database.$transaction(async (transaction) => {
    // The row's lock lets two changes of different labels both hold.
    await transaction.$executeRaw`SELECT 1 FROM copies WHERE id = ${copyId} FOR UPDATE`;
    const copy = await transaction.copy.findUnique({ where: { id: copyId } });
    if (copy === null) throw notFound('copy', copyId);
    const before = copy.labels as CopyLabels;
    const labels = changedLabels(before, { set: setLabels, remove: removeLabels }, 'input.setLabels');
    const said = [
      ...(JSON.stringify(labels) === JSON.stringify(changedLabels(before, { set: [] }, '')) ? [] : ['labels']),
      ...(newNotes === undefined || newNotes === copy.notes ? [] : ['notes']),
      ...(newExpiry === undefined || newExpiry?.getTime() === copy.expiresAt?.getTime() ? [] : ['expiry']),
    ];
    if (said.length === 0) return;
    await transaction.copy.update({
      where: { id: copyId },
      data: {
        labels,
        labelTerms: labelTerms(labels),
        ...(newNotes !== undefined && { notes: newNotes }),
        ...(newExpiry !== undefined && { expiresAt: newExpiry, expiryHeldBy: null }),
      },
    });
    await site.engine.journal.append(
      [{ kind: COPY_CHANGED, subjectId: copyId, payload: { changed: said }, message: `the ${said.join(' and ')} of the copy of "${copy.appInstanceName}" changed` }],
      queryableOf(transaction),
    );
  });
}
