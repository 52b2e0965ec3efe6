import { transferUrl } from '@ocopea/copy-transfer';
import { badInput, grantRefused, isOcopeaError } from '@ocopea/graph';
import { verifyGrant, type GrantTerms, type PublicJwk } from '@ocopea/security';
import type { CopyPart } from '../../store/generated/client.js';
import { isAllowedTransferUrl } from './transfer-address.js';

/** A Grant as it was given for one part. */
export interface GivenGrant {
  readonly partId: string;
  readonly url: string;
  readonly grant: string;
}

export interface CheckGrantsOptions {
  readonly parts: readonly CopyPart[];
  readonly grants: readonly GivenGrant[];
  readonly receiverKey: PublicJwk;
  readonly targetSiteId: string;
}

/**
 * Checks on the sender's side that each Grant was signed by the receiver and is for exactly the part it was given for, so that
 * no data leaves for a place that nobody answers for.
 *
 * @returns what each allows, by the id of the part here
 * @throws BAD_INPUT a Grant for no part of the copy, or two for one; GRANT_REFUSED saying what does not fit
 */
export async function checkGrants({ parts, grants, receiverKey, targetSiteId }: CheckGrantsOptions): Promise<ReadonlyMap<string, GrantTerms>> {
  const checked = new Map<string, GrantTerms>();
  for (const given of grants) {
    const part = parts.find(({ id }) => id === given.partId);
    if (part === undefined) throw badInput('input.grants', `"${given.partId}" is not a part of the copy`);
    if (checked.has(part.id)) throw badInput('input.grants', `there are two Grants for part "${part.id}"`);
    const terms = await readGrant(given, receiverKey);
    const problem = misfit(terms, given, part, targetSiteId);
    if (problem !== undefined) throw grantRefused(`the one for part "${part.id}" ${problem}`);
    checked.set(part.id, terms);
  }
  return checked;
}

/** @throws BAD_INPUT */
export function parsePublicKey(text: string, path: string): PublicJwk {
  try {
    const { kty, crv, x, kid } = JSON.parse(text) as Partial<PublicJwk>;
    if (kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string' && typeof kid === 'string') return { kty, crv, x, kid };
  } catch {
    // Said below.
  }
  throw badInput(path, 'an Ed25519 public key as JWK in JSON is expected');
}

async function readGrant({ grant, partId }: GivenGrant, issuerKey: PublicJwk): Promise<GrantTerms> {
  try {
    return await verifyGrant(grant, { issuerKey });
  } catch (error) {
    const why = isOcopeaError(error, 'TOKEN_EXPIRED') ? 'has expired' : 'is not signed by the receiving Site';
    throw grantRefused(`the one for part "${partId}" ${why}`, { cause: error });
  }
}

function misfit(terms: GrantTerms, { url }: GivenGrant, part: CopyPart, targetSiteId: string): string | undefined {
  const where = transferUrl('', { repositoryId: terms.repositoryId, partId: terms.partId });
  if (terms.issuer !== targetSiteId) return `was issued by Site "${terms.issuer}", not by "${targetSiteId}"`;
  if (terms.direction !== 'write') return 'is not to write';
  if (terms.format !== part.format) return `is for the format "${terms.format}", not for "${part.format}"`;
  if (terms.hash !== undefined && terms.hash !== part.hash) return 'is for other content';
  if (terms.maxBytes < Number(part.logicalBytes)) return `is for ${terms.maxBytes} bytes, the part has ${part.logicalBytes}`;
  if (!URL.canParse(url) || !url.endsWith(where)) return 'is for another address than the one given';
  return isAllowedTransferUrl(new URL(url)) ? undefined : 'is for an address that data may not be sent to';
}
