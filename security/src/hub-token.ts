import { randomUUID } from 'node:crypto';
import { unauthenticated } from '@ocopea/graph';
import type { Principal } from './principal.js';
import { signToken, TokenPurpose, verifyToken } from './signed-token.js';
import type { PublicJwk, SigningKey } from './signing-key.js';

export interface IssueHubTokenOptions {
  readonly key: SigningKey;
  readonly hubId: string;
  /** The one Site that may accept it. */
  readonly siteId: string;
  /** Whom the Hub asks for. */
  readonly caller: Principal;
  /** @default 60 */
  readonly ttlSeconds?: number;
  readonly now?: Date;
}

/** A token with which the Hub asks one Site for one caller. Short-lived: a new one for every call is cheap. */
export function issueHubToken({
  key,
  hubId,
  siteId,
  caller,
  ttlSeconds = 60,
  now = new Date(),
}: IssueHubTokenOptions): Promise<string> {
  return signToken({
    key,
    purpose: TokenPurpose.HubToSite,
    issuer: hubId,
    audience: siteId,
    tokenId: randomUUID(),
    claims: { caller: { kind: caller.kind, name: caller.name } },
    expiresAt: new Date(now.getTime() + ttlSeconds * 1000),
  });
}

export interface VerifyHubTokenOptions {
  readonly siteId: string;
  /** The key of a Hub that this Site has joined. */
  readonly hubKeys: (hubId: string) => PublicJwk | undefined | Promise<PublicJwk | undefined>;
  readonly now?: Date;
}

/**
 * The caller whom the Hub asks for, with `via` naming the Hub.
 *
 * @throws TOKEN_EXPIRED
 * @throws TOKEN_WRONG_PURPOSE
 * @throws UNAUTHENTICATED
 */
export async function verifyHubToken(token: string, { siteId, hubKeys, now }: VerifyHubTokenOptions): Promise<Principal> {
  const claims = await verifyToken(token, {
    purpose: TokenPurpose.HubToSite,
    noun: 'token of a Hub for this Site',
    keyOf: hubKeys,
    audience: siteId,
    ...(now !== undefined && { now }),
  });
  const caller = claims['caller'] as Partial<Principal> | undefined;
  if (caller?.kind === undefined || typeof caller.name !== 'string' || claims.iss === undefined || claims.exp === undefined) {
    throw unauthenticated();
  }
  return { kind: caller.kind, name: caller.name, via: claims.iss, expiresAt: new Date(claims.exp * 1000) };
}
