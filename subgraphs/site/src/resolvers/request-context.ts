import type { Principal } from '@ocopea/security';
import DataLoader from 'dataloader';
import { findDependents, type CopyDependent } from '../domain/copies/copy-dependents.js';
import type { HealthBoard } from '../domain/health/health-board.js';
import type { SiteContext } from '../domain/site-context.js';
import { createCopiesOfAppsLoader, createCopyCountLoader } from '../store/copies-of-apps.js';
import { createLoaders, type Loaders } from '../store/loaders.js';
import { queryableOf } from '../store/queryable-of.js';
import { createRepositoryStatsLoader } from './repository-stats.js';
import type { Site } from './types/site.js';
import { createUniqueBytesLoader } from './unique-bytes.js';

/** What a Site says of itself, apart from its health. */
export type SiteDescription = Pick<Site, 'id' | 'name' | 'location' | 'version' | 'startedAt' | 'publicKey'>;

/** What stays the same for all requests of a process. */
export interface SiteGraph {
  readonly site: SiteContext;
  readonly health: HealthBoard;
  readonly description: SiteDescription;
}

/** What the resolvers of one request share. */
export interface RequestContext extends SiteGraph {
  readonly principal: Principal;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
  readonly loaders: RequestLoaders;
}

export interface RequestLoaders extends Loaders {
  readonly copiesOfApp: ReturnType<typeof createCopiesOfAppsLoader>;
  readonly copyCountOfApp: ReturnType<typeof createCopyCountLoader>;
  readonly dependentsOfCopy: DataLoader<string, CopyDependent[]>;
  readonly repositoryStats: ReturnType<typeof createRepositoryStatsLoader>;
  readonly uniqueBytes: ReturnType<typeof createUniqueBytesLoader>;
}

export function createRequestContext(graph: SiteGraph, request: { readonly principal: Principal; readonly signal: AbortSignal }): RequestContext {
  const { database } = graph.site;
  const loaders = createLoaders(database);
  return {
    ...graph,
    principal: request.principal,
    signal: request.signal,
    loaders: {
      ...loaders,
      copiesOfApp: createCopiesOfAppsLoader(database),
      copyCountOfApp: createCopyCountLoader(database),
      dependentsOfCopy: new DataLoader(async (ids) => {
        const dependents = await findDependents(queryableOf(database), ids);
        return ids.map((id) => dependents.filter(({ copyId }) => copyId === id));
      }),
      repositoryStats: createRepositoryStatsLoader(graph.site, request.signal),
      uniqueBytes: createUniqueBytesLoader(graph.site, request.signal, (copyId) => loaders.partsOfCopy.load(copyId)),
    },
  };
}
