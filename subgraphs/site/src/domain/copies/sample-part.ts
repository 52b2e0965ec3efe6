import type { StepContext } from '@ocopea/operations';
import type { SiteContext } from '../site-context.js';
import { brokerOfRepository, type PartOfCopy } from './copy-parts.js';

const PIECE = 1024 * 1024;

/**
 * Reads a share of a part at random places; the repository verifies every chunk that it yields.
 *
 * @returns bytes read
 * @throws CORRUPT_DATA, NOT_FOUND
 */
export async function sampleCopyPart(site: SiteContext, part: PartOfCopy, percent: number, step: StepContext): Promise<number> {
  const { broker } = await brokerOfRepository(site, part.repositoryId);
  const logicalBytes = Number(part.logicalBytes);
  const key = { repositoryId: part.repositoryId, partId: part.id };
  const pieces = Math.ceil(logicalBytes / PIECE);
  const wanted = Math.ceil((pieces * percent) / 100);
  const bytesTotal = Math.min(wanted * PIECE, logicalBytes);
  let bytesRead = 0;
  // In rising order, as disks like it; each of the rest is taken with the probability that makes the number come out.
  for (let piece = 0, left = wanted; left > 0; piece++) {
    if (Math.random() * (pieces - piece) >= left) continue;
    left--;
    const offset = piece * PIECE;
    for await (const bytes of broker.readPart(key, { offset, length: Math.min(PIECE, logicalBytes - offset) }, { signal: step.signal })) {
      bytesRead += bytes.byteLength;
      step.progress({ part: part.dataService, bytesDone: Math.min(bytesRead, bytesTotal), bytesTotal, bytesVerified: bytesRead });
    }
  }
  return bytesRead;
}
