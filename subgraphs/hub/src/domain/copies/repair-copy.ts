import { badInput, conflict, copyNotUsable, isOcopeaError, notFound, notSupported, ownerOf, requireId } from '@ocopea/graph';
import { defineOperation, type Json, type OperationContext, type OperationDefinition, type OperationRecord, type StepContext } from '@ocopea/operations';
import type { Principal } from '@ocopea/security';
import type { HubContext } from '../hub-context.js';
import { followSiteOperation, requireSuccess, type SiteOperation } from '../site-operations/site-operation.js';
import { earlierOperation, requestOptions, type WorkRequest } from '../work-request.js';
import { describeCopy, type SiteCopy } from './site-copy.js';
import { callerOf, deleteCopyAt, transferCopy } from './transfer-copy.js';

export interface RepairCopy extends WorkRequest {
  readonly copyId: string;
  /** A whole copy at another Site. @default one that the damaged copy was sent from, or to */
  readonly fromCopyId?: string | undefined;
}

type RepairCopyInput = { readonly copyId: string; readonly fromCopyId: string | null };

/** What decides whether a copy can be repaired, and from what. */
type DamagedCopy = {
  readonly repositoryId: string;
  readonly candidates: readonly string[];
  /** By data service. */
  readonly hashes: { readonly [dataService: string]: string | null };
  readonly bytes: number;
};

interface LookedAt {
  readonly usable: boolean;
  readonly phase: string;
  readonly error: { readonly code: string } | null;
  readonly bytes: number | string;
  readonly lineage: { readonly originCopyId: string | null; readonly sentToCopyIds: readonly string[] };
  readonly parts: readonly { readonly dataService: string; readonly hash: string | null; readonly repository: { readonly id: string } }[];
}

const KIND = 'repairCopy';
const lookDocument = /* GraphQL */ `
  query LookAtCopy($id: ID!) {
    copy(id: $id) {
      usable
      phase
      error { code }
      bytes
      lineage { originCopyId sentToCopyIds }
      parts { dataService hash repository { id } }
    }
  }
`;
const verifyDocument = 'mutation VerifyCopy($input: VerifyCopyInput!) { verifyCopy(input: $input) { operation { id } } }';

/**
 * Starts repairing a copy: chunks that are damaged or gone are sent from another Site that has the same content. The operation's
 * subject is the copy.
 *
 * @throws INVALID_ID, WRONG_ID_KIND, BAD_INPUT, SITE_UNKNOWN, NOT_FOUND, COPY_NOT_USABLE it was never whole; NOT_SUPPORTED, CONFLICT no other Site
 * has it; SITE_UNAVAILABLE, SITE_TIMEOUT
 */
export async function repairCopy(hub: HubContext, request: RepairCopy, caller: Principal): Promise<OperationRecord> {
  const earlier = await earlierOperation(hub, KIND, request);
  if (earlier !== undefined) return earlier;
  const { copyId, fromCopyId } = request;
  requireId(copyId, 'copy');
  if (fromCopyId !== undefined) {
    requireId(fromCopyId, 'copy');
    if (ownerOf(fromCopyId) === ownerOf(copyId)) throw badInput('input.fromCopyId', 'it is at the same Site; name a copy of another one');
  }
  const { candidates } = await lookAt(hub, copyId, { caller });
  if (fromCopyId === undefined && candidates.length === 0) {
    throw conflict(`copy "${copyId}" was neither sent from another Site nor to one; name a copy with the same content with input.fromCopyId`);
  }
  return hub.engine.start(KIND, { copyId, fromCopyId: fromCopyId ?? null }, { ...requestOptions(request), subjectId: copyId });
}

export function repairCopyDefinition(hub: HubContext): OperationDefinition<RepairCopyInput, void> {
  return defineOperation<RepairCopyInput, void>({
    kind: KIND,
    async run(operation) {
      const { copyId, fromCopyId } = operation.input;
      const caller = callerOf(operation);
      const options = { deadlineMs: hub.limits.bulkStepMs, retry: { attempts: 1 } };
      const damaged = await operation.step('look at the copy', ({ signal }) => lookAt(hub, copyId, { caller, signal, insist: true }), options);
      // Its repository has to know what is damaged: the rest is not sent.
      const isWhole = await operation.step('find the damage', (step) => verify(hub, operation, copyId, 'find', step), options);
      if (isWhole) return;
      const candidates = fromCopyId === null ? damaged.candidates : [fromCopyId];
      const donor = await operation.step('find a whole copy', (step) => findDonor(hub, { candidates, damaged }, caller, step), options);
      operation.expect({ bytesTotal: 3 * damaged.bytes });
      const sent = await transferCopy(hub, operation, { copy: donor, siteId: ownerOf(copyId), repositoryId: damaged.repositoryId });
      const isRepaired = await operation.step('verify', (step) => verify(hub, operation, copyId, 'verify', step), options);
      if (!isRepaired) {
        throw conflict(
          sent.wasThere
            ? `copy "${sent.id}" came from "${donor.id}" earlier, so nothing was sent; verify it, which tells what of it is damaged too, then repair again`
            : `copy "${copyId}" is still damaged; use copy "${sent.id}", which has the same content, instead`,
        );
      }
      // What the repaired copy uses of it stays.
      if (!sent.wasThere) await operation.step('remove what was sent for it', ({ signal }) => deleteCopyAt(hub, sent.id, { caller, signal, idempotencyKey: `${operation.id} remove` }), options);
    },
  });
}

