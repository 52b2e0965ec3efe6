import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { grantRefused, newId, notFound, OcopeaError, operationNotCancellable, toClientError } from '@ocopea/graph';
import { SigningKey, verifyHubToken, type PublicJwk } from '@ocopea/security';
import { buildSchema, graphql, type GraphQLSchema } from 'graphql';
import { StandInOperation } from './stand-in-operation.js';

export interface StandInSiteOptions {
  readonly id: string;
  /** A Site's whole schema in SDL: every document of the Hub is held against it. */
  readonly schemaText: string;
}

interface StandInCopy {
  readonly id: string;
  readonly originCopyId: string | null;
  readonly bytes: number;
  usable: boolean;
}

interface ReceivedInput {
  readonly copyId: string;
  readonly description: { readonly parts: readonly { readonly partId: string; readonly logicalBytes: number | string }[] };
}

/** What stands for a Grant: a secret that must turn up nowhere. */
export const standInGrant = 'grant-that-nobody-may-keep';

/** A Site in small behind a real socket: it sends, receives and restores copies in name only, and fails as a test wants. */
export class StandInSite {
  readonly id: string;
  readonly key = SigningKey.generate();
  readonly joinToken = 'let-me-in';
  readonly repositoryId: string;
  readonly copies = new Map<string, StandInCopy>();
  readonly apps = new Map<string, string>();
  readonly operations = new Map<string, StandInOperation>();
  /** The mutations that came, in order. */
  readonly asked: string[] = [];
  /** How often an operation is looked at until it is done, by its kind. @default 3 */
  readonly looksUntilDone = new Map<string, number>();
  /** What the next mutation of a name answers instead. */
  readonly refusals = new Map<string, OcopeaError>();
  /** How the next operation of a kind ends instead of succeeding. */
  readonly failures = new Map<string, { readonly code: string; readonly message: string }>();
  version = '1.0.0';
  #hubKey: PublicJwk | undefined;
  #isTokenUsed = false;
  #server: Server | undefined;
  #port = 0;
  readonly #operationsByKey = new Map<string, StandInOperation>();
  readonly #schema: GraphQLSchema;

  constructor({ id, schemaText }: StandInSiteOptions) {
    this.id = id;
    this.repositoryId = newId(id, 'repository');
    this.#schema = buildSchema(schemaText, { assumeValidSDL: true });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Again after {@link stop}: on the same port, with everything as it was. */
  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#handle(request, response));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  /** A copy that was taken here. */
  addCopy(bytes: number, usable = true): string {
    const id = newId(this.id, 'copy');
    this.copies.set(id, { id, originCopyId: null, bytes, usable });
    return id;
  }

  addApp(name: string): string {
    const id = newId(this.id, 'app');
    this.apps.set(id, name);
    return id;
  }

  /** How the operations of a kind ended; null for one that has not. */
  outcomes(kind: string): (string | null)[] {
    return [...this.operations.values()].filter((operation) => operation.kind === kind).map(({ outcome }) => outcome);
  }

  /** Lets a Hub join once more. */
  renewJoinToken(): void {
    this.#isTokenUsed = false;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
      const answer = request.url === '/join' ? this.#join(body) : await this.#answer(request.headers.authorization ?? '', body);
      send(response, 200, answer);
    } catch (error) {
      send(response, 401, { errors: [toClientError(error)] });
    }
  }

  #join({ joinToken, hubPublicKey }: Record<string, unknown>): object {
    if (joinToken !== this.joinToken || this.#isTokenUsed) throw new OcopeaError('UNAUTHENTICATED', 'the join token is wrong or used');
    this.#isTokenUsed = true;
    this.#hubKey = hubPublicKey as PublicJwk;
    return { siteId: this.id, name: this.id.toUpperCase(), location: { label: 'Somewhere' }, version: this.version, publicKey: this.key.publicJwk };
  }

