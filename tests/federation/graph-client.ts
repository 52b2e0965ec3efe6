import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface GraphAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphError[];
  readonly extensions?: { readonly sites?: readonly { id: string; outcome: string; code?: string; durationMs: number }[] };
}

export interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly site?: string };
}

/** Asks a Site or the Hub, as any program would that knows no more than GraphQL. */
export class GraphClient {
  /** Opened by the first subscription, closed when there is none. */
  readonly #socket: Client;

  constructor(
    readonly url: string,
    private readonly token: string,
  ) {
    this.#socket = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
  }

  async ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<GraphAnswer<Data>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphAnswer<Data>;
  }

  /** The answers to a subscription as they come, errors and extensions included. */
  answers<Data>(query: string): AsyncIterableIterator<GraphAnswer<Data>> {
    return this.#socket.iterate({ query }) as unknown as AsyncIterableIterator<GraphAnswer<Data>>;
  }

  /** The first answer to an operation over server-sent events. */
  async firstStreamed<Data>(query: string, variables: Record<string, unknown> = {}): Promise<GraphAnswer<Data>> {
    const left = new AbortController();
    const response = await fetch(`${this.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ query, variables }),
      signal: left.signal,
    });
    let text = '';
    try {
      for await (const chunk of response.body!) {
        text += Buffer.from(chunk as Uint8Array).toString('utf8');
        const [, data] = /^event: next\ndata: (.*)\n\n/m.exec(text) ?? [];
        if (data !== undefined) return JSON.parse(data) as GraphAnswer<Data>;
      }
    } finally {
      left.abort();
    }
    throw new Error(`${this.url} ended the stream without an answer: ${text}`);
  }

  /** The data of an answer without errors. */
  async get<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { data, errors } = await this.ask<Data>(query, variables);
    if (errors !== undefined || !data) throw new Error(`${this.url} answered ${JSON.stringify({ data, errors })}`);
    return data;
  }

  /** The events of a subscription, until the caller stops reading. */
  async *events<Data>(query: string, variables: Record<string, unknown> = {}): AsyncGenerator<Data, void, undefined> {
    for await (const { data, errors } of this.#socket.iterate<Data>({ query, variables })) {
      if (errors) throw new Error(`${this.url} sent ${JSON.stringify(errors)}`);
      yield data as Data;
    }
  }

  /** Runs a mutation whose payload has an operation, and waits for its end by its events. */
  async run<Payload extends { operation: { id: string } }>(mutation: string, input: Record<string, unknown>): Promise<Payload> {
    const [payload] = Object.values(await this.get<Record<string, Payload>>(mutation, { input }));
    const progress = 'subscription($id: ID) { operationProgress(operationId: $id) { phase outcome operation { error { code message } } } }';
    for await (const { operationProgress } of this.events<OperationProgress>(progress, { id: payload!.operation.id })) {
      if (operationProgress.phase !== 'DONE') continue;
      if (operationProgress.outcome !== 'SUCCEEDED') throw new Error(`an operation ended with ${JSON.stringify(operationProgress)}`);
      return payload!;
    }
    throw new Error(`the events of ${payload!.operation.id} ended before it did`);
  }
}

interface OperationProgress {
  readonly operationProgress: { readonly phase: string; readonly outcome: string | null };
}
