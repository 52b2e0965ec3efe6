import { setTimeout as sleep } from 'node:timers/promises';
import { isOcopeaError, ownerOf, siteUnknown, type ErrorCode } from '@ocopea/graph';
import type { OperationContext, StepContext } from '@ocopea/operations';
import type { Principal } from '@ocopea/security';
import type { HubContext } from '../hub-context.js';
import { followSiteOperation, ownSiteOperations, requireSuccess, stopSiteOperation } from '../site-operations/site-operation.js';
import { describeCopy, type SiteCopy } from './site-copy.js';

export interface TransferCopy {
  readonly copy: SiteCopy;
  readonly siteId: string;
  /** @default the Site's choice */
  readonly repositoryId?: string | undefined;
}

export interface TransferredCopy {
  readonly id: string;
  /** Nothing was sent. */
  readonly wasThere: boolean;
}

/** What the two Sites have agreed on. */
type Agreement = {
  readonly targetCopyId: string;
  /** Absent when the target has the copy already. */
  readonly pushOperationId?: string;
};

interface Received {
  readonly receiveCopy: {
    readonly alreadyHere: boolean;
    readonly copy: { readonly id: string };
    readonly grants: readonly { readonly partId: string; readonly url: string; readonly grant: string }[];
  };
}

const receiveDocument = /* GraphQL */ `
  mutation ReceiveCopy($input: ReceiveCopyInput!) {
    receiveCopy(input: $input) { alreadyHere copy { id } grants { partId url grant } }
  }
`;
const pushDocument = 'mutation PushCopy($input: PushCopyInput!) { pushCopy(input: $input) { operation { id } } }';
const acceptDocument = 'mutation AcceptCopy($input: AcceptCopyInput!) { acceptCopy(input: $input) { copy { id } } }';
const stateDocument = 'query CopyState($id: ID!) { copy(id: $id) { usable } }';
const deleteDocument = 'mutation DeleteCopy($input: DeleteCopyInput!) { deleteCopy(input: $input) { operation { id } } }';

/** Grants end, and Sites go away for a while: after these a new round may bring what the last one could not. */
const worthAnotherRound: readonly ErrorCode[] = ['GRANT_REFUSED', 'TOKEN_EXPIRED', 'SITE_UNAVAILABLE', 'UNAVAILABLE', 'BROKER_UNAVAILABLE', 'DEADLINE_EXCEEDED'];
const ROUNDS = 3;

/**
 * Brings a copy to another Site, as steps of an operation: the target makes room and grants, the source sends straight to it,
 * the target accepts. Nothing is sent when the target has the copy. The Hub sees no byte of it.
 *
 * @returns the copy at the target
 */
export async function transferCopy(hub: HubContext, operation: OperationContext<unknown>, transfer: TransferCopy): Promise<TransferredCopy> {
  const { copy, siteId } = transfer;
  const caller = callerOf(operation);
  const source = ownerOf(copy.id);
  const claim = `copy ${copy.id} to ${siteId}`;
  await operation.step('wait for other transfers', (step) => waitForTurn(hub, operation.id, claim, step), { deadlineMs: hub.limits.bulkStepMs });

  let agreement: Agreement | undefined;
  for (let round = 1; ; round++) {
    agreement = await operation.step(inRound('agree on the transfer', round), (step) => agree(hub, operation.id, transfer, round, caller, step.signal), {
      deadlineMs: hub.limits.bulkStepMs,
      retry: { attempts: 1 },
      undo: (step) => takeBack(hub, operation, transfer, agreement, step),
    });
    const { pushOperationId, targetCopyId } = agreement;
    if (pushOperationId === undefined) {
      await hub.engine.release(operation.id, claim);
      return { id: targetCopyId, wasThere: true };
    }
    const sent = await operation.step(
      inRound('send', round),
      async (step) => {
        const ended = await followSiteOperation(hub, { siteId: source, operationId: pushOperationId, caller }, step);
        if (round < ROUNDS && worthAnotherRound.some((code) => code === ended.error?.code)) return false;
        requireSuccess(`sending copy "${copy.id}"`, source, ended);
        return true;
      },
      { deadlineMs: hub.limits.bulkStepMs, retry: { attempts: 1 } },
    );
    if (sent) break;
  }
  const { targetCopyId } = agreement;
  await operation.step('accept', async ({ signal }) => {
    await hub.sites.insist({ siteId, caller, document: acceptDocument, variables: { input: { copyId: targetCopyId } }, signal });
    await hub.engine.release(operation.id, claim);
  }, { deadlineMs: hub.limits.bulkStepMs, retry: { attempts: 1 } });
  return { id: targetCopyId, wasThere: false };
}

/** Sites see the Hub's operation as the cause of theirs. */
export function callerOf({ id }: Pick<OperationContext<unknown>, 'id'>): Principal {
  return { kind: 'hub', name: id };
}

/** Two transfers of one copy to one Site would write the same parts; the second finds the copy there. */
async function waitForTurn(hub: HubContext, operationId: string, claim: string, { signal }: StepContext): Promise<void> {
  while (!(await hub.engine.claim(operationId, claim))) await sleep(hub.limits.followEveryMs, undefined, { signal });
}

