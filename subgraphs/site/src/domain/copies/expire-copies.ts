import { isOcopeaError } from '@ocopea/graph';
import { queryableOf } from '../../store/queryable-of.js';
import type { SiteContext } from '../site-context.js';
import { isDependedOnSql } from './copy-dependents.js';
import { deleteCopy } from './delete-copy.js';
import { isLastVerifiedSql } from './last-verified.js';

/** Journal kind of a copy that stays although its time is over. */
export const COPY_EXPIRY_HELD = 'copy.expiryHeld';

const pageSize = 100;
/** Removals that one round begins; the next goes on. */
const mostRemovals = 50;

interface ExpiredCopy {
  readonly id: string;
  readonly expiresAt: Date;
  readonly appInstanceName: string;
  readonly heldBy: string | null;
  readonly isLast: boolean;
  readonly isDependedOn: boolean;
}

/**
 * Removes copies whose time is over, but never the last verified, usable one of an application, nor one that something depends
 * on: those stay and say why. Reads a page at a time, in the order of expiry.
 */
export async function expireCopies(site: SiteContext, signal: AbortSignal): Promise<void> {
  let removals = 0;
  for (let page = await expiredPage(site, undefined); page.length > 0 && !signal.aborted; ) {
    for (const copy of page) {
      if (signal.aborted || removals >= mostRemovals) return;
      const reason = copy.isLast
        ? 'it is the last verified, usable copy of its application'
        : copy.isDependedOn
          ? 'an app instance that was restored from it has no usable copy of its own'
          : undefined;
      if (reason !== undefined) await hold(site, copy, reason);
      else if (await remove(site, copy)) removals++;
    }
    page = await expiredPage(site, page.at(-1));
  }
}

async function expiredPage(site: SiteContext, after: ExpiredCopy | undefined): Promise<ExpiredCopy[]> {
  const { rows } = await queryableOf(site.database).query(
    `SELECT c.id, c.expires_at AS "expiresAt", c.app_instance_name AS "appInstanceName", c.expiry_held_by AS "heldBy",
       (${isLastVerifiedSql}) AS "isLast", (${isDependedOnSql}) AS "isDependedOn"
     FROM copies c WHERE c.phase = 'DONE' AND coalesce(c.expires_at, 'infinity'::timestamptz) <= now()
       AND (coalesce(c.expires_at, 'infinity'::timestamptz), c.id) > ($1::text::timestamptz, $2::text)
     ORDER BY coalesce(c.expires_at, 'infinity'::timestamptz), c.id LIMIT ${pageSize}`,
    [after?.expiresAt.toISOString() ?? '-infinity', after?.id ?? ''],
  );
  return rows as ExpiredCopy[];
}

async function hold(site: SiteContext, { id, appInstanceName, heldBy }: ExpiredCopy, reason: string): Promise<void> {
  if (heldBy === reason) return;
  await site.database.$transaction(async (transaction) => {
    const { count } = await transaction.copy.updateMany({ where: { id, OR: [{ expiryHeldBy: null }, { expiryHeldBy: { not: reason } }] }, data: { expiryHeldBy: reason } });
    if (count === 0) return;
    await site.engine.journal.append(
      [{ kind: COPY_EXPIRY_HELD, subjectId: id, payload: { reason }, message: `the time of a copy of "${appInstanceName}" is over, and it stays: ${reason}` }],
      queryableOf(transaction),
    );
  });
}

/** False when it is in use or gone: the next round looks again. */
async function remove(site: SiteContext, { id }: ExpiredCopy): Promise<boolean> {
  try {
    await deleteCopy(site, { copyId: id, cause: { kind: 'SITE', name: site.siteId }, becauseExpired: true });
    return true;
  } catch (error) {
    if (isOcopeaError(error, 'CONFLICT') || isOcopeaError(error, 'COPY_DEPENDED_ON') || isOcopeaError(error, 'NOT_FOUND')) return false;
    throw error;
  }
}
