import { join } from 'node:path';
import { CreateCopyDocument, type OcopeaClient } from '@ocopea/sdk';
import { Fabric, Guestbook, databaseUrlBehind, operationEnd, operationSuccess, type EndedOperation } from '@ocopea/test-support';
import { parse } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

/** Where a request goes. */
export type Door = 'hub' | 'eu-central' | 'us-west';

export interface GraphError {
  readonly message: string;
  readonly extensions: { readonly code: string };
}

/** Documents of the tables are many; each knows what it asked for. */
// oxlint-disable-next-line typescript/no-explicit-any
type Data = any;

export interface GraphAnswer {
  readonly status: number;
  readonly data?: Data;
  readonly errors?: readonly GraphError[];
}

const never = '01a00000-0000-7000-8000-000000000000';
const eventsDocument = parse('subscription { events { kind message subjectId } }') as unknown as TypedDocumentNode<{ events: object }, Record<string, never>>;

/** A fabric with a running application and a copy of it, which hears all that it is answered. */
export class Scene implements AsyncDisposable {
  /** Every answer and event, as text. */
  readonly heard: string[] = [];
  /** What must not be in them. */
  readonly secrets: string[] = [];
  appInstanceId = '';
  copyId = '';
  operationId = '';
  readonly repositories = new Map<string, string>();
  readonly brokers = new Map<string, string>();
  readonly #leave = new AbortController();
  #listening: Promise<void> = Promise.resolve();

  private constructor(
    readonly fabric: Fabric,
    readonly hub: OcopeaClient,
    readonly token: string,
    readonly guestbook: Guestbook,
  ) {}

  static async open(): Promise<Scene> {
    const fabric = await Fabric.start();
    const hub = await fabric.hub();
    const token = await fabric.token();
    const url = /Application +(\S+)/.exec(fabric.output)![1]!;
    const scene = new Scene(fabric, hub, token, new Guestbook(url));
    await scene.#fill();
    return scene;
  }

  /** An id of the right form that nothing has. */
  unknown(kind: string, site = 'eu-central'): string {
    return `${site}.${kind}.${never}`;
  }

  url(door: Door): string {
    return door === 'hub' ? `http://127.0.0.1:${this.fabric.port}` : this.fabric.siteUrl(door);
  }

  /** Any HTTP request. */
  async http(door: Door, path: string, init: RequestInit): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.url(door)}${path}`, { signal: AbortSignal.timeout(60_000), ...init });
    const text = await response.text();
    this.heard.push(text);
    return { status: response.status, text };
  }

  async ask(door: Door, query: string, variables: object = {}, token: string = this.token): Promise<GraphAnswer> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const { status, text } = await this.http(door, '/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    return { status, ...(JSON.parse(text) as object) };
  }

  /** A mutation by its name and the value of its argument `input`. */
  mutate(door: Door, mutation: string, input: object, fields = 'operation { id }'): Promise<GraphAnswer> {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
    return this.ask(door, `mutation ($input: ${type}) { ${mutation}(input: $input) { ${fields} } }`, { input });
  }

  /** Begins work and follows it to its end, however it ends. */
  async work(mutation: string, input: object, fields = ''): Promise<{ payload: Data; operation: EndedOperation }> {
    const { data, errors } = await this.mutate('hub', mutation, input, `operation { id } ${fields}`);
    if (errors !== undefined) throw new Error(`${mutation} was refused: ${JSON.stringify(errors)}`);
    const payload = data[mutation];
    const operation = await operationEnd(this.hub, payload.operation.id);
    this.heard.push(JSON.stringify(operation));
    return { payload, operation };
  }

  homeOf(site: Exclude<Door, 'hub'>): string {
    return join(this.fabric.home, 'sites', site);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave.abort();
    await this.#listening;
    await this.hub.close();
    await this.fabric[Symbol.asyncDispose]();
  }

  async #fill(): Promise<void> {
    this.#listening = this.#listen();
    await this.guestbook.fill(3_000);
    const { data } = await this.ask('hub', '{ appInstances { edges { node { id } } } copyRepositories { id site { id } } brokers(sites: ["eu-central"]) { id kind name } }');
    this.appInstanceId = data.appInstances.edges[0].node.id;
    for (const { id, site } of data.copyRepositories) this.repositories.set(site.id, id);
    // Of each kind the one that the scene uses.
    for (const { id, kind, name } of data.brokers) if (!['s3', 'volume'].includes(name)) this.brokers.set(kind, id);
    const { createCopy } = await this.hub.request(CreateCopyDocument, { input: { appInstanceId: this.appInstanceId } });
    ({ id: this.operationId } = await operationSuccess(this.hub, createCopy.operation.id));
    this.copyId = createCopy.copy!.id;

    const databaseUrl = await databaseUrlBehind(this.guestbook.url);
    this.secrets.push(this.token, databaseUrl, new URL(databaseUrl).password);
  }

  async #listen(): Promise<void> {
    for await (const event of this.hub.subscribe(eventsDocument, {}, { signal: this.#leave.signal })) this.heard.push(JSON.stringify(event));
  }
}
