import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { badInput } from '@ocopea/graph';
import { parse, type DocumentNode } from 'graphql';

/** The id of a document in GraphQL over HTTP: https://github.com/graphql/graphql-over-http/blob/main/rfcs/PersistedOperations.md */
export function documentIdOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Documents that the operator of a process knows: those of its own clients. Their names may stand in metrics. */
export class KnownDocuments {
  private readonly byIds = new Map<string, string>();
  private readonly names = new Map<string, string>();

  /** @param documents - texts by id. Each is found by `sha256:<hash of its text>` as well */
  constructor(documents: ReadonlyMap<string, string> = new Map()) {
    for (const [id, text] of documents) {
      this.byIds.set(id, text);
      this.byIds.set(documentIdOf(text), text);
      this.names.set(text, nameIn(id, text));
    }
  }

  get size(): number {
    return this.names.size;
  }

  byId(id: string): string | undefined {
    return this.byIds.get(id);
  }

  /** The name of the operation of a known document; `undefined` for any other text, whatever name it has. */
  nameOf(text: string): string | undefined {
    return this.names.get(text);
  }
}

/**
 * Reads manifests of persisted documents: a JSON object of texts by id (ids that are a bare hash are taken for sha256), as code
 * generators write it, or Apollo's `{ format: "apollo-persisted-query-manifest", operations: [{ id, body }] }`.
 *
 * @throws BAD_INPUT naming the file and what is wrong with it
 */
export async function readKnownDocuments(paths: readonly string[]): Promise<KnownDocuments> {
  const documents = new Map<string, string>();
  for (const path of paths) {
    for (const [id, text] of entriesOf(path, await readJson(path))) {
      if (typeof text !== 'string') throw badManifest(path, `the document "${id}" is not a text`);
      documents.set(/^[0-9a-f]{64}$/.test(id) ? `sha256:${id}` : id, text);
    }
  }
  return new KnownDocuments(documents);
}

function entriesOf(path: string, manifest: unknown): [string, unknown][] {
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) throw badManifest(path, 'it is not a JSON object');
  if (!('operations' in manifest) || !Array.isArray(manifest.operations)) return Object.entries(manifest);
  return (manifest.operations as { id?: unknown; body?: unknown }[]).map(({ id, body }) => [String(id), body]);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw badManifest(path, error instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read');
  }
}

function nameIn(id: string, text: string): string {
  let document: DocumentNode;
  try {
    document = parse(text, { noLocation: true });
  } catch {
    throw badManifest('of persisted documents', `the document "${id}" is not GraphQL`);
  }
  const names = document.definitions.flatMap((each) => (each.kind === 'OperationDefinition' ? (each.name?.value ?? 'anonymous') : []));
  return names.length === 1 ? names[0]! : 'several';
}

function badManifest(path: string, problem: string): Error {
  return badInput(`manifest ${path}`, problem);
}
