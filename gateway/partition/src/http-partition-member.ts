import type { MemberCallOptions, MemberRequest, MemberResult, MemberSubscribeOptions, PartitionMember } from './partition-member.js';

export interface HttpPartitionMemberOptions {
  id: string;
  sdl: string;
  /** GraphQL over HTTP POST. */
  url: string;
  /** graphql-ws. @default `url` with ws(s) as its scheme */
  subscriptionUrl?: string;
  /** @default 'whole' */
  covers?: 'whole' | 'part';
  /** Headers of one call, such as a short-lived token for the caller in `context`. */
  headers?: (context: unknown) => Record<string, string> | Promise<Record<string, string>>;
  /** Payload of `connection_init`, asked for each time the socket is opened. */
  connectionParams?: () => Record<string, unknown> | Promise<Record<string, unknown>>;
  /** `extensions` of one subscription, such as a token for the caller in `context`: all callers share the socket. */
  subscriptionExtensions?: (context: unknown) => Record<string, unknown> | Promise<Record<string, unknown>>;
  /** @default 64 */
  maxSockets?: number;
  /** @default 16 MiB */
  maxAnswerBytes?: number;
  /** Between pings on the subscription socket; a pong must come within half of it. @default 10000 */
  pingIntervalMs?: number;
}

/** A member behind HTTP and WebSocket. `close()` lets go of all sockets and ends its subscriptions. */
export class HttpPartitionMember implements PartitionMember {
  readonly id: string;
  readonly sdl: string;
  readonly covers: 'whole' | 'part';

  constructor(readonly options: HttpPartitionMemberOptions) {
    this.id = options.id;
    this.sdl = options.sdl;
    this.covers = options.covers ?? 'whole';
  }

  execute(_request: MemberRequest, _options: MemberCallOptions): Promise<MemberResult> {
    throw new Error('not built yet');
  }

  subscribe(_request: MemberRequest, _options: MemberSubscribeOptions): AsyncIterable<MemberResult> {
    throw new Error('not built yet');
  }

  async close(): Promise<void> {}
}
