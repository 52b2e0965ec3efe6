import { sendPart, type SentFigures } from '@ocopea/copy-transfer';
import { corruptData, newId } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord, type StepContext } from '@ocopea/operations';
import { signTransferStatement, verifyTransferReceipt } from '@ocopea/security';
import type { SiteContext } from '../site-context.js';
import { barConflicts, SubjectUse } from '../work/bar-conflicts.js';
import { placesOf } from '../work/places.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work/request.js';
import { sideBySide } from '../work/side-by-side.js';
import { checkGrants, parsePublicKey, type GivenGrant } from './check-grants.js';
import { brokerOfRepository } from './copy-parts.js';
import { findUsableCopy } from './find-copy.js';
import { isAllowedTransferUrl } from './transfer-address.js';

export interface PushCopy extends WorkRequest {
  readonly copyId: string;
  readonly targetSiteId: string;
  readonly targetCopyId: string;
  /** Public key of the receiver, a JWK as JSON. */
  readonly receiverKey: string;
  readonly grants: readonly GivenGrant[];
}

type PushPlan = {
  readonly copyId: string;
  readonly targetSiteId: string;
  readonly targetCopyId: string;
  readonly receiverKey: { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string; readonly kid: string };
  /** When it was asked for, ISO 8601. */
  readonly askedAt: string;
  readonly parts: readonly PushedPart[];
};

/** The Grant is a secret: the engine seals inputs. */
type PushedPart = {
  readonly id: string;
  readonly dataService: string;
  readonly repositoryId: string;
  readonly logicalBytes: number;
  readonly format: string;
  readonly hash: string;
  readonly targetRepositoryId: string;
  readonly targetPartId: string;
  readonly url: string;
  readonly grant: string;
};

/**
 * Starts sending the parts of a copy straight to the repository of another Site. Each Grant is checked before a byte is sent:
 * it must be signed by the receiver and fit its part.
 *
 * @throws NOT_FOUND, COPY_NOT_USABLE, BAD_INPUT, GRANT_REFUSED, CONFLICT
 */
export async function pushCopy(site: SiteContext, request: PushCopy): Promise<OperationRecord> {
  const earlier = await earlierOperation(site, 'pushCopy', request);
  if (earlier !== undefined) return earlier;
  const copy = await findUsableCopy(site, request.copyId);
  const receiverKey = parsePublicKey(request.receiverKey, 'input.receiverKey');
  const { targetSiteId, targetCopyId, grants } = request;
  const terms = await checkGrants({ parts: copy.parts, grants, receiverKey, targetSiteId });
  const parts = copy.parts.flatMap(({ id, dataService, repositoryId, format, logicalBytes, hash }): PushedPart[] => {
    const given = grants.find(({ partId }) => partId === id);
    const allowed = terms.get(id);
    if (given === undefined || allowed === undefined || hash === null) return [];
    const target = { targetRepositoryId: allowed.repositoryId, targetPartId: allowed.partId };
    return [{ id, dataService, repositoryId, format, logicalBytes: Number(logicalBytes), hash, ...target, url: given.url, grant: given.grant }];
  });
  const plan: PushPlan = { copyId: copy.id, targetSiteId, targetCopyId, receiverKey: { ...receiverKey }, askedAt: new Date().toISOString(), parts };
  return site.engine.start('pushCopy', plan, {
    ...requestOptions(request),
    id: newId(site.siteId, 'operation'),
    subjectId: copy.id,
    within: (transaction, operationId) => barConflicts(transaction, SubjectUse.ReadCopy, copy.id, operationId),
  });
}

