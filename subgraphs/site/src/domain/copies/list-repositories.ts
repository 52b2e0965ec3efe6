import type { CopyRepositoryBrokerInfo } from '@ocopea/broker-contract';
import { notFound, requireId } from '@ocopea/graph';
import type { SiteContext } from '../site-context.js';

/** A repository and what its broker can do. */
export interface ListedRepository {
  readonly id: string;
  readonly name: string;
  readonly info: CopyRepositoryBrokerInfo;
}

/**
 * The repositories of this Site, oldest first, or the one that was asked for.
 *
 * @throws INVALID_ID, WRONG_ID_KIND, NOT_FOUND
 */
export async function listRepositories(site: SiteContext, repositoryId: string | undefined): Promise<ListedRepository[]> {
  if (repositoryId !== undefined) requireId(repositoryId, 'repository');
  const rows = await site.database.copyRepository.findMany({
    ...(repositoryId !== undefined && { where: { id: repositoryId } }),
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  if (repositoryId !== undefined && rows.length === 0) throw notFound('copy repository', repositoryId);
  return rows.map(({ id, name, brokerId }) => ({ id, name, info: site.brokers.copyRepository(brokerId).info }));
}
