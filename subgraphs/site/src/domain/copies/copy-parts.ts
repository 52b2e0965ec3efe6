import { CopyProtocol, isBrokerError, type CopySource, type CopyTarget, type PartInfo, type PartKey, type WorkProgress } from '@ocopea/broker-contract';
import { notFound, OcopeaError } from '@ocopea/graph';
import type { StepContext } from '@ocopea/operations';
import type { CopyPart } from '../../store/generated/client.js';
import type { RegisteredCopyRepositoryBroker } from '../brokers/broker-directory.js';
import type { SiteContext } from '../site-context.js';

/** Protocols in which the Site itself hands a part over; the data service brokers that it composes live in its process. */
export const siteCopyProtocols = [CopyProtocol.ByteStream] as const;

/** The broker of a repository. @throws NOT_FOUND */
export async function brokerOfRepository(site: SiteContext, repositoryId: string): Promise<RegisteredCopyRepositoryBroker> {
  const repository = await site.database.copyRepository.findUnique({ where: { id: repositoryId } });
  if (repository === null) throw notFound('copy repository', repositoryId);
  return site.brokers.copyRepository(repository.brokerId);
}

export interface PartTargetOptions {
  readonly key: PartKey;
  readonly format: string;
  /** Small labels that tell other systems what the part is. */
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** What the repository says while it stores. */
  readonly onProgress: (progress: WorkProgress) => void;
}

/** Where a data service broker writes one part: straight into the repository. */
export function partTarget({ broker }: RegisteredCopyRepositoryBroker, { key, format, labels, signal, onProgress }: PartTargetOptions): CopyTarget {
  return {
    protocol: CopyProtocol.ByteStream,
    takesCopies: true,
    accept: (stream) => broker.writePart(key, { format, createdAt: new Date(), labels }, stream, { signal, onProgress }),
  };
}

/** Where a data service broker reads one part when it restores. */
export function partSource({ broker }: RegisteredCopyRepositoryBroker, part: PartOfCopy, signal: AbortSignal): CopySource {
  return {
    protocol: CopyProtocol.ByteStream,
    open: () => broker.readPart({ repositoryId: part.repositoryId, partId: part.id }, undefined, { signal }),
    logicalBytes: Number(part.logicalBytes),
  };
}

/** What is needed to find a part in its repository. */
export interface PartOfCopy extends Pick<CopyPart, 'id' | 'repositoryId' | 'dataService'> {
  readonly logicalBytes: bigint | number;
}

/**
 * Reads and hashes a whole part.
 *
 * @throws CORRUPT_DATA with what is wrong; NOT_FOUND
 */
export async function verifyCopyPart(site: SiteContext, part: PartOfCopy, step: StepContext): Promise<void> {
  const logicalBytes = Number(part.logicalBytes);
  const { broker } = await brokerOfRepository(site, part.repositoryId);
  const report = (bytesDone: number, itemsDone: number): void =>
    step.progress({ part: part.dataService, bytesDone, bytesTotal: logicalBytes, bytesVerified: bytesDone, itemsDone, itemsTotal: 1 });
  const verification = await broker.verifyPart(
    { repositoryId: part.repositoryId, partId: part.id },
    { signal: step.signal, onProgress: ({ bytesDone }) => report(Math.min(bytesDone, logicalBytes), 0) },
  );
  if (!verification.intact) {
    throw new OcopeaError(
      'CORRUPT_DATA',
      `the part of data service "${part.dataService}" is damaged: ${verification.problems.slice(0, 3).join('; ')}; the copy cannot be used`,
    );
  }
  report(logicalBytes, 1);
  step.log(`all ${logicalBytes} bytes were read and are as they were written`);
}

/** Removes a part and the space it took, whatever there is of it. */
export async function deleteCopyPart(site: SiteContext, part: Pick<PartOfCopy, 'id' | 'repositoryId'>, signal: AbortSignal): Promise<void> {
  const { broker } = await brokerOfRepository(site, part.repositoryId);
  await broker.deletePart({ repositoryId: part.repositoryId, partId: part.id }, { signal });
}

/** What the repository holds under a part's id; `undefined` while nothing is published. */
export async function publishedPart(site: SiteContext, part: Pick<PartOfCopy, 'id' | 'repositoryId'>): Promise<PartInfo | undefined> {
  const { broker } = await brokerOfRepository(site, part.repositoryId);
  return broker.getPart({ repositoryId: part.repositoryId, partId: part.id }).catch((error: unknown) => {
    if (isBrokerError(error, 'NOT_FOUND')) return undefined;
    throw error;
  });
}
