import { badInput, siteAlreadyRegistered } from '@ocopea/graph';
import type { HubContext } from '../hub-context.js';
import { joinSite } from './join-site.js';
import type { RegisteredSite } from './registered-site.js';
import { siteAddress } from './site-address.js';

export interface RegisterSite {
  /** Base address of the Site. */
  readonly url: string;
  /** One-time token of the Site. A secret. */
  readonly joinToken: string;
  /** The id that the Site must have. @default whichever it has */
  readonly id?: string | undefined;
}

/**
 * Joins with a Site and remembers it. A Site that is registered already, with the same key, may be registered again: its
 * present address is taken.
 *
 * @throws BAD_INPUT, JOIN_TOKEN_REFUSED, SITE_UNAVAILABLE, SITE_ALREADY_REGISTERED another Site has the id
 */
export async function registerSite(hub: HubContext, { url, joinToken, id }: RegisterSite): Promise<RegisteredSite> {
  const joined = await joinSite({
    url: await siteAddress(url, 'input.url'),
    joinToken,
    hubId: hub.hubId,
    hubPublicKey: hub.signingKey.publicJwk,
    deadlineMs: hub.limits.siteCallMs,
  });
  if (id !== undefined && id !== joined.id) throw badInput('input.id', `the Site at this address is "${joined.id}"`);
  const known = hub.registry.get(joined.id);
  if (known !== undefined && keyOf(known.publicKey) !== keyOf(joined.publicKey)) throw siteAlreadyRegistered(joined.id);
  await hub.registry.put(joined);
  hub.connections.probeNow(joined.id);
  const { name } = joined;
  await hub.engine.journal.append([{ kind: 'site.registered', subjectId: joined.id, message: `Site "${joined.id}" (${name}) is registered` }]);
  return hub.registry.get(joined.id) ?? { ...joined, sdl: undefined, registeredAt: new Date() };
}

/** The part of a JWK that is the key, whatever the order of its members. */
function keyOf(jwk: string): string {
  return (JSON.parse(jwk) as { x: string }).x;
}
