import { BrokerError, BrokerErrorCode, type PartKey } from '@ocopea/broker-contract';

/**
 * What a Grant allows: one part of one repository, in one direction, up to a size and a time. Signing and verifying it is
 * not this package's business; the door is given a function that turns the token into these claims.
 */
export interface GrantClaims {
  readonly grantId: string;
  /** The Site that issued it. */
  readonly issuer: string;
  readonly direction: 'write' | 'read';
  readonly repositoryId: string;
  readonly partId: string;
  /** Most bytes of content, uncompressed. */
  readonly maxBytes: number;
  /** When given, the only content that may be published: the part's hash. */
  readonly hash?: string;
  readonly format: string;
  readonly expiresAt: Date;
}

/** @throws GRANT_REFUSED saying in which respect the Grant does not fit */
export function checkGrant(claims: GrantClaims, request: PartKey & { readonly direction: GrantClaims['direction'] }, now: number): void {
  if (claims.expiresAt.getTime() <= now) throw grantRefused('the Grant has expired; ask for a new one');
  if (claims.direction !== request.direction) throw grantRefused(`the Grant is to ${claims.direction}, not to ${request.direction}; ask for one of the right direction`);
  if (claims.repositoryId !== request.repositoryId) throw grantRefused('the Grant is for another repository; use the one it was issued for');
  if (claims.partId !== request.partId) throw grantRefused('the Grant is for another part; use the one it was issued for');
}

export function grantRefused(message: string, cause?: unknown): BrokerError {
  return new BrokerError(BrokerErrorCode.GrantRefused, message, { cause });
}
