import DataLoader from 'dataloader';
import { brokerOfRepository } from '../domain/copies/copy-parts.js';
import type { SiteContext } from '../domain/site-context.js';

type Part = { readonly id: string; readonly repositoryId: string };

/**
 * What copies alone take. A repository reads its lists for each, so those of one request are measured one after the other, within one
 * deadline; `null` where a repository does not know, or did not answer in time.
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
      bytes += await broker.uniqueBytes(repositoryId, parts.filter((part) => part.repositoryId === repositoryId).map(({ id }) => id), { signal });
    } catch (error) {
      site.log.debug({ err: error, repositoryId }, 'a repository did not say what a copy alone takes');
      return null;
    }
  }
  return bytes;
}
