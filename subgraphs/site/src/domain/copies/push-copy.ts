import { sendPart } from '@ocopea/copy-transfer';
import { corruptData, newId } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord, type StepContext } from '@ocopea/operations';
import { verifyReceipt, type PublicJwk } from '@ocopea/security';
import type { SiteContext } from '../site-context.js';
import { barConflicts, SubjectUse } from '../work/bar-conflicts.js';
import { placesOf } from '../work/places.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work/request.js';
import { sideBySide } from '../work/side-by-side.js';
import { checkGrants, parseReceiverKey, type GivenGrant } from './check-grants.js';
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
  readonly parts: readonly PushedPart[];
};

/** The Grant is a secret: the engine seals inputs. */
type PushedPart = {
  readonly id: string;
  readonly dataService: string;
  readonly repositoryId: string;
  readonly logicalBytes: number;
  readonly hash: string;
  readonly url: string;
  readonly grant: string;
};

/**
 * Starts sending the parts of a copy straight to the repository of another Site. Each Grant is checked before a byte is sent:
 * it must be signed by the receiver and fit its part. Parts without a Grant have arrived already.
 *
 * @throws NOT_FOUND, COPY_NOT_USABLE, BAD_INPUT, GRANT_REFUSED, CONFLICT
 */
export async function pushCopy(site: SiteContext, request: PushCopy): Promise<OperationRecord> {
  const earlier = await earlierOperation(site, 'pushCopy', request);
  if (earlier !== undefined) return earlier;
  const copy = await findUsableCopy(site, request.copyId);
  const receiverKey = parseReceiverKey(request.receiverKey);
  const { targetSiteId, targetCopyId, grants } = request;
  await checkGrants({ parts: copy.parts, grants, receiverKey, targetSiteId });
  const parts = copy.parts.flatMap(({ id, dataService, repositoryId, logicalBytes, hash }): PushedPart[] => {
    const given = grants.find(({ partId }) => partId === id);
    if (given === undefined || hash === null) return [];
    return [{ id, dataService, repositoryId, logicalBytes: Number(logicalBytes), hash, url: given.url, grant: given.grant }];
  });
  const plan: PushPlan = { copyId: copy.id, targetSiteId, targetCopyId, receiverKey: { ...receiverKey }, parts };
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
  const { signature, ...receipt } = await sendPart({
    from: broker,
    key: { repositoryId: part.repositoryId, partId: part.id },
    target: { url: part.url, grant: part.grant },
    signal: step.signal,
    onProgress: ({ bytesDone, bytesSent }) =>
      step.progress({ part: part.dataService, bytesDone, bytesTotal: part.logicalBytes, bytesSent: sentBefore + bytesSent, itemsDone: 0, itemsTotal: 1 }),
    isAllowedUrl: isAllowedTransferUrl,
  });
  await checkReceipt(signature, receipt.hash, part, plan.receiverKey);
  step.progress({ part: part.dataService, itemsDone: 1, itemsTotal: 1 });
  step.log(`Site "${plan.targetSiteId}" has all ${part.logicalBytes} bytes of data service "${part.dataService}", and signed for ${part.hash}`);
  const { copyId, targetCopyId, targetSiteId } = plan;
  const kept = { copyId, targetSiteId, receipt: { ...receipt, signature }, sentAt: new Date() };
  await site.database.copySend.upsert({
    where: { targetCopyId_partId: { targetCopyId, partId: part.id } },
    create: { ...kept, targetCopyId, partId: part.id },
    update: kept,
  });
}

/** A receipt that the receiver did not sign, or for other content, proves nothing. @throws CORRUPT_DATA */
async function checkReceipt(signature: string, hash: string, part: PushedPart, receiverKey: PublicJwk): Promise<void> {
  const signed = await verifyReceipt(signature, { issuerKey: receiverKey });
  if (hash !== part.hash || signed['hash'] !== part.hash) throw corruptData(`the receipt for part "${part.id}"`);
}
