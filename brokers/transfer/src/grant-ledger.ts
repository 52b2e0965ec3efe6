import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { grantRefused, type GrantClaims } from './grant-claims.js';

interface GrantEntry {
  /** Bytes of chunks that were new to the repository. */
  bytes: number;
  requests: number;
  isUsedUp: boolean;
  readonly expiresAt: number;
}

/** What came in under each Grant since this process started; forgotten when the Grant has expired. */
export class GrantLedger {
  readonly #entries = new Map<string, GrantEntry>();

  constructor(private readonly maxRequestsPerGrant: number) {}

  /** Counts a request; call the result when it ends. @throws UNAVAILABLE too many at once */
  begin(claims: GrantClaims): () => void {
    const entry = this.#entry(claims);
    if (entry.requests >= this.maxRequestsPerGrant) {
      throw new BrokerError(BrokerErrorCode.Unavailable, `more than ${this.maxRequestsPerGrant} requests came at once under one Grant; send fewer side by side`);
    }
    entry.requests += 1;
    return () => {
      entry.requests -= 1;
    };
  }

  /** Counts bytes that are about to be stored. @throws GRANT_REFUSED */
  addBytes(claims: GrantClaims, bytes: number): void {
    const entry = this.#entry(claims);
    if (entry.bytes + bytes > claims.maxBytes) throw tooManyBytes(claims);
    entry.bytes += bytes;
  }

  /** Takes back what was counted and not stored. */
  returnBytes(claims: GrantClaims, bytes: number): void {
    this.#entry(claims).bytes -= bytes;
  }

  useUp(claims: GrantClaims): void {
    this.#entry(claims).isUsedUp = true;
  }

  isUsedUp(claims: GrantClaims): boolean {
    return this.#entries.get(claims.grantId)?.isUsedUp ?? false;
  }

  #entry(claims: GrantClaims): GrantEntry {
    const known = this.#entries.get(claims.grantId);
    if (known) return known;
    for (const [grantId, { expiresAt, requests }] of this.#entries) if (expiresAt < Date.now() && requests === 0) this.#entries.delete(grantId);
    const entry: GrantEntry = { bytes: 0, requests: 0, isUsedUp: false, expiresAt: claims.expiresAt.getTime() };
    this.#entries.set(claims.grantId, entry);
    return entry;
  }
}

export function tooManyBytes({ maxBytes }: GrantClaims): BrokerError {
  return grantRefused(`the Grant allows ${maxBytes} bytes and more came; ask for a larger one`);
}
