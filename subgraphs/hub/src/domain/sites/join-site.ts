import { badInput, isSiteId, OcopeaError } from '@ocopea/graph';
import type { PublicJwk } from '@ocopea/security';
import { z } from 'zod';
import { postJson, type JsonAnswer } from './post-json.js';
import type { JoinedSite } from './site-registry.js';

export interface JoinSiteOptions {
  /** Base address; see `siteAddress`. */
  readonly url: string;
  /** One-time token of the Site. A secret. */
  readonly joinToken: string;
  readonly hubId: string;
  readonly hubPublicKey: PublicJwk;
  readonly deadlineMs: number;
}

const joinAnswer = z.object({
  siteId: z.string().refine(isSiteId),
  name: z.string().min(1).max(200),
  location: z.object({
    label: z.string().max(200),
    latitude: z.number().min(-90).max(90).nullish(),
    longitude: z.number().min(-180).max(180).nullish(),
  }),
  version: z.string().max(100),
  publicKey: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().length(43), kid: z.string().min(1).max(100) }),
});

/**
 * Exchanges keys with a Site by its `POST /join`. From then on it accepts this Hub's tokens.
 *
 * @throws JOIN_TOKEN_REFUSED the token is wrong or used; SITE_UNAVAILABLE; BAD_INPUT what answers is no Site
 */
export async function joinSite({ url, joinToken, hubId, hubPublicKey, deadlineMs }: JoinSiteOptions): Promise<JoinedSite> {
  const signal = AbortSignal.timeout(deadlineMs);
  const ask = () => postJson({ url: `${url}/join`, body: { joinToken, hubId, hubPublicKey }, signal });
  // A Site that has just started again may be asked over a connection that the one before it left: that fails once.
  const answer = await ask()
    .catch(ask)
    .catch((cause: unknown) => {
      throw new OcopeaError('SITE_UNAVAILABLE', `nothing answers as a Site at the given address; check it, and that the Site runs`, { cause });
    });
  if (answer.status !== 200) throw refusal(answer);
  const parsed = joinAnswer.safeParse(answer.body);
  if (!parsed.success) throw noSite();
  const { siteId, name, location, version, publicKey } = parsed.data;
  return {
    id: siteId,
    url,
    name,
    location: { label: location.label, latitude: location.latitude ?? null, longitude: location.longitude ?? null },
    version,
    publicKey: JSON.stringify(publicKey),
  };
}

/** Anybody may answer at the address: what it says goes to no client, only what it comes to. */
function refusal({ status, body }: JsonAnswer): OcopeaError {
  const code = (body as { errors?: { extensions?: { code?: unknown } }[] } | undefined)?.errors?.[0]?.extensions?.code;
  if (code === 'UNAUTHENTICATED') {
    return new OcopeaError('JOIN_TOKEN_REFUSED', 'input.joinToken: the Site does not take this token, it is wrong or used already; ask the Site for a new one');
  }
  return status >= 500 ? new OcopeaError('SITE_UNAVAILABLE', 'the Site at the given address cannot answer now; try again later') : noSite();
}

function noSite(): OcopeaError {
  return badInput('input.url', 'what answers at this address is no Site of this version; give the address that the Site prints when it starts');
}
