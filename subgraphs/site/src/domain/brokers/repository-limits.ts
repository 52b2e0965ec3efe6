import { isBrokerError, leastBytesPerSecond, type CopyRepositoryBroker } from '@ocopea/broker-contract';
import { badInput, notFound, notSupported, requireId } from '@ocopea/graph';
import type { CopyRepository } from '../../store/generated/client.js';
import type { SiteContext } from '../site-context.js';

/** Limits of one copy repository as they are asked for. `null`: none, or as the Site has it. */
export interface RepositoryLimits {
  readonly readBytesPerSecond?: number | bigint | null | undefined;
  readonly writeBytesPerSecond?: number | bigint | null | undefined;
  /** Operations side by side. */
  readonly operations?: number | null | undefined;
}

export type RepositoryLimitColumns = Pick<CopyRepository, 'readBytesPerSecond' | 'writeBytesPerSecond' | 'operations'>;

/**
 * What is stored of limits; `undefined` stays as it is.
 *
 * @param field where they are in the input, for messages
 * @throws BAD_INPUT; NOT_SUPPORTED the broker cannot limit bandwidth
 */
export function repositoryLimitColumns(broker: CopyRepositoryBroker, { readBytesPerSecond, writeBytesPerSecond, operations }: RepositoryLimits, field: string): Partial<RepositoryLimitColumns> {
  const rates = Object.entries({ readBytesPerSecond, writeBytesPerSecond });
  for (const [name, value] of rates) {
    if (value === undefined || value === null) continue;
    if (broker.setBandwidth === undefined) throw notSupported('limiting the bandwidth of a copy repository of this broker', 'limit only `operations`, or choose a broker that can');
    if (Number(value) < leastBytesPerSecond || Number(value) > Number.MAX_SAFE_INTEGER) throw badInput(`${field}.${name}`, `${value} is fewer than ${leastBytesPerSecond} bytes per second, or too large; give more, or null for no limit`);
  }
  if (typeof operations === 'number' && (operations < 1 || operations > mostOperations)) throw badInput(`${field}.operations`, `${operations} is not from 1 to ${mostOperations}`);
  const given = rates.flatMap(([name, value]) => (value === undefined ? [] : [[name, value === null ? null : BigInt(value)] as const]));
  return { ...Object.fromEntries(given), ...(operations !== undefined && { operations }) };
}

/**
 * Changes limits of a repository; work under way goes on with the new ones.
 *
 * @throws INVALID_ID, WRONG_ID_KIND, NOT_FOUND, BAD_INPUT, NOT_SUPPORTED
 */
export async function setRepositoryLimits(site: SiteContext, { repositoryId, ...limits }: RepositoryLimits & { readonly repositoryId: string }): Promise<CopyRepository> {
  requireId(repositoryId, 'repository');
  const known = await site.database.copyRepository.findUnique({ where: { id: repositoryId } });
  if (known === null) throw notFound('copy repository', repositoryId);
  const { broker } = site.brokers.copyRepository(known.brokerId);
  const row = await site.database.copyRepository.update({ where: { id: repositoryId }, data: repositoryLimitColumns(broker, limits, 'input') });
  await applyRepositoryLimits(site, row);
  return row;
}

/** Tells this process's broker and queue what the database says, which another replica may have changed. */
export async function followRepositoryLimits(site: SiteContext): Promise<void> {
  for (const row of await site.database.copyRepository.findMany()) {
    try {
      await applyRepositoryLimits(site, row);
    } catch (error) {
      site.log.warn({ err: error, repositoryId: row.id }, 'the bandwidth of a repository could not be limited; trying again later');
    }
  }
}

/** Does nothing where the same were applied before. */
export async function applyRepositoryLimits({ brokers, limits }: Pick<SiteContext, 'brokers' | 'limits'>, row: CopyRepository): Promise<void> {
  if (!brokers.noteLimits(row.id, row)) return;
  const { broker } = brokers.copyRepository(row.brokerId);
  try {
    await broker.setBandwidth?.(
      row.id,
      {
        ...(row.readBytesPerSecond !== null && { readBytesPerSecond: Number(row.readBytesPerSecond) }),
        ...(row.writeBytesPerSecond !== null && { writeBytesPerSecond: Number(row.writeBytesPerSecond) }),
      },
      { signal: AbortSignal.timeout(limits.brokerCallMs) },
    );
  } catch (error) {
    // One that this process does not know yet, or that another one has just removed.
    if (isBrokerError(error, 'NOT_FOUND')) return;
    throw error;
  }
  brokers.bandwidthIsApplied(row.id);
}

const mostOperations = 1_000;
