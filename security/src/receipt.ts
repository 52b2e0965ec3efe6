import { signToken, TokenPurpose, verifyToken } from './signed-token.js';
import type { PublicJwk, SigningKey } from './signing-key.js';

/** Signs that something happened, for example that a part with this hash was received. A receipt does not expire. */
export function signReceipt(key: SigningKey, issuer: string, payload: Readonly<Record<string, unknown>>): Promise<string> {
  return signToken({ key, purpose: TokenPurpose.Receipt, issuer, claims: { payload } });
}

/**
 * What a receipt says.
 *
 * @throws TOKEN_WRONG_PURPOSE
 * @throws UNAUTHENTICATED
 */
export async function verifyReceipt(
  receipt: string,
  { issuerKey }: { readonly issuerKey: PublicJwk },
): Promise<Record<string, unknown>> {
  const claims = await verifyToken(receipt, { purpose: TokenPurpose.Receipt, noun: 'receipt', keyOf: () => issuerKey });
  return claims['payload'] as Record<string, unknown>;
}
