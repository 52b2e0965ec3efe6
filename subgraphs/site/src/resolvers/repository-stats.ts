import type { RepositoryStats } from '@ocopea/broker-contract';
import DataLoader from 'dataloader';
import type { SiteContext } from '../domain/site-context.js';
import type { CopyRepository } from '../store/generated/client.js';

/** How full repositories are, asked from their brokers once per request; `null` where the broker does not answer in time. */
export function createRepositoryStatsLoader(site: SiteContext, signal: AbortSignal): DataLoader<CopyRepository, RepositoryStats | null, string> {
  const ask = async ({ id, brokerId }: CopyRepository): Promise<RepositoryStats | null> => {
    try {
      const { broker } = site.brokers.copyRepository(brokerId);
      return await broker.stats(id, { signal: AbortSignal.any([signal, AbortSignal.timeout(site.limits.healthDeadlineMs)]) });
    } catch (error) {
      site.log.debug({ err: error, repositoryId: id }, 'a repository did not say how full it is');
      return null;
    }
  };
  return new DataLoader((rows) => Promise.all(rows.map(ask)), { cacheKeyFn: ({ id }) => id });
}