/** In one step, since Grants live shortly: a run after a crash asks for new ones, and both Sites know the request again. */
async function agree(
  hub: HubContext,
  operationId: string,
  transfer: TransferCopy,
  round: number,
  caller: Principal,
  signal: AbortSignal,
): Promise<Agreement> {
  const { copy, siteId } = transfer;
  const receiver = hub.registry.get(siteId);
  if (receiver === undefined) throw siteUnknown(siteId);
  const { alreadyHere, copy: target, grants } = await receive(hub, operationId, transfer, caller, signal);
  if (alreadyHere) return { targetCopyId: target.id };
  const { pushCopy } = await hub.sites.insist<{ pushCopy: { operation: { id: string } } }>({
    siteId: ownerOf(copy.id),
    caller,
    document: pushDocument,
    variables: {
      input: {
        copyId: copy.id,
        targetSiteId: siteId,
        targetCopyId: target.id,
        receiverKey: receiver.publicKey,
        grants,
        idempotencyKey: `${operationId} push ${round}`,
      },
    },
    signal,
  });
  return { targetCopyId: target.id, pushOperationId: pushCopy.operation.id };
}

async function receive(hub: HubContext, operationId: string, transfer: TransferCopy, caller: Principal, signal: AbortSignal): Promise<Received['receiveCopy']> {
  const { copy, siteId, repositoryId } = transfer;
  const sender = hub.registry.get(ownerOf(copy.id));
  if (sender === undefined) throw siteUnknown(ownerOf(copy.id));
  const { receiveCopy } = await hub.sites.insist<Received>({
    siteId,
    caller,
    document: receiveDocument,
    variables: {
      input: {
        siteId,
        copyId: copy.id,
        repositoryId: repositoryId ?? null,
        senderSiteId: sender.id,
        senderKey: sender.publicKey,
        description: copy.description,
        idempotencyKey: `${operationId} receive`,
      },
    },
    signal,
  });
  return receiveCopy;
}

/**
 * Stops the source, then has the target delete what arrived half. A whole copy is kept: it is worth having. Without an
 * agreement nobody knows how far the two Sites came, and the target is asked which copy it would be.
 */
async function takeBack(
  hub: HubContext,
  operation: OperationContext<unknown>,
  transfer: TransferCopy,
  agreement: Agreement | undefined,
  { signal }: StepContext,
): Promise<void> {
  const { copy, siteId } = transfer;
  const caller = callerOf(operation);
  for (const { id, phase } of await ownSiteOperations(hub, ownerOf(copy.id), 'pushCopy', caller, signal)) {
    if (phase !== 'DONE') await stopSiteOperation(hub, { siteId: ownerOf(copy.id), operationId: id, caller }, signal);
  }
  if (agreement !== undefined && agreement.pushOperationId === undefined) return;
  const targetCopyId = agreement?.targetCopyId ?? (await wouldBeCopy(hub, operation.id, transfer, caller, signal));
  if (targetCopyId === undefined) return;
  const { copy: target } = await hub.sites.insist<{ copy: { usable: boolean } | null }>({ siteId, caller, document: stateDocument, variables: { id: targetCopyId }, signal });
  if (target === null) return;
  if (target.usable) {
    operation.warn(`copy "${targetCopyId}" is whole at Site "${siteId}" and is kept there`);
    return;
  }
  await deleteCopyAt(hub, targetCopyId, { caller, signal, idempotencyKey: `${operation.id} take back` });
}

/** Has its Site delete a copy, and waits until it is gone. */
export async function deleteCopyAt(hub: HubContext, copyId: string, { caller, signal, idempotencyKey }: { readonly caller: Principal; readonly signal: AbortSignal; readonly idempotencyKey: string }): Promise<void> {
  const siteId = ownerOf(copyId);
  const { deleteCopy } = await hub.sites.insist<{ deleteCopy: { operation: { id: string } } }>({ siteId, caller, document: deleteDocument, variables: { input: { copyId, idempotencyKey } }, signal });
  const ended = await followSiteOperation(hub, { siteId, operationId: deleteCopy.operation.id, caller }, { signal, progress: () => undefined, log: () => undefined });
  requireSuccess(`deleting copy "${copyId}"`, siteId, ended);
}

/** The copy that the target has made room for, or makes room for now; undefined when it does not want it at all. */
async function wouldBeCopy(hub: HubContext, operationId: string, transfer: TransferCopy, caller: Principal, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await receive(hub, operationId, transfer, caller, signal)).copy.id;
  } catch (error) {
    if (isOcopeaError(error) && error.retry === 'terminal') return undefined;
    throw error;
  }
}

/** Steps are told apart by their names. */
function inRound(name: string, round: number): string {
  return round === 1 ? name : `${name} (round ${round})`;
}

/** The first step of every transfer. */
export function describeStep(hub: HubContext, operation: OperationContext<unknown>, copyId: string): Promise<SiteCopy> {
  return operation.step('look at the copy', ({ signal }) => describeCopy(hub, copyId, { caller: callerOf(operation), signal, insist: true }), {
    deadlineMs: hub.limits.bulkStepMs,
    retry: { attempts: 1 },
  });
}
