import { GraphqlPost } from './graphql-post.js';
import { MemberSocket } from './member-socket.js';
import { memberIncompatible, memberUnavailable } from './partition-error.js';
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
  readonly #post: GraphqlPost;
  readonly #socket: MemberSocket;

  constructor(readonly options: HttpPartitionMemberOptions) {
    this.id = options.id;
    this.sdl = options.sdl;
    this.covers = options.covers ?? 'whole';
    this.#post = new GraphqlPost({
      url: options.url,
      maxSockets: options.maxSockets,
      maxAnswerBytes: options.maxAnswerBytes,
      failures: {
        unavailable: (why, cause, isRetryable) => memberUnavailable(options.id, why, cause, isRetryable),
        incompatible: (why) => memberIncompatible(options.id, why),
      },
    });
    this.#socket = new MemberSocket({
      unavailable: (why, cause) => memberUnavailable(options.id, why, cause),
      url: options.subscriptionUrl ?? options.url.replace(/^http/, 'ws'),
      connectionParams: options.connectionParams,
      pingIntervalMs: options.pingIntervalMs ?? 10_000,
    });
  }

  async execute(request: MemberRequest, { signal, context, operation }: MemberCallOptions): Promise<MemberResult> {
    const headers = (await this.options.headers?.(context)) ?? {};
    return this.#post.parse(await this.#post.send(JSON.stringify(request), { headers, signal, onFreshConnection: operation === 'mutation' }));
  }

  async *subscribe(request: MemberRequest, options: MemberSubscribeOptions): AsyncGenerator<MemberResult, void, void> {
    const extensions = await this.options.subscriptionExtensions?.(options.context);
    yield* this.#socket.subscribe({ ...request, ...(extensions ? { extensions } : {}) }, options);
  }

  close(): void {
    this.#post.close();
    this.#socket.close();
  }
}
