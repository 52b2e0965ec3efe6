import { isBrokerError } from '@ocopea/broker-contract';
import { badInput, nameTaken, newId, requireId } from '@ocopea/graph';
import { Prisma, type CopyRepository } from '../../store/generated/client.js';
import type { NamedValue } from '../manifest/app-manifest.js';
import type { SiteContext } from '../site-context.js';
import { applyRepositoryLimits, repositoryLimitColumns, type RepositoryLimits } from './repository-limits.js';
import { sealProperties } from './repository-properties.js';

export interface AddCopyRepository {
  readonly brokerId: string;
  /** Unique at this Site. */
  readonly name: string;
  readonly properties: readonly NamedValue[];
  readonly limits?: RepositoryLimits | null | undefined;
}

/**
 * Makes a copy repository, or takes over one that is there already with what it holds.
 *
 * @throws NOT_FOUND the broker; BAD_INPUT the name, a property or a limit; NAME_TAKEN; NOT_SUPPORTED a limit
 */
export async function addCopyRepository(site: SiteContext, { brokerId, name, properties, limits }: AddCopyRepository): Promise<CopyRepository> {
  requireId(brokerId, 'broker');
  const { broker } = site.brokers.copyRepository(brokerId);
  if (!repositoryName.test(name)) throw badInput('input.name', 'lower-case letters, digits and dashes are taken, a letter first, at most 63');
  const id = newId(site.siteId, 'repository');
  const values = Object.fromEntries(properties.map((property) => [property.name, property.value]));
  const none = { readBytesPerSecond: null, writeBytesPerSecond: null, operations: null };
  const columns = { ...none, ...repositoryLimitColumns(broker, limits ?? {}, 'input.limits') };
  const row = await insert(site, { id, brokerId, name, sealedProperties: sealProperties(site.secretBox, id, values), ...columns, createdAt: new Date() });
  try {
    await broker.createRepository({ repositoryId: id, properties: values }, { signal: AbortSignal.timeout(site.limits.brokerCallMs) });
  } catch (error) {
    await site.database.copyRepository.delete({ where: { id } });
    throw isBrokerError(error, 'INVALID_REQUEST') ? badInput('input.properties', error.message, { cause: error }) : error;
  }
  site.brokers.addRepository(id, brokerId);
  await applyRepositoryLimits(site, row);
  return row;
}

/** The row comes first: its name is what two requests at once compete for. */
async function insert(site: SiteContext, data: CopyRepository): Promise<CopyRepository> {
  try {
    return await site.database.copyRepository.create({ data });
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') throw error;
    const holder = await site.database.copyRepository.findUnique({ where: { name: data.name } });
    throw nameTaken('copy repository', data.name, holder?.id ?? data.name);
  }
}

const repositoryName = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