/** Nothing is undone here: what arrived half belongs to the receiver, which removes it when told or in time. */
export function pushCopyDefinition(site: SiteContext): OperationDefinition<PushPlan, void> {
  return defineOperation<PushPlan, void>({
    kind: 'pushCopy',
    keepsSteps: true,
    takesPlaceAt: ({ parts }) => placesOf(site, parts),
    async run(operation) {
      const { parts } = operation.input;
      for (const { dataService, logicalBytes } of parts) operation.expect({ part: dataService, bytesTotal: logicalBytes, itemsTotal: 1 });
      await sideBySide(parts, (part, others) =>
        operation.step(
          `send part ${part.dataService}`,
          (step) => sendOnePart(site, operation.input, part, { signal: AbortSignal.any([step.signal, others]), progress: (done) => step.progress(done), reached: (of) => step.reached(of), log: (message) => step.log(message) }),
          { deadlineMs: site.limits.bulkStepMs },
        ),
      );
    },
    async beforeRetry(plan, { transaction, operationId }) {
      await barConflicts(transaction, SubjectUse.ReadCopy, plan.copyId, operationId);
      return plan;
    },
  });
}

/** Sends what is missing there, and keeps the receipt. Run again after a crash, it sends the rest, or gets the receipt once more. */
async function sendOnePart(site: SiteContext, plan: PushPlan, part: PushedPart, step: Pick<StepContext, 'signal' | 'progress' | 'reached' | 'log'>): Promise<void> {
  const sentBefore = step.reached(part.dataService)?.bytesSent ?? 0;
  const { broker } = await brokerOfRepository(site, part.repositoryId);
  const { signature } = await sendPart({
    from: broker,
    key: { repositoryId: part.repositoryId, partId: part.id },
    target: { url: part.url, grant: part.grant },
    signal: step.signal,
    onProgress: ({ bytesDone, bytesSent }) =>
      step.progress({ part: part.dataService, bytesDone, bytesTotal: part.logicalBytes, bytesSent: sentBefore + bytesSent, itemsDone: 0, itemsTotal: 1 }),
    statement: (sent) => signStatement(site, plan, part, { ...sent, bytesSent: sentBefore + sent.bytesSent }),
    isAllowedUrl: isAllowedTransferUrl,
  });
  await checkReceipt(site, signature, plan, part);
  step.progress({ part: part.dataService, itemsDone: 1, itemsTotal: 1 });
  step.log(`Site "${plan.targetSiteId}" has all ${part.logicalBytes} bytes of data service "${part.dataService}", and signed for ${part.hash}; the receipt is kept at both Sites`);
  const { copyId, targetCopyId, targetSiteId, receiverKey } = plan;
  const kept = { copyId, targetSiteId, receipt: signature, targetKey: receiverKey, sentAt: new Date() };
  await site.database.copySend.upsert({
    where: { targetCopyId_partId: { targetCopyId, partId: part.id } },
    create: { ...kept, targetCopyId, partId: part.id },
    update: kept,
  });
}

/** This Site's half of the receipt. */
function signStatement(site: SiteContext, plan: PushPlan, part: PushedPart, { hash, logicalBytes, chunks, bytesSent }: SentFigures): Promise<string> {
  const { copyId: sourceCopyId, targetSiteId, targetCopyId, askedAt } = plan;
  const { id: sourcePartId, repositoryId: sourceRepositoryId, targetRepositoryId, targetPartId, format } = part;
  const [source, target] = [{ sourceSiteId: site.siteId, sourceCopyId, sourcePartId, sourceRepositoryId }, { targetSiteId, targetCopyId, targetPartId, targetRepositoryId }];
  return signTransferStatement(site.signingKey, { ...source, ...target, format, hash, logicalBytes, chunks, bytesSent, startedAt: askedAt, sentAt: new Date().toISOString() });
}

/** A receipt that not both have signed, or for something else, proves nothing. @throws CORRUPT_DATA */
async function checkReceipt(site: SiteContext, receipt: string, { targetCopyId, receiverKey }: PushPlan, part: PushedPart): Promise<void> {
  const signed = await verifyTransferReceipt(receipt, { sourceKey: site.signingKey.publicJwk, targetKey: receiverKey });
  const isForIt = signed.hash === part.hash && signed.sourcePartId === part.id && signed.targetPartId === part.targetPartId && signed.targetCopyId === targetCopyId;
  if (!isForIt) throw corruptData(`the receipt for part "${part.id}"`);
}