  async #answer(authorization: string, body: Record<string, unknown>): Promise<object> {
    const { name } = await verifyHubToken(authorization.replace('Bearer ', ''), { siteId: this.id, hubKeys: () => this.#hubKey });
    const { data, errors } = await graphql({
      schema: this.#schema,
      source: String(body['query']),
      variableValues: body['variables'] as Record<string, unknown>,
      rootValue: { ...this.#queries(), ...this.#mutations(name) },
    });
    return { data, ...(errors === undefined ? {} : { errors: errors.map((error) => toClientError(error)) }) };
  }

  #queries(): object {
    return {
      sites: () => [{ id: this.id, name: this.id.toUpperCase(), version: this.version, location: { label: 'Somewhere' } }],
      copy: ({ id }: { id: string }) => this.#copyRow(id),
      appInstances: ({ filter }: { filter: { name: string } }) => {
        const named = [...this.apps].filter(([, name]) => name === filter.name);
        return { edges: named.map(([id]) => ({ node: { id, phase: 'RUNNING', dataServices: [], appServices: [] } })) };
      },
      copyRepositories: () => [{ id: this.repositoryId }],
      operation: ({ id }: { id: string }) => this.operations.get(id)?.look() ?? null,
      operations: ({ filter }: { filter: { kind: string } }) => {
        const ofKind = [...this.operations.values()].filter(({ kind }) => kind === filter.kind);
        return { edges: ofKind.map((operation) => ({ node: operation.row() })) };
      },
    };
  }

  #mutations(causeName: string): Record<string, (args: { input: Record<string, string> }) => object> {
    const mutations: Record<string, (input: Record<string, string>) => object> = {
      receiveCopy: (input) => this.#receive(input as unknown as ReceivedInput),
      pushCopy: ({ copyId = '', idempotencyKey = '', grants }) => {
        if (!JSON.stringify(grants).includes(standInGrant)) throw grantRefused('it is missing');
        return this.#operate('pushCopy', causeName, copyId, copyId, idempotencyKey, () => undefined);
      },
      acceptCopy: ({ copyId = '' }) => {
        const copy = this.copies.get(copyId);
        if (copy === undefined) throw notFound('copy', copyId);
        copy.usable = true;
        return { copy: { id: copyId } };
      },
      restoreCopy: ({ copyId = '', name = '', idempotencyKey = '' }) => {
        const known = this.#operationsByKey.get(idempotencyKey);
        const appInstanceId = known === undefined ? newId(this.id, 'app') : known.subjectId;
        const begun = this.#operate('restoreCopy', causeName, copyId, appInstanceId, idempotencyKey, () => this.apps.set(appInstanceId, name));
        return { ...begun, appInstance: { id: appInstanceId } };
      },
      deleteCopy: ({ copyId = '', idempotencyKey = '' }) =>
        this.#operate('deleteCopy', causeName, copyId, copyId, idempotencyKey, () => this.copies.delete(copyId)),
      deleteApp: ({ appInstanceId = '', idempotencyKey = '' }) =>
        this.#operate('deleteApp', causeName, '', appInstanceId, idempotencyKey, () => this.apps.delete(appInstanceId)),
      cancelOperation: ({ operationId = '' }) => {
        const operation = this.operations.get(operationId);
        if (operation === undefined) throw notFound('operation', operationId);
        if (operation.outcome !== null) throw operationNotCancellable(operationId, 'DONE');
        operation.cancel();
        return { operation: { id: operationId } };
      },
    };
    const entries = Object.entries(mutations).map(([name, run]) => [name, ({ input }: { input: Record<string, string> }) => this.#asked(name, () => run(input))] as const);
    return Object.fromEntries(entries);
  }

  #asked(name: string, run: () => object): object {
    this.asked.push(name);
    const refusal = this.refusals.get(name);
    this.refusals.delete(name);
    if (refusal !== undefined) throw refusal;
    return run();
  }

  #receive({ copyId: originCopyId, description }: ReceivedInput): object {
    let copy = [...this.copies.values()].find((known) => known.originCopyId === originCopyId || known.id === originCopyId);
    if (copy === undefined) {
      const bytes = description.parts.reduce((sum, { logicalBytes }) => sum + Number(logicalBytes), 0);
      copy = { id: newId(this.id, 'copy'), originCopyId, bytes, usable: false };
      this.copies.set(copy.id, copy);
    }
    const grants = copy.usable ? [] : description.parts.map(({ partId }) => ({ partId, url: this.url, grant: standInGrant, expiresAt: new Date() }));
    return { copy: { id: copy.id }, alreadyHere: copy.usable, grants };
  }

  #operate(kind: string, causeName: string, copyId: string, subjectId: string, key: string, onSuccess: () => void): { operation: { id: string } } {
    let operation = this.#operationsByKey.get(key);
    if (operation === undefined) {
      const failure = this.failures.get(kind);
      this.failures.delete(kind);
      const bytesTotal = this.copies.get(copyId)?.bytes ?? 0;
      operation = new StandInOperation({ siteId: this.id, kind, causeName, subjectId, bytesTotal, looksUntilDone: this.looksUntilDone.get(kind) ?? 3, onSuccess, failure });
      this.operations.set(operation.id, operation);
      this.#operationsByKey.set(key, operation);
    }
    return { operation: { id: operation.id } };
  }

  #copyRow(id: string): object | null {
    const copy = this.copies.get(id);
    if (copy === undefined) return null;
    const part = { id: newId(this.id, 'copy-part'), dataService: 'db', format: 'text', logicalBytes: copy.bytes, hash: 'sha256:0', repository: { id: this.repositoryId }, consistencyPoint: null, consistencyMarker: null };
    const dataService = { name: 'db', protocol: 'sql', plan: null, broker: newId(this.id, 'broker'), settings: [] };
    return {
      ...copy,
      phase: copy.usable ? 'DONE' : 'RUNNING',
      outcome: copy.usable ? 'SUCCEEDED' : null,
      appInstanceId: newId(this.id, 'app'),
      appInstanceName: 'guestbook',
      consistency: 'CRASH',
      consistencyAsked: 'CRASH',
      hooksAttempted: 0,
      hooksFailed: 0,
      takenAt: new Date(0).toISOString(),
      manifest: { appServices: [], dataServices: [dataService], hooks: [] },
      parts: [part],
    };
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
