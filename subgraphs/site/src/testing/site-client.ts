import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** An answer whose shape the document decides; what is expected of it is said by the test. */
// oxlint-disable-next-line typescript/no-explicit-any -- a type for each document would repeat the document
export type Loose = any;

export interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly (string | number)[]; readonly extensions?: { readonly code?: string } }[];
}

/** Speaks to one Site over HTTP and WebSocket, as any client would. */
export class SiteClient {
  constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  async ask<Data = Loose>(query: string, variables: Record<string, unknown> = {}): Promise<GraphqlAnswer<Data>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphqlAnswer<Data>;
  }

  /** The data of an answer without errors. */
  async get<Data = Loose>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { data, errors } = await this.ask<Data>(query, variables);
    if (errors !== undefined || data === null || data === undefined) throw new Error(`the Site answered ${JSON.stringify(errors)}`);
    return data;
  }

  /** The first error of an answer, as code and message. */
  async refusal(query: string, variables: Record<string, unknown> = {}): Promise<{ code: string | undefined; message: string }> {
    const answer = await this.ask(query, variables);
    const error = answer.errors?.[0];
    if (error === undefined) throw new Error(`the Site answered ${JSON.stringify(answer.data)} instead of an error`);
    return { code: error.extensions?.code, message: error.message };
  }

  /** Runs a mutation whose payload has an operation, and waits for its end by its events. */
  async run<Payload extends { operation: { id: string } } = Loose>(mutation: string, variables: Record<string, unknown>): Promise<{ payload: Payload; operation: EndedOperation }> {
    const data = await this.get<Record<string, Payload>>(mutation, variables);
    const payload = Object.values(data)[0] as Payload;
    return { payload, operation: await this.ended(payload.operation.id) };
  }

  /** An operation once it is DONE. */
  async ended(operationId: string): Promise<EndedOperation> {
    const events = this.subscribe<{ operationProgress: { phase: string } }>(
      'subscription ($id: ID) { operationProgress(operationId: $id) { phase } }',
      { id: operationId },
    );
    for await (const { operationProgress } of events) if (operationProgress.phase === 'DONE') break;
    const { operation } = await this.get<{ operation: EndedOperation }>(
      'query ($id: ID!) { operation(id: $id) { id kind outcome warnings subjectId error { code message } steps { name phase } progress { bytesDone bytesTotal } } }',
      { id: operationId },
    );
    return operation;
  }

  async *subscribe<Data = Loose>(query: string, variables: Record<string, unknown> = {}): AsyncGenerator<Data, void, undefined> {
    const client: Client = createClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${this.token}` },
      retryAttempts: 0,
    });
    try {
      for await (const { data, errors } of client.iterate<Data>({ query, variables })) {
        if (errors !== undefined) throw Object.assign(new Error(errors[0]?.message), { code: errors[0]?.extensions?.['code'] });
        yield data as Data;
      }
    } finally {
      await client.dispose();
    }
  }
}

export interface EndedOperation {
  readonly id: string;
  readonly kind: string;
  readonly outcome: string;
  readonly warnings: readonly string[];
  readonly subjectId: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly steps: readonly { readonly name: string; readonly phase: string }[];
  readonly progress: { readonly bytesDone: number; readonly bytesTotal: number | null };
}
