import type { Principal } from '@ocopea/security';
import type { HubContext } from '../domain/hub-context.js';

/** What the resolvers of one request share. */
export interface HubRequestContext {
  readonly hub: HubContext;
  readonly principal: Principal;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}