/** @throws NOT_FOUND; COPY_NOT_USABLE; NOT_SUPPORTED */
async function lookAt(hub: HubContext, copyId: string, { caller, signal, insist }: { readonly caller: Principal; readonly signal?: AbortSignal; readonly insist?: boolean }): Promise<DamagedCopy> {
  const call = { siteId: ownerOf(copyId), caller, document: lookDocument, variables: { id: copyId }, ...(signal !== undefined && { signal }) };
  const { copy } = insist === true ? await hub.sites.insist<{ copy: LookedAt | null }>(call) : await hub.sites.ask<{ copy: LookedAt | null }>(call);
  if (copy === null) throw notFound('copy', copyId);
  if (copy.phase !== 'DONE' || (!copy.usable && copy.error?.code !== 'CORRUPT_DATA')) throw copyNotUsable(copyId, 'it was never whole, so there is nothing to repair; take another one');
  const repositoryIds = [...new Set(copy.parts.map(({ repository }) => repository.id))];
  const [repositoryId] = repositoryIds;
  if (repositoryId === undefined || repositoryIds.length > 1) throw notSupported(`repairing copy "${copyId}", whose parts are in ${repositoryIds.length} repositories`, 'send a whole copy to its Site instead');
  const { originCopyId, sentToCopyIds } = copy.lineage;
  return {
    repositoryId,
    candidates: [...(originCopyId === null ? [] : [originCopyId]), ...sentToCopyIds],
    hashes: Object.fromEntries(copy.parts.map(({ dataService, hash }) => [dataService, hash])),
    bytes: Number(copy.bytes),
  };
}

/** @returns whether it is whole. @throws what else kept the Site from looking */
async function verify(hub: HubContext, operation: OperationContext<unknown>, copyId: string, round: string, step: StepContext): Promise<boolean> {
  const siteId = ownerOf(copyId);
  const caller = callerOf(operation);
  const input = { copyId, idempotencyKey: `${operation.id} ${round}` };
  const { verifyCopy } = await hub.sites.insist<{ verifyCopy: { operation: { id: string } } }>({ siteId, caller, document: verifyDocument, variables: { input }, signal: step.signal });
  const ended = await followSiteOperation(hub, { siteId, operationId: verifyCopy.operation.id, caller }, step);
  if (isDamage(ended)) return false;
  requireSuccess(`verifying copy "${copyId}"`, siteId, ended);
  step.log(`copy "${copyId}" is whole`);
  return true;
}

function isDamage({ outcome, error }: SiteOperation): boolean {
  return outcome === 'FAILED' && (error?.code === 'CORRUPT_DATA' || error?.code === 'NOT_FOUND');
}

/** The first that can be had and has the same content. @throws CONFLICT saying what is the matter with each */
async function findDonor(hub: HubContext, { candidates, damaged }: { readonly candidates: readonly string[]; readonly damaged: DamagedCopy }, caller: Principal, { signal }: StepContext): Promise<SiteCopy> {
  const problems: string[] = [];
  for (const id of candidates) {
    try {
      // A Site that is away is not waited for while there are others.
      const copy = await describeCopy(hub, id, { caller, signal, insist: candidates.length === 1 });
      if (isSameContent(copy, damaged)) return copy;
      problems.push(`"${id}" has another content`);
    } catch (error) {
      if (signal.aborted || !isOcopeaError(error)) throw error;
      problems.push(`"${id}": ${error.message}`);
    }
  }
  throw conflict(`no other Site has the content of the damaged copy: ${problems.join('; ')}`);
}

function isSameContent({ description }: SiteCopy, { hashes }: DamagedCopy): boolean {
  const parts = (description as { readonly parts: readonly { readonly dataService: Json; readonly hash: Json }[] }).parts;
  return parts.length === Object.keys(hashes).length && parts.every(({ dataService, hash }) => hash !== null && hashes[dataService as string] === hash);
}
