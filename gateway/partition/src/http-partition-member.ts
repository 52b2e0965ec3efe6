import { GraphqlPost, type PostAnswer } from './graphql-post.js';
import type { MemberSocketOptions } from './member-socket.js';
import { MemberSockets } from './member-sockets.js';
import { memberIncompatible, memberRefuses, memberUnavailable, PartitionError } from './partition-error.js';
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
  /** Payload of `connection_init`, asked for each time a socket is opened, with the context of a subscription of it. */
  connectionParams?: (context: unknown) => Record<string, unknown> | Promise<Record<string, unknown>>;
  /** Tells callers apart that must not share a socket for subscriptions, such as those with other `connectionParams`. @default all share one */
  callerOf?: (context: unknown) => string;
  /** For members that take newer `connectionParams` by a `ping` with them as its payload: how often they are sent. @default never */
  renewParamsEveryMs?: number;
  /** `extensions` of one subscription, for what all callers of a socket do not have in common. */
  subscriptionExtensions?: (context: unknown) => Record<string, unknown> | Promise<Record<string, unknown>>;
  /**
   * For credentials that are this process's own: a member that refuses them (status 401, close code 4401) is unavailable then, and
   * what it says is no client's business. Answers why, in words that go on behind `site "…"`.
   *
   * @param clockAheadMs - how far the member's clock is ahead of this one; negative when it is behind, `undefined` when it does not tell
   * @default what the member says goes to the client
   */
  credentialRefused?: (clockAheadMs: number | undefined) => string;
  /** @default 64 */
  maxSockets?: number;
  /** @default 16 MiB */
  maxAnswerBytes?: number;
  /** Between pings on the subscription socket; a pong must come within half of it. @default 10000 */
  pingIntervalMs?: number;
}

/** For learning over HTTP why a credential was refused over a WebSocket. */
const REFUSAL_DEADLINE_MS = 5_000;
const UNAUTHORIZED_CLOSE = 4401;

/** A member behind HTTP and WebSocket. `close()` lets go of all sockets and ends its subscriptions. */
export class HttpPartitionMember implements PartitionMember {
  readonly id: string;
  readonly sdl: string;
  readonly covers: 'whole' | 'part';
  readonly #post: GraphqlPost;
  readonly #sockets = new MemberSockets();
  readonly #socketOptions: MemberSocketOptions;

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
    this.#socketOptions = {
      unavailable: (why, cause) => memberUnavailable(options.id, why, cause),
      url: options.subscriptionUrl ?? options.url.replace(/^http/, 'ws'),
      connectionParams: options.connectionParams,
      renewEveryMs: options.renewParamsEveryMs,
      pingIntervalMs: options.pingIntervalMs ?? 10_000,
    };
  }

  async execute(request: MemberRequest, { signal, context, operation }: MemberCallOptions): Promise<MemberResult> {
    const headers = (await this.options.headers?.(context)) ?? {};
    const answer = await this.#post.send(JSON.stringify(request), { headers, signal, onFreshConnection: operation === 'mutation' });
    this.#throwIfRefused(answer);
    return this.#post.parse(answer);
  }

  async *subscribe(request: MemberRequest, options: MemberSubscribeOptions): AsyncGenerator<MemberResult, void, void> {
    const extensions = await this.options.subscriptionExtensions?.(options.context);
    const socket = this.#sockets.of(this.options.callerOf?.(options.context) ?? '', this.#socketOptions);
    try {
      yield* socket.subscribe({ ...request, ...(extensions ? { extensions } : {}) }, options);
    } catch (error) {
      throw (await this.#refusal(error, options)) ?? error;
    }
  }

  close(): void {
    this.#post.close();
    this.#sockets.close();
  }

  #throwIfRefused({ status, date = '' }: PostAnswer): void {
    const { id, credentialRefused } = this.options;
    if (status !== 401 || credentialRefused === undefined) return;
    const clockAheadMs = Date.parse(date) - Date.now();
    throw memberRefuses(id, credentialRefused(Number.isNaN(clockAheadMs) ? undefined : clockAheadMs));
  }

  /** Why a socket was closed for its credential. A WebSocket does not tell the member's clock, an answer over HTTP does. */
  async #refusal(error: unknown, { signal, context }: MemberSubscribeOptions): Promise<PartitionError | undefined> {
    const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
    if (code !== UNAUTHORIZED_CLOSE || this.options.credentialRefused === undefined) return undefined;
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(REFUSAL_DEADLINE_MS)]);
    try {
      await this.execute({ query: '{ __typename }' }, { signal: deadline, context });
    } catch (refusal) {
      if (refusal instanceof PartitionError && refusal.hasAnswered) return refusal;
    }
    return undefined;
  }
}
