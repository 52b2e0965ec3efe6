import { traceHeaders } from '@ocopea/edge';
import { subgraphAnswerInvalid, subgraphTimeout, subgraphUnavailable } from '@ocopea/graph';
import { GraphqlPost, MemberSockets, SharedReads, type MemberRequest, type MemberResult, type PostAnswer } from '@ocopea/partition';
import { forwardedHeaders } from './forwarded-headers.js';
import type { GatewayContext } from './gateway-context.js';
import type { OrdinarySubgraph, SubgraphCallOptions } from './ordinary-subgraph.js';
import { unlessAborted } from './unless-aborted.js';
import { withDeadline } from './with-deadline.js';

export interface HttpSubgraphOptions {
  /** Its name in the supergraph. */
  readonly name: string;
  /** GraphQL over HTTP POST. */
  readonly url: string;
  /** graphql-ws. @default `url` with ws(s) as its scheme */
  readonly subscriptionUrl?: string;
  /** Federation 2 SDL, where it takes part in a composition. @default '' */
  readonly sdl?: string;
  /** Headers of the client, in lower case, that are sent along; over a WebSocket as headers' names and values in `connection_init`. @default none */
  readonly forwardHeaders?: readonly string[];
  /** From the call to the last byte of the answer. @default 15000 */
  readonly deadlineMs?: number;
  /** Connections for queries; mutations have their own. @default 64 */
  readonly maxSockets?: number;
  /** Requests under way and waiting for a connection; others are refused. @default 2000 */
  readonly maxRequests?: number;
  /** @default 16 MiB */
  readonly maxAnswerBytes?: number;
  /** Between pings on the subscription socket; a pong must come within half of it. @default 10000 */
  readonly pingIntervalMs?: number;
}

/**
 * A subgraph behind HTTP, and behind graphql-ws for its subscriptions.
 *
 * - Identical queries under way are sent once, when the forwarded headers are the same as well. A query over a connection that turns
 *   out dead is sent a second time; a mutation goes on a connection of its own, once.
 * - What goes wrong on the way is SUBGRAPH_UNAVAILABLE, SUBGRAPH_TIMEOUT or SUBGRAPH_ANSWER_INVALID, without address. An answer of
 *   any status that holds a GraphQL result is that result.
 * - All subscriptions with the same forwarded headers share one socket. One that is read slower than events come is ended.
 */
export class HttpSubgraph implements OrdinarySubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly #post: GraphqlPost;
  readonly #reads = new SharedReads<PostAnswer>();
  readonly #sockets = new MemberSockets();
  readonly #deadlineMs: number;
  #underWay = 0;

  constructor(private readonly options: HttpSubgraphOptions) {
    const { name, url, maxSockets, maxAnswerBytes } = options;
    this.name = name;
    this.sdl = options.sdl ?? '';
    this.#deadlineMs = options.deadlineMs ?? 15_000;
    this.#post = new GraphqlPost({
      url,
      maxSockets,
      maxAnswerBytes,
      failures: {
        unavailable: (why, cause) => subgraphUnavailable(name, why, cause),
        incompatible: (why) => subgraphAnswerInvalid(name, why),
      },
    });
  }

  async execute(request: MemberRequest, { context, signal }: SubgraphCallOptions): Promise<MemberResult> {
    const { maxRequests = 2_000 } = this.options;
    if (this.#underWay >= maxRequests) throw subgraphUnavailable(this.name, `has ${maxRequests} requests under way already; ask again in a moment`);
    this.#underWay++;
    try {
      const headers = forwardedHeaders(this.options.forwardHeaders, context.headers);
      const sent = context.trace === undefined ? headers : { ...headers, ...traceHeaders(context.trace) };
      const body = JSON.stringify(request);
      // Parsed by each who waits: what an executor gets it also changes.
      return this.#post.parse(await (isMutation(request) ? this.#write(body, sent, signal) : this.#read(body, headers, sent, signal)));
    } finally {
      this.#underWay--;
    }
  }

  /** Of the client it is sent the forwarded headers, and nothing else. */
  identityOf({ headers }: GatewayContext): string {
    return JSON.stringify(forwardedHeaders(this.options.forwardHeaders, headers) ?? {});
  }

  async *subscribe(request: MemberRequest, { context, signal }: SubgraphCallOptions): AsyncGenerator<MemberResult, void, void> {
    const headers = forwardedHeaders(this.options.forwardHeaders, context.headers);
    const { name, options } = this;
    const socket = this.#sockets.of(headers === undefined ? '' : JSON.stringify(headers), {
      unavailable: (why, cause) => subgraphUnavailable(name, why, cause),
      url: options.subscriptionUrl ?? options.url.replace(/^http/, 'ws'),
      connectionParams: headers && (() => headers),
      pingIntervalMs: options.pingIntervalMs ?? 10_000,
    });
    yield* socket.subscribe({ ...request }, { context, signal });
  }

  /** Lets go of all sockets and ends the subscriptions. */
  close(): void {
    this.#post.close();
    this.#sockets.close();
  }

  /** Who shares an answer shares the trace of the one that asked first, and the deadline. */
  async #read(body: string, headers: Headers, sent: Headers, signal: AbortSignal): Promise<PostAnswer> {
    const key = headers === undefined ? body : `${JSON.stringify(headers)}${body}`;
    signal.throwIfAborted();
    const read = this.#reads.join(READS, key, (abandoned) =>
      withDeadline(abandoned, this.#deadlineMs, (within) => this.#post.send(body, { headers: sent, signal: within }), this.#tooLate),
    );
    return unlessAborted(read.answer, signal, () => read.leave());
  }

  async #write(body: string, headers: Headers, signal: AbortSignal): Promise<PostAnswer> {
    this.#reads.forget(READS);
    const work = (within: AbortSignal): Promise<PostAnswer> => this.#post.send(body, { headers, signal: within, onFreshConnection: true });
    try {
      return await withDeadline(signal, this.#deadlineMs, work, this.#tooLate);
    } finally {
      this.#reads.forget(READS);
    }
  }

  readonly #tooLate = (): Error => subgraphTimeout(this.name, this.#deadlineMs);
}

type Headers = Record<string, string> | undefined;

/** All of the subgraph. */
const READS = '';

/** Plans are made of documents with one operation, and its keyword comes first. */
function isMutation({ query }: MemberRequest): boolean {
  return query.startsWith('mutation');
}
