/** What one process accepts. Everything is checked before a resolver runs. */
export interface EdgeLimits {
  /** Bytes of the body of one GraphQL request, over HTTP or in one WebSocket message. @default 1 MiB */
  readonly bodyBytes: number;
  /** Nested selections, fragments included, and nested values. @default 15 */
  readonly depth: number;
  /** Lexical tokens of a document. @default 10000 */
  readonly tokens: number;
  /** Aliases of a document. @default 200 */
  readonly aliases: number;
  /** Fields of an operation's root, fragments included. @default 50 */
  readonly rootFields: number;
  /** Directives of a document. @default 100 */
  readonly directives: number;
  /** Fields of an operation, each fragment counted as often as it is spread. @default 5000 */
  readonly fields: number;
  /** Of an operation: each object it may answer costs 1, lists and Sites multiply. See `docs/reference/limits.md`. @default 100000 */
  readonly cost: number;
  /** How long a list without an argument for it is taken to be. @default 10 */
  readonly listSize: number;
  /** Requests in one body; 1 refuses lists of requests. Their costs add up. @default 1 */
  readonly batch: number;
  /** Operations and other requests of one caller, over all transports. 0: no limit. @default 2000 */
  readonly requestsPerSecond: number;
  /** Those that may come at once, after a pause. @default 10000 */
  readonly requestsBurst: number;
  /** Credentials from one address that are found wrong; past it, that address is answered without a look. 0: no limit. @default 20 */
  readonly refusalsPerSecond: number;
  /** Those that may come at once, after a pause. @default 200 */
  readonly refusalsBurst: number;
  /** Callers, and addresses, whose rates are counted apart; those beyond share one. @default 10000 */
  readonly countedCallers: number;
  /** Characters of all documents that clients have registered under their hash. 0: none may. @default 4 Mi */
  readonly registeredDocumentCharacters: number;
  /** From the last byte of a request to its answer; subscriptions have none. @default 30000 */
  readonly requestDeadlineMs: number;
  /** For the headers of a request to arrive. @default 10000 */
  readonly headersDeadlineMs: number;
  /** For the body of a GraphQL request to arrive. @default 15000 */
  readonly bodyDeadlineMs: number;
  /** Sockets of all kinds at once. @default 1000 */
  readonly connections: number;
  /** Operations that run at once on one WebSocket. @default 100 */
  readonly subscriptionsPerConnection: number;
  /** For a WebSocket client to send its `connection_init`. @default 3000 */
  readonly connectionInitMs: number;
  /** Between pings of WebSockets and heart-beats of event streams; a WebSocket that misses one is cut. @default 12000 */
  readonly keepAliveMs: number;
  /** For a subscriber to take one event; past it, its subscription ends with SUBSCRIBER_TOO_SLOW. @default 30000 */
  readonly slowSubscriberMs: number;
  /** Between checks that the credential of a live connection is still good. @default 60000 */
  readonly credentialCheckMs: number;
  /** For requests to end when the process stops. @default 10000 */
  readonly closeDeadlineMs: number;
}

export const defaultEdgeLimits: EdgeLimits = {
  bodyBytes: 1024 * 1024,
  depth: 15,
  tokens: 10_000,
  aliases: 200,
  rootFields: 50,
  directives: 100,
  fields: 5_000,
  cost: 100_000,
  listSize: 10,
  batch: 1,
  requestsPerSecond: 2_000,
  requestsBurst: 10_000,
  refusalsPerSecond: 20,
  refusalsBurst: 200,
  countedCallers: 10_000,
  registeredDocumentCharacters: 4 * 1024 * 1024,
  requestDeadlineMs: 30_000,
  headersDeadlineMs: 10_000,
  bodyDeadlineMs: 15_000,
  connections: 1_000,
  subscriptionsPerConnection: 100,
  connectionInitMs: 3_000,
  keepAliveMs: 12_000,
  slowSubscriberMs: 30_000,
  credentialCheckMs: 60_000,
  closeDeadlineMs: 10_000,
};
