/** One GraphQL request to one member. */
export interface MemberRequest {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** A GraphQL error as it travels in JSON. */
export interface MemberGraphQLError {
  message: string;
  path?: readonly (string | number)[];
  extensions?: Record<string, unknown>;
}

/** The answer of a member, as parsed from JSON and so far unchecked beyond its outermost shape. */
export interface MemberResult {
  data?: Record<string, unknown> | null;
  errors?: readonly MemberGraphQLError[];
}

export interface MemberCallOptions {
  /** Aborted at the deadline and when the caller leaves; the member must let go of its socket then. */
  signal: AbortSignal;
  /** The context of the client's request, for credentials. Opaque to this module. */
  context: unknown;
  /**
   * A mutation must not be sent on a connection that may already be dead, since it cannot be sent again.
   * @default 'query'
   */
  operation?: 'query' | 'mutation';
}

export interface MemberSubscribeOptions {
  signal: AbortSignal;
  context: unknown;
  /** Called each time the member has taken the subscription; a quiet stream shows that it is alive this way. */
  onStarted?: () => void;
}

/**
 * One instance of the partitioned subgraph.
 *
 * `execute` and `subscribe` fail with a `PartitionError` whose message is fit for clients; other throwables are
 * reported as SITE_UNAVAILABLE without their message. GraphQL errors are no failure: they are part of the result.
 */
export interface PartitionMember {
  /** A DNS label; the first part of every id that this member owns. */
  readonly id: string;
  /** The subgraph schema of this member. Members with the same text share everything that is derived from it. */
  readonly sdl: string;
  /**
   * `whole`: has every field of the subgraph, and what it lacks is reported as SITE_INCOMPATIBLE.
   * `part`: has some root fields and types by design; it is not asked for others, and nothing is reported.
   */
  readonly covers: 'whole' | 'part';
  execute(request: MemberRequest, options: MemberCallOptions): Promise<MemberResult>;
  /**
   * Yields a result per event and returns when the member completes the stream. Throws when the connection is lost:
   * resuming after the last cursor is the caller's part. A request that the member does not take yields one result without
   * `data`. Aborting the signal ends the upstream subscription and the iterable, without an error.
   */
  subscribe(request: MemberRequest, options: MemberSubscribeOptions): AsyncIterable<MemberResult>;
}
