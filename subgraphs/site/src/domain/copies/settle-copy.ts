import type { OperationFailure } from '@ocopea/operations';
import type { SiteContext } from '../site-context.js';
import { recordIntact } from './copy-evidence.js';
import { recordHistory } from './copy-history.js';

/** The copy is whole and verified. Its moment is that of its last part: what it holds was all committed by then. */
export async function publishCopy(site: SiteContext, copyId: string, outcome: 'SUCCEEDED' | 'SUCCEEDED_WITH_WARNINGS'): Promise<void> {
  const parts = await site.database.copyPart.findMany({ where: { copyId } });
  const { operationId } = await site.database.copy.findUniqueOrThrow({ where: { id: copyId }, select: { operationId: true } });
  const now = new Date();
  const points = parts.flatMap(({ consistencyPoint }) => (consistencyPoint === null ? [] : [consistencyPoint.getTime()]));
  await site.database.copy.update({
    where: { id: copyId },
    data: {
      phase: 'DONE',
      outcome,
      usable: true,
      takenAt: points.length === 0 ? now : new Date(Math.max(...points)),
      verifiedAt: now,
      ...totals(parts),
    },
  });
  await recordHistory(site, copyId, outcome);
  const operation = operationId === null ? undefined : await site.engine.find(operationId);
  if (operation === undefined) return;
  const { id, cause, startedAt, createdAt } = operation;
  const bytesRead = Number(totals(parts).bytes);
  await recordIntact(site, { operationId: id, copyId, method: 'FULL', startedAt: startedAt ?? createdAt, bytesRead, cause });
}

/** The copy did not come to be: says why, as its operation does. */
export async function settleFailedCopy(site: SiteContext, copyId: string, outcome: 'FAILED' | 'CANCELLED', error: OperationFailure): Promise<void> {
  await site.database.copy.updateMany({
    where: { id: copyId },
    data: { phase: 'DONE', outcome, usable: false, errorCode: error.code, errorMessage: error.message },
  });
  await recordHistory(site, copyId, outcome);
}

/** Figures of a copy from those of its parts. */
export function totals(parts: readonly { readonly logicalBytes: bigint; readonly storedBytes: bigint }[]): { bytes: bigint; storedBytes: bigint } {
  return {
    bytes: parts.reduce((sum, { logicalBytes }) => sum + logicalBytes, 0n),
    storedBytes: parts.reduce((sum, { storedBytes }) => sum + storedBytes, 0n),
  };
}
