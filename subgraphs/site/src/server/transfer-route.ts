import { BrokerError } from '@ocopea/broker-contract';
import { createTransferDoor, type GrantClaims } from '@ocopea/copy-transfer';
import type { EdgeRoute } from '@ocopea/edge';
import { verifyGrant } from '@ocopea/security';
import { transferPrefix } from '../domain/copies/grant-to-write.js';
import { checkStatement, giveReceipt } from '../domain/copies/transfer-receipts.js';
import type { SiteContext } from '../domain/site-context.js';

/** The door through which parts of copies arrive from other Sites. Its only credential are the Grants that this Site issued. */
export function transferRoute(site: SiteContext): EdgeRoute {
  const door = createTransferDoor({
    prefix: transferPrefix,
    resolve: (repositoryId) => site.brokers.brokerOfRepository(repositoryId)?.broker,
    async verifyGrant(token) {
      const claims = await verifyGrant(token, { issuerKey: site.signingKey.publicJwk });
      await requireExpected(site, claims);
      return claims;
    },
    async isGrantConsumed({ grantId }) {
      return (await site.database.usedGrant.findUnique({ where: { grantId } })) !== null;
    },
    async consumeGrant({ grantId, expiresAt }) {
      await site.database.usedGrant.createMany({ data: [{ grantId, expiresAt, usedAt: new Date() }], skipDuplicates: true });
    },
    checkStatement: (content, claims) => checkStatement(site, content, claims),
    giveReceipt: (unsigned, content) => giveReceipt(site, unsigned, content),
  });
  return { path: `${transferPrefix}/`, auth: 'own', handle: door };
}

/** A Grant outlives the copy it was issued for when that is cancelled; then nothing may arrive any more. */
async function requireExpected(site: SiteContext, { partId, repositoryId }: GrantClaims): Promise<void> {
  const part = await site.database.copyPart.findUnique({ where: { id: partId, repositoryId }, include: { copy: true } });
  if (part?.copy.phase === 'RUNNING' || part?.copy.usable === true) return;
  throw new BrokerError('GRANT_REFUSED', 'the copy that the Grant was issued for is not wanted any more; ask for receiveCopy again');
}
