import { createHash } from 'node:crypto';
import type { OperationCause } from '@ocopea/operations';
import type { Prisma } from '../../store/generated/client.js';
import type { VerificationMethod } from '../../store/generated/enums.js';
import { queryableOf } from '../../store/queryable-of.js';
import type { SiteContext } from '../site-context.js';
import { isDamaged } from './find-copy.js';

/** Journal kind of a copy that was found damaged. */
export const COPY_DAMAGED = 'copy.damaged';

/** Journal kind of a copy that was found damaged, and whole again later. */
export const COPY_REPAIRED = 'copy.repaired';

/** Evidence that is kept of one copy; older goes. */
const keptVerifications = 50;

/** One look at a copy's bytes, named by its operation: told twice, it is one. */
export interface CopyEvidence {
  readonly operationId: string;
  readonly copyId: string;
  readonly method: VerificationMethod;
  readonly startedAt: Date;
  readonly bytesRead: number;
  readonly cause: OperationCause;
}

/** What was found whole. Only a full look makes the copy verified, and usable again if damage was found earlier; a sample is evidence of less. */
export async function recordIntact(site: SiteContext, evidence: CopyEvidence): Promise<void> {
  const parts = await site.database.copyPart.findMany({ where: { copyId: evidence.copyId }, orderBy: { position: 'asc' }, select: { hash: true } });
  const now = new Date();
  await site.database.$transaction(async (transaction) => {
    const copy = await transaction.copy.findUnique({ where: { id: evidence.copyId } });
    if (copy === null) return;
    if (evidence.method === 'FULL') {
      await transaction.copy.update({ where: { id: copy.id }, data: { verifiedAt: now, ...(isDamaged(copy) && { usable: true, errorCode: null, errorMessage: null }) } });
      if (isDamaged(copy)) await tellOfRepair(site, transaction, evidence, copy.appInstanceName);
    }
    await keep(transaction, evidence, { outcome: 'INTACT', finishedAt: now, hash: hashOfParts(parts.map(({ hash }) => hash ?? '')) });
  });
}

async function tellOfRepair(site: SiteContext, transaction: Prisma.TransactionClient, { copyId, operationId }: CopyEvidence, appInstanceName: string): Promise<void> {
  const message = `the copy of "${appInstanceName}" was damaged, is whole again and can be used`;
  await site.engine.journal.append([{ kind: COPY_REPAIRED, subjectId: copyId, operationId, payload: {}, message }], queryableOf(transaction));
}

/** A damaged copy is not usable any more; it stays, since other parts may be wanted. */
export async function recordDamage(site: SiteContext, evidence: CopyEvidence, problem: string): Promise<void> {
  const { copyId, operationId } = evidence;
  await site.database.$transaction(async (transaction) => {
    const copy = await transaction.copy.findUnique({ where: { id: copyId } });
    const known = await transaction.copyVerification.findUnique({ where: { operationId } });
    if (copy === null || known !== null) return;
    await transaction.copy.update({
      where: { id: copyId },
      data: { usable: false, verifiedAt: null, errorCode: 'CORRUPT_DATA', errorMessage: problem },
    });
    await keep(transaction, evidence, { outcome: 'DAMAGED', finishedAt: new Date(), problem });
    await site.engine.journal.append(
      [{ kind: COPY_DAMAGED, subjectId: copyId, operationId, payload: { problem }, message: `the copy of "${copy.appInstanceName}" cannot be used any more: ${problem}` }],
      queryableOf(transaction),
    );
  });
}

async function keep(
  transaction: Prisma.TransactionClient,
  { cause, ...evidence }: CopyEvidence,
  found: Pick<Prisma.CopyVerificationUncheckedCreateInput, 'outcome' | 'finishedAt' | 'hash' | 'problem'>,
): Promise<void> {
  const row = { ...evidence, ...found, causeKind: cause.kind, causeName: cause.name };
  await transaction.copyVerification.upsert({ where: { operationId: evidence.operationId }, create: row, update: row });
  await transaction.$executeRaw`
    DELETE FROM copy_verifications WHERE copy_id = ${evidence.copyId} AND operation_id NOT IN (
      SELECT operation_id FROM copy_verifications WHERE copy_id = ${evidence.copyId} ORDER BY finished_at DESC, operation_id DESC LIMIT ${keptVerifications})`;
}

/** The same for the same content of all parts in the same order. */
function hashOfParts(hashes: readonly string[]): string {
  return `sha256:${createHash('sha256').update(hashes.join('\n')).digest('hex')}`;
}
