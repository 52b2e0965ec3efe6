import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '@ocopea/security';
import type { RequestTrace } from '@ocopea/edge';
import type { SiteReport } from '@ocopea/partition';
import type { RequestExplanation } from './request-explanation.js';

/** What belongs to one request of a client; goes with every call that the request causes. */
export interface GatewayContext extends Record<string, unknown> {
  /** Who asks. */
  readonly principal: Principal;
  /** Aborted when the client has left or the request's deadline has passed. */
  readonly signal: AbortSignal;
  /** Of the client's request, or of the upgrade of its WebSocket. Go to a subgraph only by its allow-list. */
  readonly headers?: IncomingHttpHeaders;
  /** Becomes `extensions.sites` of the answer. */
  readonly siteReport: SiteReport;
  /** Where the request is traced. */
  readonly trace?: RequestTrace | undefined;
  /** Where the caller has asked how it is answered, and may know. */
  readonly explanation?: RequestExplanation | undefined;
}
