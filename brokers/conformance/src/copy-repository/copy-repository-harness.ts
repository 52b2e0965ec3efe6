import type { CopyRepositoryBroker, PartKey } from '@ocopea/broker-contract';
import type { BrokerHarness } from '../broker-harness.js';

/** A copy repository broker under test, and how to hurt what it stores. */
export interface CopyRepositoryHarness extends BrokerHarness<CopyRepositoryBroker> {
  /** Properties of a new repository with this id. */
  properties(repositoryId: string): Readonly<Record<string, string>>;
  /** Properties that another repository of this id would have, where there is a choice. */
  otherProperties?(repositoryId: string): Readonly<Record<string, string>>;
  /**
   * Properties of a new repository in which less than 8 MiB of incompressible bytes fit, and at least 1 MiB does.
   * Absent where room cannot be limited.
   */
  smallProperties?(repositoryId: string): Promise<Readonly<Record<string, string>>>;
  /** Changes stored bytes of a published part behind the broker's back: flips a bit or cuts the end of something. */
  damage?(part: PartKey, how: 'flip' | 'truncate'): Promise<void>;
  /** Holds everything that stores content until the returned function is called; how back-pressure is seen. */
  stallStorage?(): () => void;
}
