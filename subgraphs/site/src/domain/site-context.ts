import type { OperationEngine, OperationLog } from '@ocopea/operations';
import type { SecretBox, SigningKey } from '@ocopea/security';
import type { SiteLimits } from '../config/site-limits.js';
import type { Database } from '../store/open-database.js';
import type { BrokerDirectory } from './brokers/broker-directory.js';

/** What every piece of the Site's domain works with. One per process. */
export interface SiteContext {
  readonly siteId: string;
  readonly database: Database;
  readonly brokers: BrokerDirectory;
  /** Runs the Site's operations, and keeps the journal. Not before all definitions are known: see `startSite`. */
  readonly engine: OperationEngine;
  readonly signingKey: SigningKey;
  readonly secretBox: SecretBox;
  /** Where other Sites reach this one, without a slash at the end. Known once the edge listens. */
  readonly publicUrl: () => string;
  /** Asks for a measurement of health now rather than at the next round: something has just been made or stopped. */
  readonly measureSoon: () => void;
  readonly limits: SiteLimits;
  readonly log: OperationLog;
}
