import { setTimeout as sleep } from 'node:timers/promises';
import { isErrorCode, isOcopeaError, OcopeaError } from '@ocopea/graph';
import type { StepContext, StepFigures, StepProgress } from '@ocopea/operations';
import type { Principal } from '@ocopea/security';
import type { HubContext } from '../hub-context.js';
import { bearsMs } from '../sites/site-client.js';

/** An operation of a Site, as far as the Hub follows it. */
export interface SiteOperation {
  readonly id: string;
  readonly kind: string;
  readonly phase: 'QUEUED' | 'RUNNING' | 'FINISHING' | 'DONE';
  readonly outcome: 'SUCCEEDED' | 'SUCCEEDED_WITH_WARNINGS' | 'FAILED' | 'CANCELLED' | null;
  readonly subjectId: string | null;
  readonly cause: { readonly kind: string; readonly name: string };
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly progress: SiteFigures;
  /** Absent from a Site of a release that counts none. */
  readonly parts?: readonly { readonly name: string; readonly progress: SiteFigures }[];
}

/** 64-bit numbers may come as text. Some are absent from Sites of earlier releases. */
type SiteFigures = { readonly [Name in keyof StepFigures]?: number | string | null };

export interface SiteOperationAddress {
  readonly siteId: string;
  readonly operationId: string;
  /** For whom the Hub asks. */
  readonly caller: Principal;
}

const figures = 'bytesDone bytesTotal itemsDone itemsTotal bytesRead bytesNew bytesStored bytesVerified bytesSent';
const fields = 'id kind phase outcome subjectId cause { kind name } error { code message } progress { bytesDone bytesTotal }';
const followDocument = `query FollowOperation($id: ID!) { operation(id: $id) { ${fields} progress { ${figures} } parts { name progress { ${figures} } } } }`;
/** For a Site of a release without the rest. */
const plainFollowDocument = `query FollowOperation($id: ID!) { operation(id: $id) { ${fields} } }`;
const listDocument = `query OwnOperations($kind: String!) { operations(first: 200, filter: { kind: $kind }) { edges { node { ${fields} } } } }`;
const cancelDocument = 'mutation CancelOperation($id: ID!) { cancelOperation(input: { operationId: $id }) { operation { id } } }';

/**
 * Follows an operation of a Site until it is DONE, however it ends. Bears with a Site that is away for as long as the limits
 * allow: the Site goes on by itself when it is back.
 *
 * @throws NOT_FOUND the Site does not know it; SITE_UNAVAILABLE, SITE_TIMEOUT the Site stayed away
 */
export async function followSiteOperation(
  hub: HubContext,
  { siteId, operationId, caller }: SiteOperationAddress,
  step: Pick<StepContext, 'signal' | 'progress' | 'log'>,
): Promise<SiteOperation> {
  let seenAt = performance.now();
  let document = followDocument;
  let phase: SiteOperation['phase'] | undefined;
  for (;;) {
    try {
      const { operation } = await hub.sites.ask<{ operation: SiteOperation | null }>({
        siteId,
        caller,
        document,
        variables: { id: operationId },
        signal: step.signal,
      });
      if (operation === null) throw new OcopeaError('NOT_FOUND', `Site "${siteId}" has no operation "${operationId}" any more`);
      seenAt = performance.now();
      reportProgress(operation, step);
      if (operation.phase !== phase) step.log(`operation "${operationId}" at Site "${siteId}" is ${operation.outcome ?? operation.phase}`);
      phase = operation.phase;
      if (operation.phase === 'DONE') return operation;
    } catch (error) {
      if (isOcopeaError(error, 'GRAPHQL_VALIDATION_FAILED') && document === followDocument) {
        document = plainFollowDocument;
        continue;
      }
      // A question that failed says nothing about the operation, unless the Site has understood it.
      const isAnswer = isOcopeaError(error) && error.retry === 'terminal';
      const bears = isAnswer ? bearsMs(error, hub.limits.siteAwayMs) : hub.limits.siteAwayMs;
      if (step.signal.aborted || performance.now() - seenAt > bears) throw error;
    }
    await sleep(hub.limits.followEveryMs, undefined, { signal: step.signal });
  }
}

/** @throws what made it fail, with the Site's code and message */
export function requireSuccess(what: string, siteId: string, { id, outcome, error }: SiteOperation): void {
  if (outcome === 'SUCCEEDED' || outcome === 'SUCCEEDED_WITH_WARNINGS') return;
  const code = error !== null && isErrorCode(error.code) ? error.code : 'CONFLICT';
  throw new OcopeaError(code, `${what} failed at Site "${siteId}": ${error?.message ?? `its operation is ${outcome}`}`, {
    details: { site: siteId, operationId: id },
  });
}

/** The operations of this kind that a Site runs, or ran, as parts of one operation of the Hub. */
export async function ownSiteOperations(
  hub: HubContext,
  siteId: string,
  kind: string,
  caller: Principal,
  signal: AbortSignal,
): Promise<readonly SiteOperation[]> {
  const { operations } = await hub.sites.insist<{ operations: { edges: readonly { node: SiteOperation }[] } }>({
    siteId,
    caller,
    document: listDocument,
    variables: { kind },
    signal,
  });
  return operations.edges.map(({ node }) => node).filter(({ cause }) => cause.kind === 'OPERATION' && cause.name === caller.name);
}

/** Cancels an operation of a Site and waits for its end. One that is about to end, or has, is only waited for. */
export async function stopSiteOperation(hub: HubContext, address: SiteOperationAddress, signal: AbortSignal): Promise<SiteOperation> {
  const { siteId, operationId, caller } = address;
  try {
    await hub.sites.insist({ siteId, caller, document: cancelDocument, variables: { id: operationId }, signal });
  } catch (error) {
    if (!isOcopeaError(error, 'OPERATION_NOT_CANCELLABLE')) throw error;
  }
  return followSiteOperation(hub, address, { signal, progress: () => undefined, log: () => undefined });
}

/** By parts where the Site tells them: the same names in the steps of the Hub make one part of them. */
function reportProgress({ progress, parts = [] }: SiteOperation, step: Pick<StepContext, 'progress'>): void {
  for (const part of parts) step.progress({ part: part.name, ...stepProgress(part.progress) });
  // Before its parts are known it has done nothing, and what has none counts as a whole.
  if (parts.length === 0 && Number(progress.bytesDone) > 0) step.progress(stepProgress(progress));
}

function stepProgress(figures: SiteFigures): StepProgress {
  return Object.fromEntries(Object.entries(figures).flatMap(([name, value]) => (value === null ? [] : [[name, Number(value)]])));
}
