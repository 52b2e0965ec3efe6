import { copyNotUsable, notFound, requireId } from '@ocopea/graph';
import type { Prisma } from '../../store/generated/client.js';
import type { SiteContext } from '../site-context.js';

/** A copy with its parts, in the order of the manifest. */
export type CopyWithParts = Prisma.CopyGetPayload<{ include: { parts: true } }>;

/** The copy that a request names. @throws INVALID_ID, WRONG_ID_KIND, NOT_FOUND */
export async function findCopy(site: SiteContext, id: string): Promise<CopyWithParts> {
  requireId(id, 'copy');
  const copy = await site.database.copy.findUnique({ where: { id }, include: { parts: { orderBy: { position: 'asc' } } } });
  if (copy === null) throw notFound('copy', id);
  return copy;
}

/** A copy that something can be made of. @throws as {@link findCopy}, and COPY_NOT_USABLE */
export async function findUsableCopy(site: SiteContext, id: string): Promise<CopyWithParts> {
  const copy = await findCopy(site, id);
  if (!copy.usable) throw copyNotUsable(id, whyUnusable(copy));
  return copy;
}

/** A copy whose bytes can be looked at: usable, or not usable for the one reason that it was found damaged. @throws as {@link findUsableCopy} */
export async function findReadableCopy(site: SiteContext, id: string): Promise<CopyWithParts> {
  const copy = await findCopy(site, id);
  if (!copy.usable && !isDamaged(copy)) throw copyNotUsable(id, whyUnusable(copy));
  return copy;
}

/** It was whole once: damage is found by reading it back. */
export function isDamaged({ phase, outcome, usable, errorCode }: Pick<CopyWithParts, 'phase' | 'outcome' | 'usable' | 'errorCode'>): boolean {
  return phase === 'DONE' && (outcome === 'SUCCEEDED' || outcome === 'SUCCEEDED_WITH_WARNINGS') && !usable && errorCode === 'CORRUPT_DATA';
}

function whyUnusable({ phase, outcome, errorMessage }: CopyWithParts): string {
  if (phase !== 'DONE') return 'it is not complete yet; wait for its operation';
  if (outcome === 'CANCELLED') return 'it was cancelled';
  return errorMessage ?? 'it has failed';
}
