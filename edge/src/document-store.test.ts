import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DocumentStore, type DocumentStoreOptions } from './document-store.js';
import { documentIdOf, KnownDocuments, readKnownDocuments } from './known-documents.js';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const copies = 'query Copies { copies { id } }';
const known = new KnownDocuments(new Map([['copies-1', copies]]));
const store = (options: Partial<DocumentStoreOptions> = {}) =>
  new DocumentStore({ known, safelistOnly: false, registeredCharacters: 1_000, ...options });
const withCode = (code: string) => expect.objectContaining({ code }) as Error;

describe('DocumentStore', () => {
  it('takes any text, and says nothing about a request without a document', () => {
    expect(store().resolve({ query: '{ me }' })).toBe('{ me }');
    expect(store().resolve({})).toBeUndefined();
  });

  it('finds known documents by the id of the manifest and by the hash of their text, in both forms', () => {
    for (const reference of [
      { documentId: 'copies-1' },
      { documentId: documentIdOf(copies) },
      { apolloHash: hashOf(copies) },
      { apolloHash: hashOf(copies).toUpperCase() },
      { apolloHash: hashOf(copies), query: copies },
    ]) {
      expect(store().resolve(reference)).toBe(copies);
      expect(store({ safelistOnly: true }).resolve(reference)).toBe(copies);
    }
  });

  it('says of an unknown id that it is unknown, in the words that Apollo clients wait for where they ask', () => {
    expect(() => store().resolve({ documentId: documentIdOf('{ me }') })).toThrow(withCode('PERSISTED_QUERY_NOT_FOUND'));
    expect(() => store().resolve({ apolloHash: hashOf('{ me }') })).toThrow(
      expect.objectContaining({ code: 'PERSISTED_QUERY_NOT_FOUND', message: 'PersistedQueryNotFound' }),
    );
  });

  it('registers what an Apollo client sends with its hash, and only under its true hash', () => {
    const documents = store();
    expect(() => documents.resolve({ apolloHash: hashOf('{ other }'), query: '{ me }' })).toThrow(withCode('BAD_REQUEST'));
    expect(() => documents.resolve({ apolloHash: hashOf(copies), query: '{ me }' })).toThrow(withCode('BAD_REQUEST'));
    expect(() => documents.resolve({ documentId: 'copies-1', query: '{ me }' })).toThrow(withCode('BAD_REQUEST'));
    expect(documents.resolve({ apolloHash: hashOf('{ me }'), query: '{ me }' })).toBe('{ me }');
    expect(documents.resolve({ apolloHash: hashOf('{ me }') })).toBe('{ me }');
    expect(documents.resolve({ documentId: documentIdOf('{ me }') })).toBe('{ me }');
  });

  it('registers nothing that comes with a document id alone', () => {
    const documents = store();
    expect(documents.resolve({ documentId: documentIdOf('{ me }'), query: '{ me }' })).toBe('{ me }');
    expect(() => documents.resolve({ documentId: documentIdOf('{ me }') })).toThrow(withCode('PERSISTED_QUERY_NOT_FOUND'));
  });

  it('keeps as many characters of registered documents as it may; the least recently used make room', () => {
    const documents = store({ registeredCharacters: 3 * (71 + 10) });
    const texts = ['{ aaaaaa }', '{ bbbbbb }', '{ cccccc }'];
    for (const query of texts) documents.resolve({ apolloHash: hashOf(query), query });
    const remember = (query: string) => documents.resolve({ apolloHash: hashOf(query) });
    expect(texts.map(remember)).toEqual(texts);
    remember(texts[0]!);
    documents.resolve({ apolloHash: hashOf('{ d }'), query: '{ d }' });
    expect(remember(texts[0]!)).toBe(texts[0]);
    expect(() => remember(texts[1]!)).toThrow(withCode('PERSISTED_QUERY_NOT_FOUND'));
    const huge = `{ ${'x'.repeat(400)} }`;
    expect(documents.resolve({ apolloHash: hashOf(huge), query: huge })).toBe(huge);
    expect(() => remember(huge)).toThrow(withCode('PERSISTED_QUERY_NOT_FOUND'));
    expect(remember(texts[0]!)).toBe(texts[0]);
  });

  it('executes known documents alone in safelist mode, by text as well, and lets nobody register', () => {
    const safe = store({ safelistOnly: true });
    expect(safe.resolve({ query: copies })).toBe(copies);
    for (const reference of [
      { query: '{ me }' },
      { query: `${copies} ` },
      { query: `${copies} query Other { me }` },
      { documentId: documentIdOf('{ me }') },
      { documentId: documentIdOf('{ me }'), query: '{ me }' },
      { apolloHash: hashOf('{ me }') },
      { apolloHash: hashOf('{ me }'), query: '{ me }' },
    ]) {
      expect(() => safe.resolve(reference)).toThrow(withCode('DOCUMENT_NOT_SAFELISTED'));
    }
    expect(() => safe.resolve({ documentId: documentIdOf('{ me }') })).toThrow(withCode('DOCUMENT_NOT_SAFELISTED'));
  });
});

describe('a manifest', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'manifest-'))));
  afterAll(() => rm(folder, { recursive: true }));
  const file = async (content: unknown) => {
    const path = join(folder, `${hashOf(JSON.stringify(content))}.json`);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };

  it('is read as code generators write it, and as Apollo writes it', async () => {
    const plain = await file({ [hashOf(copies)]: copies });
    const apollo = await file({ format: 'apollo-persisted-query-manifest', version: 1, operations: [{ id: 'x', body: '{ me }', name: '', type: 'query' }] });
    const documents = await readKnownDocuments([plain, apollo]);
    expect([documents.byId(documentIdOf(copies)), documents.byId('x'), documents.size]).toEqual([copies, '{ me }', 2]);
    expect([documents.nameOf(copies), documents.nameOf('{ me }'), documents.nameOf('query Copies { me }')]).toEqual(['Copies', 'anonymous', undefined]);
  });

  it.each([
    ['no JSON', '{', 'it is not JSON'],
    ['no object', [], 'it is not a JSON object'],
    ['a number for a document', { a: 1 }, 'the document "a" is not a text'],
    ['what is no GraphQL', { a: '{' }, 'the document "a" is not GraphQL'],
  ])('with %s is refused', async (_, content, problem) => {
    const path = await file(content);
    await expect(readKnownDocuments([path])).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(problem) as string });
  });

  it('that is not there is refused', async () => {
    await expect(readKnownDocuments([join(folder, 'none.json')])).rejects.toMatchObject({ message: expect.stringContaining('cannot be read') as string });
  });
});
