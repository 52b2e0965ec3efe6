/** What every suite needs of the place that the broker under test lives in. */
export interface BrokerHarness<Broker> {
  /** The broker now; another object after `reopen` or `crash`. */
  readonly broker: Broker;
  /** Closes the broker and opens another on the same state. Absent where that is not in the harness's hands. */
  reopen?(): Promise<void>;
  /** The same, but the first broker ends as by `kill -9`: no `close`, calls under way never end well. */
  crash?(): Promise<void>;
  /**
   * Names everything that exists and that no live data service, app service, published part or transfer under way accounts
   * for: processes, folders, roles, chunks. Empty where there is no way to look behind the broker.
   */
  leftovers(): Promise<readonly string[]>;
  /** Closes the broker and removes its state. */
  close(): Promise<void>;
}
