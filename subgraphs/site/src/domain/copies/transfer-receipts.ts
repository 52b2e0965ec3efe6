import { BrokerError } from '@ocopea/broker-contract';
import type { GrantClaims, SentContent, TransferReceipt, UnsignedTransferReceipt } from '@ocopea/copy-transfer';
import { signTransferReceipt, verifyTransferStatement, type PublicJwk, type TransferStatement } from '@ocopea/security';
import type { SiteContext } from '../site-context.js';
import { deleteCopyPart } from './copy-parts.js';

/**
 * Whether the sender's half of a receipt is signed by the Site that the copy comes from, and says what this Site sees.
 *
 * @throws GRANT_REFUSED the copy is gone; INVALID_REQUEST
 */
export async function checkStatement(site: SiteContext, { statement, hash, logicalBytes, chunks }: SentContent, { partId, repositoryId, format }: GrantClaims): Promise<void> {
  const part = await site.database.copyPart.findUnique({ where: { id: partId }, include: { copy: true } });
  if (part === null) throw new BrokerError('GRANT_REFUSED', 'the copy was deleted while the part arrived');
  const { originCopyId, originSiteId, originKey, id: targetCopyId } = part.copy;
  if (statement === undefined) throw unfit('there is none');
  const said = await verifyTransferStatement(statement, { sourceKey: originKey as unknown as PublicJwk }).catch((cause: unknown) => {
    throw unfit(`it is not signed by Site "${originSiteId}"`, cause);
  });
  const seen = {
    ...{ sourceSiteId: originSiteId, sourceCopyId: originCopyId, sourcePartId: part.originPartId },
    ...{ targetSiteId: site.siteId, targetCopyId, targetPartId: partId, targetRepositoryId: repositoryId },
    ...{ format, hash, logicalBytes, chunks },
  };
  for (const [name, value] of Object.entries(seen)) {
    const claimed = said[name as keyof TransferStatement];
    if (claimed !== value) throw unfit(`its "${name}" is ${JSON.stringify(claimed)}, here it is ${JSON.stringify(value)}`);
  }
}

/**
 * Signs for a part that is published here, and keeps the receipt with it: the first time. Asked again it is the same one, also
 * after a crash. A part that arrives while its copy is being deleted belongs to nobody: it goes again.
 *
 * @throws GRANT_REFUSED
 */
export async function giveReceipt(site: SiteContext, unsigned: UnsignedTransferReceipt, { statement = '' }: SentContent): Promise<TransferReceipt> {
  const { grantId, partId, repositoryId, hash, logicalBytes, storedBytes, at: receivedAt } = unsigned;
  const receipt = await signTransferReceipt(site.signingKey, site.siteId, { statement, grantId, storedBytes, receivedAt });
  const kept = await site.database.$transaction(async (transaction) => {
    const { count } = await transaction.copyPart.updateMany({ where: { id: partId }, data: { hash, logicalBytes, storedBytes } });
    if (count === 0) return null;
    await transaction.transferReceipt.createMany({ data: [{ partId, receipt, receivedAt }], skipDuplicates: true });
    return transaction.transferReceipt.findUnique({ where: { partId } });
  });
  if (kept !== null) return { ...unsigned, at: kept.receivedAt.toISOString(), signature: kept.receipt };
  await deleteCopyPart(site, { id: partId, repositoryId }, AbortSignal.timeout(site.limits.brokerCallMs));
  throw new BrokerError('GRANT_REFUSED', 'the copy was deleted while the part arrived');
}

function unfit(problem: string, cause?: unknown): BrokerError {
  return new BrokerError('INVALID_REQUEST', `what the sender signed for the receipt does not fit: ${problem}; send with the Site that the copy is at`, { cause });
}
