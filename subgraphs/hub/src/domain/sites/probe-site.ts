import { siteIncompatible } from '@ocopea/graph';
import type { Principal } from '@ocopea/security';
import type { SiteClient } from './site-client.js';
import type { SiteSelf } from './site-connections.js';

const document = /* GraphQL */ `
  query ProbeSite {
    sites {
      id
      name
      version
      location {
        label
        latitude
        longitude
      }
    }
  }
`;

interface Answer {
  readonly sites: readonly { readonly id: string; readonly name: string; readonly version: string | null; readonly location: SiteSelf['location'] }[];
}

/**
 * Asks a Site who it is. A question that takes a credential and the database shows more than a health endpoint: that the Site
 * accepts this Hub, and that it is still the Site that was registered.
 *
 * @throws SITE_UNAVAILABLE, SITE_TIMEOUT, SITE_INCOMPATIBLE another Site answers; UNAUTHENTICATED it does not know this Hub
 */
export async function probeSite(sites: SiteClient, siteId: string, caller: Principal, signal: AbortSignal): Promise<SiteSelf> {
  const answer = await sites.ask<Answer>({ siteId, caller, document, variables: {}, signal });
  const self = answer.sites[0];
  if (self === undefined || self.id !== siteId) throw siteIncompatible(siteId, `Site "${self?.id ?? '?'}" answers at its address`);
  return { ...self, version: self.version ?? '' };
}
