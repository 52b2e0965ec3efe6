import type { PartInfo } from '@ocopea/broker-contract';
import { copyIncomplete, corruptData } from '@ocopea/graph';
import type { CopyPart } from '../../store/generated/client.js';
import type { SiteContext } from '../site-context.js';
import { publishedPart } from './copy-parts.js';
import { findCopy } from './find-copy.js';
import { requireReceiving } from './receive-copy.js';
import { totals } from './settle-copy.js';

/** Journal kind of a copy that has wholly arrived from another Site. */
export const COPY_RECEIVED = 'copy.received';

/**
 * Makes a received copy usable once every part is here. Accepting it again changes nothing.
 *
 * @throws NOT_FOUND; CONFLICT it is not being received; COPY_INCOMPLETE naming the parts; CORRUPT_DATA another content
 */
export async function acceptCopy(site: SiteContext, copyId: string): Promise<void> {
  const copy = await findCopy(site, copyId);
  if (copy.usable) return;
  requireReceiving(copy);
  const stored = await Promise.all(copy.parts.map(async (part) => ({ part, info: await publishedPart(site, part) })));
  const missing = stored.filter(({ info }) => info === undefined).map(({ part }) => part.id);
  if (missing.length > 0) throw copyIncomplete(copyId, missing);

  const parts = stored.map(({ part, info }) => {
    if (info === undefined || !isWhatWasSent(site, part, info)) throw corruptData(`part "${part.id}" of copy "${copyId}"`);
    return { id: part.id, hash: part.hash ?? info.hash, logicalBytes: BigInt(info.logicalBytes), storedBytes: BigInt(info.storedBytes) };
  });
  await site.database.$transaction([
    ...parts.map(({ id, ...data }) => site.database.copyPart.update({ where: { id }, data })),
    site.database.copy.update({
      where: { id: copyId, phase: 'RUNNING' },
      data: { phase: 'DONE', outcome: 'SUCCEEDED', usable: true, receiveUntil: null, ...totals(parts) },
    }),
  ]);
  await site.engine.journal.append([
    { kind: COPY_RECEIVED, subjectId: copyId, payload: { bytes: Number(totals(parts).bytes) }, message: `a copy of "${copy.appInstanceName}" has arrived from Site "${copy.originSiteId}"` },
  ]);
}

/** A repository that keeps no chunks has a hash of its own; there the door has checked every byte before it was published. */
function isWhatWasSent(site: SiteContext, part: CopyPart, info: PartInfo): boolean {
  const keepsChunks = site.brokers.brokerOfRepository(part.repositoryId)?.info.capabilities.chunks === true;
  return keepsChunks ? part.hash === null || part.hash === info.hash : part.hash !== null && Number(part.logicalBytes) === info.logicalBytes;
}
