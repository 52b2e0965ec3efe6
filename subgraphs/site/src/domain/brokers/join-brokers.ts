import type { CopyRepositoryBroker, DataServiceBroker, PaasBroker } from '@ocopea/broker-contract';
import { newId } from '@ocopea/graph';
import type { SecretBox } from '@ocopea/security';
import type { CopyRepository } from '../../store/generated/client.js';
import type { BrokerKind } from '../../store/generated/enums.js';
import type { Database } from '../../store/open-database.js';
import { BrokerDirectory, type AnyRegisteredBroker } from './broker-directory.js';
import { openProperties, sealProperties } from './repository-properties.js';

/** The brokers of a Site as they are composed: objects that are ready to be called. The Site does not close them. */
export interface SiteBrokers {
  readonly dataService: readonly DataServiceBroker[];
  readonly paas: readonly PaasBroker[];
  readonly copyRepository: readonly CopyRepositoryBroker[];
}

export interface JoinBrokersOptions {
  readonly siteId: string;
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly brokers: SiteBrokers;
}

/**
 * Gives each broker the id it had before, or a new one, and each copy repository broker the repositories it shall have. A
 * broker is known by its kind and name: its product, with a number from the second of a product on.
 */
export async function joinBrokers({ siteId, database, secretBox, brokers }: JoinBrokersOptions): Promise<BrokerDirectory> {
  const joined: AnyRegisteredBroker[] = [];
  const opened: { readonly id: string; readonly brokerId: string }[] = [];
  const names = new Set<string>();
  const identify = (kind: BrokerKind, product: string) => {
    const name = freeName(names, kind, product);
    return database.broker.upsert({
      where: { kind_name: { kind, name } },
      create: { id: newId(siteId, 'broker'), kind, name, createdAt: new Date() },
      update: {},
    });
  };

  for (const broker of brokers.dataService) {
    const info = await broker.info();
    const { id, name, removedAt } = await identify('DATA_SERVICE', info.product);
    if (removedAt === null) joined.push({ kind: 'DATA_SERVICE', id, name, broker, info });
  }
  for (const broker of brokers.paas) {
    const [info, spaces] = await Promise.all([broker.info(), broker.spaces()]);
    const { id, name, removedAt } = await identify('PAAS', info.product);
    if (removedAt === null) joined.push({ kind: 'PAAS', id, name, broker, info, spaces });
  }
  for (const broker of brokers.copyRepository) {
    const info = await broker.info();
    const { id, name, removedAt } = await identify('COPY_REPOSITORY', info.product);
    if (removedAt !== null) continue;
    if (info.properties.every(({ required }) => !required)) await ensureFirstRepository(siteId, database, secretBox, id);
    opened.push(...(await openRepositories(database, secretBox, id, broker)));
    joined.push({ kind: 'COPY_REPOSITORY', id, name, broker, info });
  }
  const directory = new BrokerDirectory(joined);
  for (const repository of opened) directory.addRepository(repository.id, repository.brokerId);
  return directory;
}

function freeName(taken: Set<string>, kind: BrokerKind, product: string): string {
  let name = product;
  for (let number = 2; taken.has(`${kind} ${name}`); number++) name = `${product}-${number}`;
  taken.add(`${kind} ${name}`);
  return name;
}

/** A broker that needs no properties is of use at once: it gets a repository when the Site has none of that name. */
async function ensureFirstRepository(siteId: string, database: Database, secretBox: SecretBox, brokerId: string): Promise<void> {
  const repositories = await database.copyRepository.count({ where: { OR: [{ brokerId }, { name: firstRepositoryName }] } });
  if (repositories > 0) return;
  const id = newId(siteId, 'repository');
  await database.copyRepository.create({
    data: { id, brokerId, name: firstRepositoryName, sealedProperties: sealProperties(secretBox, id, {}), createdAt: new Date() },
  });
}

const firstRepositoryName = 'default';

async function openRepositories(database: Database, secretBox: SecretBox, brokerId: string, broker: CopyRepositoryBroker): Promise<CopyRepository[]> {
  const repositories = await database.copyRepository.findMany({ where: { brokerId } });
  for (const { id, sealedProperties } of repositories) {
    await broker.createRepository({ repositoryId: id, properties: openProperties(secretBox, id, sealedProperties) });
  }
  return repositories;
}
