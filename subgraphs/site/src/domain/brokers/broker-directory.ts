import type {
  CopyRepositoryBroker,
  CopyRepositoryBrokerInfo,
  DataServiceBroker,
  DataServiceBrokerInfo,
  PaasBroker,
  PaasBrokerInfo,
  Space,
} from '@ocopea/broker-contract';
import { notFound } from '@ocopea/graph';
import type { RepositoryLimitColumns } from './repository-limits.js';
import type { SiteOffer } from '../manifest/plan-placement.js';

interface RegisteredBroker<Kind, Implementation, Info> {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  readonly broker: Implementation;
  /** As it was when the broker joined; plans and protocols of one broker do not change while it runs. */
  readonly info: Info;
}

export type RegisteredDataServiceBroker = RegisteredBroker<'DATA_SERVICE', DataServiceBroker, DataServiceBrokerInfo>;
export type RegisteredPaasBroker = RegisteredBroker<'PAAS', PaasBroker, PaasBrokerInfo> & { readonly spaces: readonly Space[] };
export type RegisteredCopyRepositoryBroker = RegisteredBroker<'COPY_REPOSITORY', CopyRepositoryBroker, CopyRepositoryBrokerInfo>;
export type AnyRegisteredBroker = RegisteredDataServiceBroker | RegisteredPaasBroker | RegisteredCopyRepositoryBroker;

/** The brokers this Site works with, in the order in which they were given. */
export class BrokerDirectory {
  readonly #brokers: AnyRegisteredBroker[];
  /** Broker ids by repository id, for places that cannot wait for the database. */
  readonly #repositories = new Map<string, string>();

  /** As they were last read from the database, by repository. */
  readonly #limits = new Map<string, RepositoryLimitColumns & { readonly isApplied: boolean }>();

  constructor(brokers: readonly AnyRegisteredBroker[]) {
    this.#brokers = [...brokers];
  }

  addRepository(repositoryId: string, brokerId: string): void {
    this.#repositories.set(repositoryId, brokerId);
  }

  brokerOfRepository(repositoryId: string): RegisteredCopyRepositoryBroker | undefined {
    const found = this.find(this.#repositories.get(repositoryId) ?? '');
    return found?.kind === 'COPY_REPOSITORY' ? found : undefined;
  }

  /** @returns whether the broker is to be told of a bandwidth; see {@link bandwidthIsApplied} */
  noteLimits(repositoryId: string, { readBytesPerSecond, writeBytesPerSecond, operations }: RepositoryLimitColumns): boolean {
    const known = this.#limits.get(repositoryId) ?? { readBytesPerSecond: null, writeBytesPerSecond: null, isApplied: true };
    const isApplied = known.isApplied && known.readBytesPerSecond === readBytesPerSecond && known.writeBytesPerSecond === writeBytesPerSecond;
    this.#limits.set(repositoryId, { readBytesPerSecond, writeBytesPerSecond, operations, isApplied });
    return !isApplied;
  }

  bandwidthIsApplied(repositoryId: string): void {
    const known = this.#limits.get(repositoryId);
    if (known !== undefined) this.#limits.set(repositoryId, { ...known, isApplied: true });
  }

  /** Operations side by side in a repository; `undefined` where the Site's own number counts. */
  operationsIn(repositoryId: string): number | undefined {
    return this.#limits.get(repositoryId)?.operations ?? undefined;
  }

  /** Bytes per second that may be written to a repository. */
  writeLimitOf(repositoryId: string): number {
    return Number(this.#limits.get(repositoryId)?.writeBytesPerSecond ?? Infinity);
  }

  all(): readonly AnyRegisteredBroker[] {
    return this.#brokers;
  }

  find(id: string): AnyRegisteredBroker | undefined {
    return this.#brokers.find((broker) => broker.id === id);
  }

  /** @throws NOT_FOUND no such broker, or of another kind */
  dataService(id: string): RegisteredDataServiceBroker {
    const found = this.find(id);
    if (found?.kind !== 'DATA_SERVICE') throw notFound('data service broker', id);
    return found;
  }

  /** @throws NOT_FOUND no such broker, or of another kind */
  paas(id: string): RegisteredPaasBroker {
    const found = this.find(id);
    if (found?.kind !== 'PAAS') throw notFound('PaaS broker', id);
    return found;
  }

  /** @throws NOT_FOUND no such broker, or of another kind */
  copyRepository(id: string): RegisteredCopyRepositoryBroker {
    const found = this.find(id);
    if (found?.kind !== 'COPY_REPOSITORY') throw notFound('copy repository broker', id);
    return found;
  }

  remove(id: string): void {
    const index = this.#brokers.findIndex((broker) => broker.id === id);
    if (index !== -1) this.#brokers.splice(index, 1);
  }

  /** What manifests can be placed on. */
  offer(): SiteOffer {
    return {
      dataServiceBrokers: this.#brokers.filter((broker) => broker.kind === 'DATA_SERVICE'),
      paasBrokers: this.#brokers.filter((broker) => broker.kind === 'PAAS'),
    };
  }
}
