import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Kind, print, type DocumentNode, type FormattedExecutionResult } from 'graphql';
import { EventQueue } from './event-queue.js';
import { EventSocket } from './event-socket.js';
import { OcopeaRequestError } from './ocopea-request-error.js';

export interface OcopeaClientOptions {
  /** Address of a Hub or a Site, with or without `/graphql`, for example `http://127.0.0.1:4000`. */
  readonly url: string;
  /** The bearer token: the administrator's, or one of the identity provider's. Asked for again at every connection. */
  readonly token: string | (() => string | Promise<string>);
  /** How long one query or mutation may take. @default 30000 */
  readonly timeoutMs?: number;
  /** Between pings of the socket for subscriptions; a server that does not answer within half of it is given up and asked anew. @default 10000 */
  readonly pingIntervalMs?: number;
  /** Events of one subscription that wait for whoever reads it. @default 1000 */
  readonly maxWaitingEvents?: number;
}

/** Which Sites answered a request, and which did not; see `extensions.sites`. */
export interface SiteAnswer {
  readonly id: string;
  readonly outcome: string;
  readonly code?: string;
  readonly durationMs?: number;
}

export interface Answer<Data> {
  /** May have holes where `errors` says so. */
  readonly data: Data;
  readonly errors: readonly { readonly message: string; readonly code: string; readonly path?: readonly (string | number)[]; readonly site?: string }[];
  readonly sites: readonly SiteAnswer[];
}

/** How often a lost subscription is taken up again at once, before waiting longer each time. */
const longestPauseMs = 5_000;

/**
 * The typed client of the Ocopea graph: one Hub or one Site.
 *
 * @example
 * const client = new OcopeaClient({ url: 'http://127.0.0.1:4000', token });
 * const { copies } = await client.request(CopiesDocument, { first: 10 });
 * for await (const { copyProgress } of client.subscribe(CopyProgressDocument, { copyId })) console.log(copyProgress.progress.bytesDone);
 */
export class OcopeaClient {
  readonly #endpoint: URL;
  readonly #options: OcopeaClientOptions;
  #socket: EventSocket | undefined;
  /** A subscription goes on only while this is what it was. */
  #timesClosed = 0;
  /** Whether a server has taken the credential since it was last refused. */
  #wasWelcome = false;

  constructor(options: OcopeaClientOptions) {
    this.#options = options;
    this.#endpoint = endpointOf(options.url);
  }

  /** The data of one query or mutation. @throws OcopeaRequestError when anything of it failed */
  async request<Data, Variables extends object>(document: TypedDocumentNode<Data, Variables>, variables: Variables, options: { signal?: AbortSignal } = {}): Promise<Data> {
    const answer = await this.ask(document, variables, options);
    const [first] = answer.errors;
    if (first !== undefined) throw new OcopeaRequestError(first.code, first.message, { site: first.site, errors: answer.errors });
    return answer.data;
  }

  /** Like `request`, but a partial answer is an answer: its errors stand beside the data. */
  async ask<Data, Variables extends object>(document: TypedDocumentNode<Data, Variables>, variables: Variables, options: { signal?: AbortSignal } = {}): Promise<Answer<Data>> {
    const deadline = AbortSignal.timeout(this.#options.timeoutMs ?? 30_000);
    const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
    let response: Response;
    let body: FormattedExecutionResult<Data>;
    try {
      response = await fetch(this.#endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json', authorization: `Bearer ${await this.#token()}` },
        body: JSON.stringify({ query: print(document), variables }),
        signal,
      });
      body = answerOf<Data>(await response.json());
    } catch (cause) {
      if (deadline.aborted) throw new OcopeaRequestError('DEADLINE_EXCEEDED', `${this.#endpoint.origin} did not answer in time`, { cause });
      if (signal.aborted) throw new OcopeaRequestError('CANCELLED', 'the request was cancelled', { cause });
      throw new OcopeaRequestError('UNREACHABLE', `nothing answers as Ocopea at ${this.#endpoint.origin}; is it running? ("ocopea up" starts it)`, { cause });
    }
    const errors = (body.errors ?? []).map((error) => ({
      message: error.message,
      code: String(error.extensions?.code ?? 'INTERNAL'),
      ...(error.path === undefined ? {} : { path: error.path }),
      ...(typeof error.extensions?.site === 'string' ? { site: error.extensions.site } : {}),
    }));
    if (body.data === undefined || body.data === null) {
      const first = errors[0] ?? { code: 'INTERNAL', message: `${this.#endpoint.origin} answered ${response.status} without data` };
      throw new OcopeaRequestError(first.code, first.message, { errors });
    }
    return { data: body.data, errors, sites: (body.extensions?.sites ?? []) as readonly SiteAnswer[] };
  }

