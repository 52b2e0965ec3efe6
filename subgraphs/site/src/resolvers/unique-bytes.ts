import { untilCancelled } from '@ocopea/broker-contract';
import DataLoader from 'dataloader';
import { brokerOfRepository } from '../domain/copies/copy-parts.js';
import type { SiteContext } from '../domain/site-context.js';

type Part = { readonly id: string; readonly repositoryId: string };

/**
 * What copies alone take. A repository reads its lists for each, so copies are measured one after the other in each repository, those of all requests
 * together, and those of one request within one deadline; `null` where a repository does not know, or did not answer in time.
 */
export function createUniqueBytesLoader(site: SiteContext, signal: AbortSignal, partsOf: (copyId: string) => Promise<readonly Part[]>): DataLoader<string, number | null> {
  return new DataLoader(async (copyIds) => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(site.limits.brokerCallMs)]);
    const answers: (number | null)[] = [];
    for (const copyId of copyIds) answers.push(deadline.aborted ? null : await uniqueBytesOf(site, await partsOf(copyId), deadline));
    return answers;
  });
}

async function uniqueBytesOf(site: SiteContext, parts: readonly Part[], signal: AbortSignal): Promise<number | null> {
  let bytes = 0;
  for (const repositoryId of new Set(parts.map((part) => part.repositoryId))) {
    try {
      const { broker, info } = await brokerOfRepository(site, repositoryId);
      if (info.capabilities.uniqueSizes !== true || broker.uniqueBytes === undefined) return null;
      const partIds = parts.filter((part) => part.repositoryId === repositoryId).map(({ id }) => id);
      bytes += await inTurn(site, repositoryId, signal, async () => await broker.uniqueBytes!(repositoryId, partIds, { signal }));
    } catch (error) {
      site.log.debug({ err: error, repositoryId }, 'a repository did not say what a copy alone takes');
      return null;
    }
  }
  return bytes;
}

/** The last measurement of each repository that was asked for: it settles when all before it have. */
const turns = new WeakMap<SiteContext, Map<string, Promise<unknown>>>();

/** Runs `work` when all that was asked for before in the repository has ended. @throws CANCELLED before it is its turn */
async function inTurn<T>(site: SiteContext, repositoryId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const ofSite = turns.get(site) ?? new Map<string, Promise<unknown>>();
  turns.set(site, ofSite);
  const before = ofSite.get(repositoryId) ?? Promise.resolve();
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  ofSite.set(repositoryId, before.then(() => ended));
  try {
    await untilCancelled(before, signal, 'measuring what a copy alone takes');
    return await work();
  } finally {
    end();
  }
}
