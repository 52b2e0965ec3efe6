import { isOcopeaError } from '@ocopea/graph';
import { deleteCopy } from './copies/delete-copy.js';
import type { SiteContext } from './site-context.js';

/** Removes copies that did not wholly arrive in time, and forgets Grants that could not be used any more anyway. */
export async function tidyUp(site: SiteContext): Promise<void> {
  const now = new Date();
  const late = await site.database.copy.findMany({ where: { phase: 'RUNNING', receiveUntil: { lt: now } }, select: { id: true } });
  for (const { id } of late) {
    try {
      await deleteCopy(site, { copyId: id, cause: { kind: 'SITE', name: site.siteId } });
    } catch (error) {
      // Somebody else deletes it at this moment, or has done so.
      if (!isOcopeaError(error, 'CONFLICT') && !isOcopeaError(error, 'NOT_FOUND')) throw error;
    }
  }
  await site.database.usedGrant.deleteMany({ where: { expiresAt: { lt: new Date(now.getTime() - clockDoubtMs) } } });
}

/** Clocks differ: an expired Grant is remembered for longer than any tolerance in checking its time. */
const clockDoubtMs = 3_600_000;