  /**
   * Events until the caller stops or aborts. A lost connection is taken up again by itself after the last event's
   * cursor, so that none is missed or repeated, where the document has the variable `$after` and selects `cursor`. So is one
   * whose token has expired, where the option `token` is a function, and one that the server ended because too many events waited. An
   * event that has holes is an event.
   *
   * Whoever reads slower than events come does not fill the memory: past `maxWaitingEvents` the subscription is ended at the server,
   * and taken up again after the last of those that wait, when they are read. Without `$after` and `cursor` it fails with
   * SUBSCRIBER_TOO_SLOW then.
   * @throws OcopeaRequestError when the server refuses or ends the subscription with an error
   */
  async *subscribe<Data extends object, Variables extends object>(document: TypedDocumentNode<Data, Variables>, variables: Variables, options: { signal?: AbortSignal } = {}): AsyncGenerator<Data> {
    let after: string | undefined;
    const begun = this.#timesClosed;
    using aborted = new Abortion(options.signal);
    for (let pauseMs = 0; options.signal?.aborted !== true; pauseMs = Math.min(longestPauseMs, pauseMs * 2 + 100)) {
      if (pauseMs > 0) await pause(pauseMs, options.signal);
      if (options.signal?.aborted || begun !== this.#timesClosed) return;
      const events = this.#events(document, after === undefined ? variables : { ...variables, after });
      try {
        // An abort is not left to the library, which would first wait for a connection that it is opening.
        for (let next = await aborted.or(events.next()); next?.done === false; next = await aborted.or(events.next())) {
          const { data, errors } = next.value;
          if (data === null || data === undefined) {
            const [first] = errors ?? [];
            if (first !== undefined) throw new OcopeaRequestError(String(first.extensions?.code ?? 'INTERNAL'), first.message);
            continue;
          }
          after = cursorOf(data) ?? after;
          pauseMs = 0;
          yield data;
        }
        return;
      } catch (error) {
        const refused = refusal(error);
        if (refused !== undefined && !this.#hasNewerToken(refused) && !(isTooSlow(refused) && hasPlace(document, after, variables))) throw refused;
      } finally {
        void events.return();
      }
    }
  }

  /** Ends its subscriptions and its socket. */
  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#timesClosed += 1;
    await socket?.close();
  }

  #events<Data extends object>(document: TypedDocumentNode<Data, never>, variables: object) {
    this.#socket ??= new EventSocket({
      url: this.#endpoint.href.replace(/^http/, 'ws'),
      connectionParams: async () => ({ authorization: `Bearer ${await this.#token()}` }),
      pingIntervalMs: this.#options.pingIntervalMs ?? 10_000,
      onWelcome: () => (this.#wasWelcome = true),
    });
    return new EventQueue<Data>(this.#socket.client, { query: print(document), variables: { ...variables } }, this.#options.maxWaitingEvents ?? 1_000);
  }

