import type { SiteContext } from '../site-context.js';

/** What an operation on these copy parts takes a place at: the Site, and each repository that has one of them. */
export function placesOf(site: SiteContext, parts: readonly { readonly repositoryId: string }[]): readonly string[] {
  return [site.siteId, ...new Set(parts.map(({ repositoryId }) => repositoryId))];
}
