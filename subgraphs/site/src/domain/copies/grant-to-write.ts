import { randomUUID } from 'node:crypto';
import { transferUrl } from '@ocopea/copy-transfer';
import { issueGrant } from '@ocopea/security';
import type { CopyPart } from '../../store/generated/client.js';
import type { SiteContext } from '../site-context.js';

/** Where the transfer door answers, below the Site's own address. */
export const transferPrefix = '/transfer';

/** The right to send one part here. */
export interface WriteGrant {
  /** Id of the part at the Site that sends. */
  readonly partId: string;
  readonly url: string;
  /** A secret: whoever has it may write the part. */
  readonly grant: string;
  readonly expiresAt: Date;
}

/**
 * Issues a Grant for exactly this part: no more bytes, no other content, and no longer than sending it over a slow link
 * takes. One that ends too early is no loss: `receiveCopy` gives another, and sending goes on where it stopped.
 */
export async function grantToWrite(site: SiteContext, part: CopyPart): Promise<WriteGrant> {
  const maxBytes = Number(part.logicalBytes);
  const share = site.brokers.writeLimitOf(part.repositoryId) / (site.brokers.operationsIn(part.repositoryId) ?? site.limits.repositoryOperations);
  const ttlSeconds = Math.ceil(Math.min(site.limits.grantMs / 1000 + maxBytes / Math.min(slowBytesPerSecond, share), site.limits.receiveMs / 1000));
  const grant = await issueGrant(
    site.signingKey,
    {
      grantId: randomUUID(),
      issuer: site.siteId,
      direction: 'write',
      repositoryId: part.repositoryId,
      partId: part.id,
      maxBytes,
      ...(part.hash !== null && { hash: part.hash }),
      format: part.format,
    },
    ttlSeconds,
  );
  return {
    partId: part.originPartId ?? part.id,
    url: transferUrl(`${site.publicUrl()}${transferPrefix}`, { repositoryId: part.repositoryId, partId: part.id }),
    grant,
    expiresAt: new Date(Date.now() + ttlSeconds * 1000),
  };
}

const slowBytesPerSecond = 2_000_000;
