import { CopyProtocol } from '@ocopea/broker-contract';
import { badInput, conflict, manifestInvalid, newId, requireId } from '@ocopea/graph';
import type { Prisma } from '../../store/generated/client.js';
import type { Consistency } from '../../store/generated/enums.js';
import type { AppManifest } from '../manifest/app-manifest.js';
import { manifestProblems } from '../manifest/manifest-problems.js';
import type { SiteContext } from '../site-context.js';
import { parsePublicKey } from './check-grants.js';
import { chooseRepository, type RepositoryOffer } from './choose-repository.js';
import type { CopyWithParts } from './find-copy.js';
import { grantToWrite, type WriteGrant } from './grant-to-write.js';
import { listRepositories } from './list-repositories.js';

export interface ReceiveCopy {
  /** Id of the copy at the Site that sends. */
  readonly originCopyId: string;
  readonly senderSiteId: string;
  /** Public key of the sender, a JWK as JSON. */
  readonly senderKey: string;
  readonly repositoryId?: string | undefined;
  readonly description: CopyDescription;
}

/** A copy as the Site that has it describes it. */
export interface CopyDescription {
  readonly appInstanceId: string;
  readonly appInstanceName: string;
  readonly manifest: AppManifest;
  readonly consistency: Consistency;
  readonly consistencyAsked?: Consistency | null | undefined;
  readonly hooksAttempted: number;
  readonly hooksFailed: number;
  readonly takenAt?: Date | null | undefined;
  readonly parts: readonly PartDescription[];
}

export interface PartDescription {
  readonly partId: string;
  readonly dataService: string;
  readonly format: string;
  readonly logicalBytes: number;
  readonly hash?: string | null | undefined;
  readonly consistencyPoint?: Date | null | undefined;
  readonly consistencyMarker?: string | null | undefined;
}

export interface ReceivedCopy {
  readonly copyId: string;
  readonly grants: readonly WriteGrant[];
  /** True when a usable copy of the same origin is here: nothing needs to be sent. */
  readonly alreadyHere: boolean;
}

/**
 * Makes room for a copy from another Site and issues a Grant for each part. Asked again for the same origin, it answers the same
 * copy with new Grants, so that sending can go on, and the sender gets receipts that it missed. What has not arrived in time is
 * removed.
 *
 * @throws INVALID_ID, WRONG_ID_KIND, BAD_INPUT, MANIFEST_INVALID, NOT_FOUND, NO_COMMON_FORMAT, CONFLICT
 */
export async function receiveCopy(site: SiteContext, request: ReceiveCopy): Promise<ReceivedCopy> {
  checkDescription(request);
  parsePublicKey(request.senderKey, 'input.senderKey');
  const chosen = await chooseReceiver(site, request);
  const { copy, alreadyHere } = await site.database.$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`copy of ${request.originCopyId}`}, 0))`;
    const known = await findByOrigin(transaction, request.originCopyId);
    if (known !== undefined) return { copy: known, alreadyHere: known.usable };
    return { copy: await insertReceived(site, transaction, request, chosen), alreadyHere: false };
  });
  if (alreadyHere) return { copyId: copy.id, grants: [], alreadyHere };

  const grants = await Promise.all(copy.parts.map((part) => grantToWrite(site, part)));
  return { copyId: copy.id, grants, alreadyHere };
}

/** The copy itself when it was taken here, or one that came from it and is usable or still arriving. */
async function findByOrigin(transaction: Prisma.TransactionClient, originCopyId: string): Promise<CopyWithParts | undefined> {
  const known = await transaction.copy.findMany({
    where: { OR: [{ id: originCopyId }, { originCopyId }], AND: { OR: [{ usable: true }, { phase: 'RUNNING', operationId: null }] } },
    include: { parts: { orderBy: { position: 'asc' } } },
    orderBy: [{ usable: 'desc' }, { createdAt: 'asc' }],
    take: 1,
  });
  return known[0];
}

function insertReceived(site: SiteContext, transaction: Prisma.TransactionClient, request: ReceiveCopy, repositoryId: string): Promise<CopyWithParts> {
  const { originCopyId, senderSiteId, senderKey, description } = request;
  const now = new Date();
  return transaction.copy.create({
    data: {
      id: newId(site.siteId, 'copy'),
      appInstanceId: description.appInstanceId,
      appInstanceName: description.appInstanceName,
      phase: 'RUNNING',
      consistency: description.consistency,
      consistencyAsked: description.consistencyAsked ?? null,
      hooksAttempted: description.hooksAttempted,
      hooksFailed: description.hooksFailed,
      takenAt: description.takenAt ?? null,
      createdAt: now,
      manifest: description.manifest,
      originCopyId,
      originSiteId: senderSiteId,
      originKey: { ...parsePublicKey(senderKey, 'input.senderKey') },
      receiveUntil: new Date(now.getTime() + site.limits.receiveMs),
      parts: {
        create: description.parts.map((part, position) => ({
          id: newId(site.siteId, 'copy-part'),
          position,
          dataService: part.dataService,
          format: part.format,
          repositoryId,
          logicalBytes: part.logicalBytes,
          hash: part.hash ?? null,
          consistencyPoint: part.consistencyPoint ?? null,
          consistencyMarker: part.consistencyMarker ?? null,
          originPartId: part.partId,
        })),
      },
    },
    include: { parts: { orderBy: { position: 'asc' } } },
  });
}

function checkDescription({ originCopyId, senderSiteId, description }: ReceiveCopy): void {
  const { owner } = requireId(originCopyId, 'copy');
  if (owner !== senderSiteId) throw badInput('input.copyId', `it belongs to Site "${owner}", not to the sender "${senderSiteId}"`);
  requireId(description.appInstanceId, 'app');
  const { hooksAttempted, hooksFailed } = description;
  if (hooksFailed < 0 || hooksFailed > hooksAttempted) throw badInput('input.description.hooksFailed', `${hooksFailed} is not from 0 to the ${hooksAttempted} that were attempted`);
  const problems = manifestProblems(description.manifest);
  if (problems.length > 0) throw manifestInvalid(problems);
  const described = description.parts.map(({ dataService }) => dataService);
  const wanted = description.manifest.dataServices.map(({ name }) => name);
  if (described.length !== wanted.length || wanted.some((name) => !described.includes(name))) {
    throw badInput('input.description.parts', `one part for each data service is expected: ${wanted.join(', ') || 'none'}`);
  }
  for (const { partId } of description.parts) requireId(partId, 'copy-part');
}

/** A repository that takes the formats. Parts come over the transfer door, as chunks that are missing or, where it knows none, as a whole. */
async function chooseReceiver(site: SiteContext, { repositoryId, description }: ReceiveCopy): Promise<string> {
  const repositories = (await listRepositories(site, repositoryId)).map(({ id, name, info }): RepositoryOffer => ({
    id,
    name,
    abilities: { formats: info.formats, protocols: [CopyProtocol.HttpPart] },
  }));
  const chosen = chooseRepository(
    repositories,
    description.parts.map(({ dataService, format }) => ({ dataService, abilities: { formats: [format], protocols: [CopyProtocol.HttpPart] } })),
  );
  return chosen.repositoryId;
}

/** @throws CONFLICT the copy was not sent here, or is not being received any more */
export function requireReceiving(copy: CopyWithParts): void {
  if (copy.originCopyId !== null && copy.phase === 'RUNNING') return;
  throw conflict(`copy "${copy.id}" is not being received; ask for receiveCopy again`);
}
