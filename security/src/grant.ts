import { unauthenticated } from '@ocopea/graph';
import { signToken, TokenPurpose, verifyToken } from './signed-token.js';
import type { PublicJwk, SigningKey } from './signing-key.js';

/** The right to write or read one copy part at one repository, up to a size and a time. */
export interface GrantTerms {
  /** Recorded where it is used up, so that it is good for one part once. */
  readonly grantId: string;
  /** The Site that issued it and whose repository it opens. */
  readonly issuer: string;
  readonly direction: 'write' | 'read';
  readonly repositoryId: string;
  readonly partId: string;
  readonly maxBytes: number;
  /** The content that the part must have, when it is known beforehand. */
  readonly hash?: string;
  readonly format: string;
  readonly expiresAt: Date;
}

/** A Grant as text: a secret, since whoever has it may use it. */
export function issueGrant(
  key: SigningKey,
  terms: Omit<GrantTerms, 'expiresAt'>,
  ttlSeconds: number,
  now = new Date(),
): Promise<string> {
  const { grantId, issuer, ...claims } = terms;
  return signToken({
    key,
    purpose: TokenPurpose.Grant,
    issuer,
    tokenId: grantId,
    claims,
    expiresAt: new Date(now.getTime() + ttlSeconds * 1000),
  });
}

export interface VerifyGrantOptions {
  /** The key of the Site whose repository the Grant opens. */
  readonly issuerKey: PublicJwk;
  readonly now?: Date;
}

/**
 * What a Grant allows, once its signature and time are right. Whether it fits the request and was used is for the door to say.
 *
 * @throws TOKEN_EXPIRED
 * @throws TOKEN_WRONG_PURPOSE
 * @throws UNAUTHENTICATED
 */
export async function verifyGrant(token: string, { issuerKey, now }: VerifyGrantOptions): Promise<GrantTerms> {
  const claims = await verifyToken(token, {
    purpose: TokenPurpose.Grant,
    noun: 'Grant',
    keyOf: () => issuerKey,
    ...(now !== undefined && { now }),
  });
  const { jti, iss, exp, direction, repositoryId, partId, maxBytes, hash, format } = claims;
  const isWhole =
    typeof jti === 'string' &&
    typeof iss === 'string' &&
    typeof exp === 'number' &&
    (direction === 'write' || direction === 'read') &&
    typeof repositoryId === 'string' &&
    typeof partId === 'string' &&
    typeof maxBytes === 'number' &&
    typeof format === 'string';
  if (!isWhole) throw unauthenticated();
  return {
    grantId: jti,
    issuer: iss,
    direction,
    repositoryId,
    partId,
    maxBytes,
    format,
    expiresAt: new Date(exp * 1000),
    ...(typeof hash === 'string' && { hash }),
  };
}
