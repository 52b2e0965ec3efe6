import { copyNotUsable, notFound, ownerOf } from '@ocopea/graph';
import type { Json } from '@ocopea/operations';
import type { Principal } from '@ocopea/security';
import type { HubContext } from '../hub-context.js';

/** A usable copy at a Site, with what another Site needs to know to receive it. */
export type SiteCopy = {
  readonly id: string;
  readonly bytes: number;
  /** Where its parts are. */
  readonly repositoryIds: readonly string[];
  readonly description: Json;
};

/** The manifest in the form of the input `AppManifestInput`, which mirrors the type `AppManifest` field by field. */
const manifestFields = /* GraphQL */ `
  appServices {
    name
    artifact { type name version }
    environment { name value }
    ports { name port protocol }
    healthCheck { port path intervalMs timeoutMs startWithinMs }
    replicas
    entryPoint
  }
  dataServices { name protocol plan broker settings { name value } }
  hooks { name event service command statements deadlineMs onFailure holdsWrites }
`;

const document = /* GraphQL */ `
  query DescribeCopy($id: ID!) {
    copy(id: $id) {
      id
      usable
      phase
      outcome
      error { message }
      bytes
      appInstanceId
      appInstanceName
      consistency
      consistencyAsked
      hooksAttempted
      hooksFailed
      takenAt
      manifest { ${manifestFields} }
      parts { id repository { id } dataService format logicalBytes hash consistencyPoint consistencyMarker }
    }
  }
`;

interface CopyAnswer {
  readonly id: string;
  readonly usable: boolean;
  readonly phase: string;
  readonly outcome: string | null;
  readonly error: { readonly message: string } | null;
  readonly bytes: number | string;
  readonly appInstanceId: string;
  readonly appInstanceName: string;
  readonly consistency: string;
  readonly consistencyAsked: string | null;
  readonly hooksAttempted: number;
  readonly hooksFailed: number;
  readonly takenAt: string | null;
  readonly manifest: { readonly appServices: readonly Json[]; readonly dataServices: readonly { readonly broker: string | null; readonly [field: string]: Json }[] };
  readonly parts: readonly { readonly id: string; readonly repository: { readonly id: string }; readonly [field: string]: Json }[];
}

export interface DescribeCopyOptions {
  readonly caller: Principal;
  readonly signal?: AbortSignal;
  /** True for work under way, which bears with a Site that is away. */
  readonly insist?: boolean;
}

/**
 * Asks the Site that owns a copy what it is.
 *
 * @throws SITE_UNKNOWN, NOT_FOUND, COPY_NOT_USABLE; SITE_UNAVAILABLE, SITE_TIMEOUT
 */
export async function describeCopy(hub: HubContext, copyId: string, { caller, signal, insist }: DescribeCopyOptions): Promise<SiteCopy> {
  const call = { siteId: ownerOf(copyId), caller, document, variables: { id: copyId }, ...(signal === undefined ? {} : { signal }) };
  const { copy } = insist === true ? await hub.sites.insist<{ copy: CopyAnswer | null }>(call) : await hub.sites.ask<{ copy: CopyAnswer | null }>(call);
  if (copy === null) throw notFound('copy', copyId);
  if (!copy.usable) throw copyNotUsable(copyId, whyUnusable(copy));
  const { appInstanceId, appInstanceName, consistency, consistencyAsked, hooksAttempted, hooksFailed, takenAt, manifest, parts } = copy;
  return {
    id: copyId,
    bytes: Number(copy.bytes),
    repositoryIds: parts.map(({ repository }) => repository.id),
    description: {
      appInstanceId,
      appInstanceName,
      consistency,
      consistencyAsked,
      // Sites of earlier releases know nothing of hooks.
      ...(hooksAttempted > 0 && { hooksAttempted, hooksFailed }),
      takenAt,
      // A broker is one of the Site's own; elsewhere the first that fits takes its place.
      manifest: { ...manifest, dataServices: manifest.dataServices.map((dataService) => ({ ...dataService, broker: null })) },
      parts: parts.map(({ id, repository: _, ...part }) => ({ ...part, partId: id })),
    },
  };
}

function whyUnusable({ phase, outcome, error }: CopyAnswer): string {
  if (phase !== 'DONE') return 'it is still being taken';
  return error?.message ?? `it has ended ${outcome ?? phase}`;
}
