import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { misfitOfResult } from './graphql-result.js';
import type { MemberResult } from './partition-member.js';

/** The errors of one server, made by whoever calls it. What they are given says what it did, without URL, host or port. */
export interface TransportFailures {
  /** It is not there, or left in the middle. `isRetryable`: asking again may help. */
  unavailable(why: string, cause: unknown, isRetryable: boolean): Error;
  /** It answered with something that it must not. */
  incompatible(why: string): Error;
}

export interface GraphqlPostOptions {
  readonly url: string;
  readonly failures: TransportFailures;
  /** @default 64 */
  readonly maxSockets?: number | undefined;
  /** @default 16 MiB */
  readonly maxAnswerBytes?: number | undefined;
}

export interface PostOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Aborting it gives the socket up; the promise rejects with its reason. */
  readonly signal: AbortSignal;
  /** An idle connection may be closing at the other end. A query is sent again then, a mutation must not be. @default false */
  readonly onFreshConnection?: boolean;
}

/** A whole answer over HTTP, not looked into. */
export interface PostAnswer {
  readonly status: number;
  readonly text: string;
  /** The server's clock, as it wrote it into the header `date`. */
  readonly date?: string | undefined;
}

const DEFAULT_MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** GraphQL over HTTP POST to one server, over its own keep-alive connections. */
export class GraphqlPost {
  readonly #agent: HttpAgent;
  readonly #target: RequestOptions;
  readonly #send: typeof httpRequest;

  constructor(private readonly options: GraphqlPostOptions) {
    const url = new URL(options.url);
    const isSecure = url.protocol === 'https:';
    this.#agent = new (isSecure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: options.maxSockets ?? 64, scheduling: 'lifo' });
    this.#send = isSecure ? httpsRequest : httpRequest;
    this.#target = { ...urlToHttpOptions(url), method: 'POST' };
  }

  /**
   * Sends a request that was serialised before; a second time, on a connection of its own, when a kept connection turns out dead.
   *
   * @throws the failures of the options, or the reason of the signal
   */
  send(body: string, options: PostOptions): Promise<PostAnswer> {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      signal.throwIfAborted();
      const call = { ...options, body, outgoing: undefined } as Call;
      const onAbort = (): void => {
        call.settle(signal.reason);
        call.outgoing?.destroy();
      };
      call.settle = (error, answer) => {
        signal.removeEventListener('abort', onAbort);
        if (answer === undefined) reject(error as Error);
        else resolve(answer);
      };
      signal.addEventListener('abort', onAbort);
      this.#attempt(call, options.onFreshConnection ?? false);
    });
  }

  /**
   * The GraphQL result in an answer; its status does not matter where there is one. Each call makes new objects.
   *
   * @throws the failures of the options
   */
  parse({ status, text }: PostAnswer): MemberResult {
    const { failures } = this.options;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      // Often an intermediary's page: the server itself may not be there at all.
      throw failures.unavailable(`answered with status ${status} and a body that is not JSON`, cause, status >= 500);
    }
    const misfit = misfitOfResult(value);
    if (misfit === undefined) return value as MemberResult;
    if (status >= 400) throw failures.unavailable(`refused the request with status ${status}`, undefined, status >= 500);
    throw failures.incompatible(`answered ${misfit}`);
  }

  /** Lets go of all sockets. */
  close(): void {
    this.#agent.destroy();
  }

  #attempt(call: Call, onFreshConnection: boolean): void {
    const { body, headers } = call;
    const outgoing = this.#send(
      {
        ...this.#target,
        agent: onFreshConnection ? false : this.#agent,
        headers: {
          ...headers,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json;q=0.9',
          'content-length': Buffer.byteLength(body),
        },
      },
      (incoming) => this.#read(incoming, call),
    );
    call.outgoing = outgoing;
    outgoing.on('error', (cause: NodeJS.ErrnoException) => {
      // The server closed it while it was idle, and has not seen this request.
      if (outgoing.reusedSocket && !call.signal.aborted && isClosing(cause)) this.#attempt(call, true);
      else call.settle(this.options.failures.unavailable(connectionProblem(cause), cause, true));
    });
    outgoing.end(body);
  }

  #read(incoming: IncomingMessage, { settle }: Call): void {
    const { failures, maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES } = this.options;
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxAnswerBytes) return;
      settle(failures.incompatible(`answered with more than ${maxAnswerBytes} bytes`));
      incoming.destroy();
    });
    incoming.on('end', () => {
      const text = (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8');
      settle(undefined, { status: incoming.statusCode ?? 0, text, date: incoming.headers.date });
    });
    const brokenOff = (cause?: Error): void => settle(failures.unavailable('broke off in the middle of its answer', cause, true));
    incoming.on('error', brokenOff);
    // After "end" the promise is resolved, and an error for nobody need not be made.
    incoming.on('close', () => incoming.complete || brokenOff());
  }
}

interface Call extends PostOptions {
  readonly body: string;
  outgoing: ClientRequest | undefined;
  /** Ends the call; only the first time counts. */
  settle: (error: unknown, answer?: PostAnswer) => void;
}

function isClosing({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
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
