import { documentIdMismatch, documentNotSafelisted, documentUnknown } from '@ocopea/graph';
import { documentIdOf, type KnownDocuments } from './known-documents.js';

/** How a client names the document it wants to run: by text, by id, or both. */
export interface DocumentReference {
  readonly query?: string | undefined;
  /** `sha256:<hex>`, as in the persisted documents of GraphQL over HTTP; or another id of the manifest. */
  readonly documentId?: string | undefined;
  /** `extensions.persistedQuery.sha256Hash`, as Apollo's clients send it. */
  readonly apolloHash?: string | undefined;
}

export interface DocumentStoreOptions {
  /** Documents known beforehand. */
  readonly known: KnownDocuments;
  /** Only those are executed. */
  readonly safelistOnly: boolean;
  /** Characters of all documents that clients have registered, with their ids. The least recently used make room. 0: none may. */
  readonly registeredCharacters: number;
}

/** Finds the text of a document by its id. */
export class DocumentStore {
  private readonly registered = new Map<string, string>();
  private characters = 0;

  constructor(private readonly options: DocumentStoreOptions) {}

  /**
   * The text to execute; `undefined` when the client names no document at all.
   *
   * @throws PERSISTED_QUERY_NOT_FOUND for an id that is not known here
   * @throws DOCUMENT_NOT_SAFELISTED for anything else than a known document, where only those are executed
   * @throws BAD_REQUEST when the text does not have the hash that it came with
   */
  resolve({ query, documentId, apolloHash }: DocumentReference): string | undefined {
    const id = documentId ?? (apolloHash === undefined ? undefined : `sha256:${apolloHash.toLowerCase()}`);
    if (id === undefined) return query === undefined ? undefined : this.byText(query);
    const known = this.options.known.byId(id);
    if (known !== undefined) {
      if (query !== undefined && query !== known) throw documentIdMismatch();
      return known;
    }
    if (query !== undefined) return this.register(id, query, apolloHash !== undefined);
    const text = this.options.safelistOnly ? undefined : this.recall(id);
    if (text !== undefined) return text;
    throw this.options.safelistOnly ? documentNotSafelisted() : documentUnknown(id, apolloHash !== undefined);
  }

  private byText(query: string): string {
    if (this.options.safelistOnly && this.options.known.nameOf(query) === undefined) throw documentNotSafelisted();
    return query;
  }

  /** Only Apollo's form asks for that. A text under a false hash would be run by whoever asks for the true one. */
  private register(id: string, query: string, isWanted: boolean): string {
    const text = this.byText(query);
    if (id.startsWith('sha256:') && id !== documentIdOf(text)) throw documentIdMismatch();
    const { registeredCharacters, safelistOnly } = this.options;
    if (!isWanted || safelistOnly || sizeOf(id, text) > registeredCharacters) return text;
    this.recall(id);
    if (!this.registered.has(id)) {
      this.registered.set(id, text);
      this.characters += sizeOf(id, text);
    }
    for (const [oldest, itsText] of this.registered) {
      if (this.characters <= registeredCharacters) break;
      this.registered.delete(oldest);
      this.characters -= sizeOf(oldest, itsText);
    }
    return text;
  }

  private recall(id: string): string | undefined {
    const text = this.registered.get(id);
    if (text === undefined) return undefined;
    this.registered.delete(id);
    this.registered.set(id, text);
    return text;
  }
}

const sizeOf = (id: string, text: string): number => id.length + text.length;
