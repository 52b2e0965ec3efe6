import type { Binding, DataServiceBroker } from '@ocopea/broker-contract';
import type { BrokerHarness } from '../broker-harness.js';

/** A data service broker under test, and how to reach the content of its data services. */
export interface DataServiceHarness extends BrokerHarness<DataServiceBroker> {
  /** The plan whose data services are tested. */
  readonly planId: string;
  /** Settings that `planId` takes and that differ from its defaults, if it takes any. */
  readonly otherSettings?: Readonly<Record<string, string>>;
  /** Adds `records` records through the binding; durable when it resolves. Rejects when the credentials are worthless. */
  write(binding: Binding, records: number): Promise<void>;
  /**
   * A digest of the whole content in a fixed order: equal content has an equal digest in any data service, and writing
   * changes it. Rejects when the credentials are worthless.
   */
  digest(binding: Binding): Promise<string>;
  /** Statements in the language of the data service. Needed for the capability `statements`. */
  readonly statements?: ProbeStatements;
  /** `credentials` as they would be used against the address of `address`; how a stolen credential is tried elsewhere. */
  withAddressOf?(credentials: Binding, address: Binding): Binding;
}

export interface ProbeStatements {
  /** Adds a record: the digest changes. Says nothing of it but what the product always says. */
  readonly add: string;
  /** Makes the product say this text. */
  say(text: string): string;
  /** What the product refuses. */
  readonly wrong: string;
  /** What never ends. */
  readonly endless: string;
}
