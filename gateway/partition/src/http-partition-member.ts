import { request as httpRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as HttpsAgent } from 'node:https';
import { MemberSocket } from './member-socket.js';
import { memberIncompatible, memberUnavailable, PartitionError } from './partition-error.js';
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

const DEFAULT_MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** A member behind HTTP and WebSocket. `close()` lets go of all sockets and ends its subscriptions. */
export class HttpPartitionMember implements PartitionMember {
  readonly id: string;
  readonly sdl: string;
  readonly covers: 'whole' | 'part';
  readonly #url: URL;
  readonly #agent: HttpAgent;
  readonly #socket: MemberSocket;

  constructor(readonly options: HttpPartitionMemberOptions) {
    this.id = options.id;
    this.sdl = options.sdl;
    this.covers = options.covers ?? 'whole';
    this.#url = new URL(options.url);
    const Agent = this.#url.protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.maxSockets ?? 64, scheduling: 'lifo' });
    this.#socket = new MemberSocket({
      member: options.id,
      url: options.subscriptionUrl ?? options.url.replace(/^http/, 'ws'),
      connectionParams: options.connectionParams,
      pingIntervalMs: options.pingIntervalMs ?? 10_000,
    });
  }

  async execute(request: MemberRequest, { signal, context, operation }: MemberCallOptions): Promise<MemberResult> {
    const headers = (await this.options.headers?.(context)) ?? {};
    signal.throwIfAborted();
    const response = await this.#post(JSON.stringify(request), headers, signal, operation === 'mutation');
    return this.#parse(response);
  }

  async *subscribe(request: MemberRequest, options: MemberSubscribeOptions): AsyncGenerator<MemberResult, void, void> {
    const extensions = await this.options.subscriptionExtensions?.(options.context);
    yield* this.#socket.subscribe({ ...request, ...(extensions ? { extensions } : {}) }, options);
  }

  close(): void {
    this.#agent.destroy();
    this.#socket.close();
  }

  #post(body: string, headers: Record<string, string>, signal: AbortSignal, onFreshConnection: boolean): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing = send(
        this.#url,
        {
          method: 'POST',
          // An idle connection may be closing at the other end. A query is sent again then, a mutation must not be.
          agent: onFreshConnection ? false : this.#agent,
          signal,
          headers: {
            ...headers,
            'content-type': 'application/json',
            accept: 'application/graphql-response+json, application/json;q=0.9',
            'content-length': Buffer.byteLength(body),
          },
        },
        (incoming) => {
          this.#read(incoming).then((text) => resolve({ status: incoming.statusCode ?? 0, text }), reject);
        },
      );
      outgoing.on('error', (cause: NodeJS.ErrnoException) => {
        reject(signal.aborted ? signal.reason : memberUnavailable(this.id, connectionProblem(cause), cause));
      });
      outgoing.end(body);
    });
  }

  #read(incoming: IncomingMessage): Promise<string> {
    const limit = this.options.maxAnswerBytes ?? DEFAULT_MAX_ANSWER_BYTES;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > limit) {
          reject(memberIncompatible(this.id, `answered with more than ${limit} bytes`));
          incoming.destroy();
        } else chunks.push(chunk);
      });
      incoming.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      const brokenOff = (cause?: Error): void => reject(memberUnavailable(this.id, 'broke off in the middle of its answer', cause));
      incoming.on('error', brokenOff);
      // After "end" this changes nothing: the promise is resolved by then.
      incoming.on('close', () => brokenOff());
    });
  }

  #parse({ status, text }: { status: number; text: string }): MemberResult {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      // Often an intermediary's page: the member itself may not be there at all.
      throw memberUnavailable(this.id, `answered with status ${status} and a body that is not JSON`, cause, status >= 500);
    }
    const isGraphQL = typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
    if (isGraphQL) return value as MemberResult;
    if (status >= 400) throw new PartitionError('SITE_UNAVAILABLE', `site "${this.id}" refused the request with status ${status}`, { member: this.id, retryable: status >= 500 });
    throw memberIncompatible(this.id, 'answered with JSON that is not a GraphQL result');
  }
}

/** In words without addresses: the system's own message names host and port. */
function connectionProblem(cause: NodeJS.ErrnoException): string {
  switch (cause.code) {
    case 'ECONNREFUSED':
      return 'refused the connection';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'closed the connection';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'has an address that does not resolve';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return 'cannot be reached over the network';
    default:
      return 'could not be asked: the connection failed';
  }
}
