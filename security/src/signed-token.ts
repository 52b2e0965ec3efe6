import { decodeJwt, errors, importJWK, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { OcopeaError, tokenExpired, tokenWrongPurpose, unauthenticated } from '@ocopea/graph';
import type { PublicJwk, SigningKey } from './signing-key.js';

/** What a token was issued for. One kind is never accepted as another, whoever signed it. */
export const TokenPurpose = {
  HubToSite: 'ocopea/hub-to-site',
  Grant: 'ocopea/grant',
  TransferStatement: 'ocopea/transfer-statement',
  Receipt: 'ocopea/receipt',
} as const;
export type TokenPurpose = (typeof TokenPurpose)[keyof typeof TokenPurpose];

/** Differences between the clocks of two machines that are no reason to refuse. */
export const clockSkewSeconds = 30;

export interface SignTokenOptions {
  readonly key: SigningKey;
  readonly purpose: TokenPurpose;
  readonly issuer: string;
  readonly audience?: string;
  readonly tokenId?: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Absent for what stays true, such as a receipt. */
  readonly expiresAt?: Date;
}

/** A compact JWS (EdDSA) whose claims carry the purpose. */
export async function signToken({
  key,
  purpose,
  issuer,
  audience,
  tokenId,
  claims,
  expiresAt,
}: SignTokenOptions): Promise<string> {
  const token = new SignJWT({ ...claims, purpose })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .setIssuer(issuer)
    .setIssuedAt();
  if (audience !== undefined) token.setAudience(audience);
  if (tokenId !== undefined) token.setJti(tokenId);
  if (expiresAt !== undefined) token.setExpirationTime(expiresAt);
  return token.sign(key.privateKey);
}

export interface VerifyTokenOptions {
  readonly purpose: TokenPurpose;
  /** For messages, for example `Grant`. */
  readonly noun: string;
  /** The key of the issuer that the token names; `undefined` when that one is not trusted. */
  readonly keyOf: (issuer: string) => PublicJwk | undefined | Promise<PublicJwk | undefined>;
  readonly audience?: string;
  readonly clockSkewSeconds?: number;
  readonly now?: Date;
}

/**
 * The claims of a token whose signature, purpose, audience and time are right.
 *
 * @throws TOKEN_WRONG_PURPOSE when it says that it was issued for something else
 * @throws TOKEN_EXPIRED when it was right and its time is over
 * @throws UNAUTHENTICATED for everything else, without saying what
 */
export async function verifyToken(token: string, options: VerifyTokenOptions): Promise<JWTPayload> {
  try {
    // Before the signature: it tells a caller only what their own token says, and such a token is refused in any case.
    const claimed = claimedPurpose(token);
    if (claimed !== undefined && claimed !== options.purpose) throw tokenWrongPurpose(`a ${options.noun}`);
    const unverified = decodeJwt(token);
    const key = await options.keyOf(String(unverified.iss));
    if (key === undefined) throw unauthenticated();
    const { payload } = await jwtVerify(token, await importJWK({ ...key, alg: 'EdDSA' }, 'EdDSA'), {
      algorithms: ['EdDSA'],
      issuer: String(unverified.iss),
      clockTolerance: options.clockSkewSeconds ?? clockSkewSeconds,
      ...(options.audience !== undefined && { audience: options.audience }),
      ...(options.now !== undefined && { currentDate: options.now }),
    });
    if (payload['purpose'] !== options.purpose) throw unauthenticated();
    return payload;
  } catch (error) {
    if (error instanceof OcopeaError) throw error;
    // jose checks signature, issuer and audience before the time.
    if (error instanceof errors.JWTExpired) throw tokenExpired(options.noun);
    throw unauthenticated(undefined, { cause: error });
  }
}

/** What a token says that it is for. Nothing is verified: good for refusing, never for accepting. */
export function claimedPurpose(token: string): TokenPurpose | undefined {
  try {
    const { purpose } = decodeJwt(token);
    return Object.values(TokenPurpose).find((each) => each === purpose);
  } catch {
    return undefined;
  }
}
