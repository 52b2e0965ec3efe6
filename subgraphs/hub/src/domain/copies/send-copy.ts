import { notSupported, ownerOf, requireId, siteUnknown } from '@ocopea/graph';
import { defineOperation, type OperationDefinition, type OperationRecord } from '@ocopea/operations';
import type { Principal } from '@ocopea/security';
import type { HubContext } from '../hub-context.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work-request.js';
import { describeCopy } from './site-copy.js';
import { requireRepository } from './target-checks.js';
import { describeStep, transferCopy } from './transfer-copy.js';

export interface SendCopy extends WorkRequest {
  readonly copyId: string;
  /** The Site that owns it receives the copy. */
  readonly repositoryId: string;
}

type SendCopyInput = { readonly copyId: string; readonly repositoryId: string };

const KIND = 'sendCopy';

/**
 * Starts sending a copy to a repository, usually at another Site. The operation's subject is the copy there.
 *
 * @throws INVALID_ID, WRONG_ID_KIND, SITE_UNKNOWN, NOT_FOUND, NOT_SUPPORTED, COPY_NOT_USABLE, SITE_UNAVAILABLE,
 * SITE_TIMEOUT
 */
export async function sendCopy(hub: HubContext, request: SendCopy, caller: Principal): Promise<OperationRecord> {
  const earlier = await earlierOperation(hub, KIND, request);
  if (earlier !== undefined) return earlier;
  const { repositoryId } = request;
  const { owner } = requireId(repositoryId, 'repository');
  requireId(request.copyId, 'copy');
  if (hub.registry.get(owner) === undefined) throw siteUnknown(owner);
  const { repositoryIds } = await describeCopy(hub, request.copyId, { caller });
  if (owner === ownerOf(request.copyId) && repositoryIds.some((id) => id !== repositoryId)) {
    throw notSupported('sending a copy to another repository of its own Site', 'choose the repository when the copy is taken');
  }
  await requireRepository(hub, repositoryId, caller);
  const input: SendCopyInput = { copyId: request.copyId, repositoryId };
  return hub.engine.start(KIND, input, requestOptions(request));
}

export function sendCopyDefinition(hub: HubContext): OperationDefinition<SendCopyInput, { copyId: string }> {
  return defineOperation<SendCopyInput, { copyId: string }>({
    kind: KIND,
    async run(operation) {
      const { copyId, repositoryId } = operation.input;
      const copy = await describeStep(hub, operation, copyId);
      operation.expect({ bytesTotal: copy.bytes });
      const { id: targetCopyId } = await transferCopy(hub, operation, { copy, siteId: ownerOf(repositoryId), repositoryId });
      operation.subject(targetCopyId);
      return { copyId: targetCopyId };
    },
  });
}
