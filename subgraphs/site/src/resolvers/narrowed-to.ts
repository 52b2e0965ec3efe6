import { siteUnknown } from '@ocopea/graph';

/**
 * Whether a list that was narrowed to some Sites concerns this one. A Site alone knows no other, so a list that leaves it out
 * names Sites that are unknown here. The Hub passes the whole list on.
 *
 * @throws SITE_UNKNOWN
 */
export function requireNarrowedTo(siteId: string, sites: readonly string[] | null | undefined): void {
  if (sites === null || sites === undefined || sites.includes(siteId)) return;
  throw siteUnknown(sites[0] ?? '');
}
