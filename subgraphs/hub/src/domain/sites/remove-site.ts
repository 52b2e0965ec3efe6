import { siteUnknown } from '@ocopea/graph';
import type { HubContext } from '../hub-context.js';

/**
 * Forgets a Site. Its applications and copies stay where they are, and it goes on by itself.
 *
 * @throws SITE_UNKNOWN
 */
export async function removeSite(hub: HubContext, siteId: string): Promise<void> {
  if (!(await hub.registry.remove(siteId))) throw siteUnknown(siteId);
  await hub.engine.journal.append([{ kind: 'site.removed', subjectId: siteId, message: `Site "${siteId}" is not registered any more` }]);
}
