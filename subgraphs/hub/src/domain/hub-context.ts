import type { OperationEngine, OperationLog } from '@ocopea/operations';
import type { SigningKey } from '@ocopea/security';
import type { HubLimits } from '../config/hub-limits.js';
import type { Database } from '../store/open-database.js';
import type { SiteClient } from './sites/site-client.js';
import type { SiteConnections } from './sites/site-connections.js';
import type { SiteRegistry } from './sites/site-registry.js';

/** What every piece of the Hub's domain works with. One per process. */
export interface HubContext {
  /** As Sites know it; the owner of its ids is always `hub`. */
  readonly hubId: string;
  readonly database: Database;
  readonly registry: SiteRegistry;
  readonly connections: SiteConnections;
  readonly sites: SiteClient;
  readonly engine: OperationEngine;
  readonly signingKey: SigningKey;
  readonly limits: HubLimits;
  readonly log: OperationLog;
}