  /** A credential that was good before and ended is asked for anew, once. */
  #hasNewerToken(refused: Error): boolean {
    const mayHave = this.#wasWelcome && typeof this.#options.token === 'function' && refused instanceof OcopeaRequestError && refused.code === 'UNAUTHENTICATED';
    if (mayHave) this.#wasWelcome = false;
    return mayHave;
  }

  async #token(): Promise<string> {
    const { token } = this.#options;
    return typeof token === 'function' ? token() : token;
  }
}

function endpointOf(url: string): URL {
  let endpoint: URL;
  try {
    endpoint = new URL(url);
  } catch (cause) {
    throw new OcopeaRequestError('BAD_INPUT', `"${url}" is not an address; give one like http://127.0.0.1:4000`, { cause });
  }
  if (endpoint.protocol !== 'http:' && endpoint.protocol !== 'https:') {
    throw new OcopeaRequestError('BAD_INPUT', `"${url}" is not an address of a Hub or a Site; give one like http://127.0.0.1:4000`);
  }
  if (endpoint.pathname === '/' || endpoint.pathname === '') endpoint.pathname = '/graphql';
  return endpoint;
}

/** Other servers answer with JSON too. */
function answerOf<Data>(body: unknown): FormattedExecutionResult<Data> {
  if (typeof body === 'object' && body !== null && ('data' in body || 'errors' in body)) return body as FormattedExecutionResult<Data>;
  throw new TypeError('the answer is none of GraphQL');
}

function isTooSlow(refused: Error): boolean {
  return refused instanceof OcopeaRequestError && refused.code === 'SUBSCRIBER_TOO_SLOW';
}

/** Whether a subscription that the server has ended can go on behind its last event. */
function hasPlace(document: DocumentNode, after: string | undefined, variables: object): boolean {
  const takesAfter = document.definitions.some(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && definition.variableDefinitions?.some(({ variable }) => variable.name.value === 'after'),
  );
  return takesAfter && (after !== undefined || ('after' in variables && typeof variables.after === 'string'));
}

/** The cursor of the event, which sits in the one root field of a subscription. */
function cursorOf(data: object): string | undefined {
  const [event] = Object.values(data) as { cursor?: unknown }[];
  return typeof event?.cursor === 'string' ? event.cursor : undefined;
}

/** An error that trying again cannot mend: the server's own, not the network's. */
function refusal(error: unknown): Error | undefined {
  if (error instanceof OcopeaRequestError) return error;
  if (Array.isArray(error)) {
    const [first] = error as { message: string; extensions?: { code?: string } }[];
    return new OcopeaRequestError(first?.extensions?.code ?? 'INTERNAL', first?.message ?? 'the subscription was refused');
  }
  const { code, reason } = (error ?? {}) as { code?: unknown; reason?: unknown };
  if (typeof code === 'number' && refusals.has(code)) {
    return new OcopeaRequestError(code === 4401 || code === 4403 ? 'UNAUTHENTICATED' : 'BAD_INPUT', String(reason ?? 'the server refused the connection'));
  }
  return undefined;
}

/** Closes by which a server says that it will not take this client. 4408, 4499, 4500 and 4504 are troubles of the way. */
const refusals: ReadonlySet<number> = new Set([4400, 4401, 4403, 4406, 4409, 4429]);

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** What a caller that leaves need not wait for; one thing at a time. */
class Abortion implements Disposable {
  #leave: () => void = () => undefined;
  readonly #onAbort = (): void => this.#leave();

  constructor(private readonly signal: AbortSignal | undefined) {
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Settles as `work` does, or with `undefined` at the abort. */
  or<T>(work: Promise<T>): Promise<T | undefined> {
    // Not `Promise.race` with one promise for all: that would keep every event for as long as nobody aborts.
    return new Promise((resolve, reject) => {
      this.#leave = () => resolve(undefined);
      if (this.signal?.aborted) this.#leave();
      work.then(resolve, reject);
    });
  }

  [Symbol.dispose](): void {
    this.signal?.removeEventListener('abort', this.#onAbort);
  }
}
