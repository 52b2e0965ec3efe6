import { conflict, notFound, requireId } from '@ocopea/graph';
import type { SiteContext } from '../site-context.js';

/**
 * Takes a broker out of service. One that the Site is composed with stays out over restarts.
 *
 * @throws NOT_FOUND; CONFLICT naming what still uses it
 */
export async function removeBroker(site: SiteContext, brokerId: string): Promise<void> {
  requireId(brokerId, 'broker');
  const registered = site.brokers.find(brokerId);
  if (registered === undefined) throw notFound('broker', brokerId);
  await site.database.$transaction(
    async (transaction) => {
      const where = { brokerId };
      const [dataServices, appServices, copyParts] = await Promise.all([
        transaction.dataService.count({ where }),
        transaction.appService.count({ where }),
        transaction.copyPart.count({ where: { repository: where } }),
      ]);
      const uses = [
        [dataServices, 'data services'],
        [appServices, 'app services'],
        [copyParts, 'copy parts'],
      ] as const;
      const used = uses.filter(([count]) => count > 0).map(([count, noun]) => `${count} ${noun}`);
      if (used.length > 0) throw conflict(`broker "${registered.name}" is in use by ${used.join(' and ')}; delete these first`);
      await transaction.copyRepository.deleteMany({ where });
      await transaction.broker.update({ where: { id: brokerId }, data: { removedAt: new Date() } });
    },
    { isolationLevel: 'Serializable' },
  );
  site.brokers.remove(brokerId);
}
