import { readTransferReceipt, type PublicJwk } from '@ocopea/security';
import type { TransferReceipt } from './types/copy.js';

/** A receipt as it is kept, with the public keys of both ends, a JWK each. */
export interface KeptReceipt {
  readonly text: string;
  readonly sourceKey: unknown;
  readonly targetKey: unknown;
}

/** What kept receipts say. Those from before two signed them are left out. */
export function presentReceipts(kept: readonly KeptReceipt[]): TransferReceipt[] {
  return kept.flatMap(({ text, sourceKey, targetKey }) => {
    const signed = readTransferReceipt(text);
    if (signed === undefined) return [];
    const { startedAt, sentAt, receivedAt, chunks, ...rest } = signed;
    const times = { startedAt: new Date(startedAt), sentAt: new Date(sentAt), receivedAt: new Date(receivedAt) };
    return [{ ...rest, ...times, chunks, text, sourceKey: presentKey(sourceKey), targetKey: presentKey(targetKey) }];
  });
}

/** In one order of members, so that keys can be compared as texts. */
function presentKey(key: unknown): string {
  const { kty, crv, x, kid } = key as PublicJwk;
  return JSON.stringify({ kty, crv, x, kid });
}
