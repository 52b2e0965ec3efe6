import { buildSchema, GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DocumentCache, type DocumentCacheOptions } from './document-cache.js';
import { defaultEdgeLimits } from './edge-limits.js';

const schema = buildSchema('type Query { hello: String bye: String }');
const cacheWith = (options: Partial<DocumentCacheOptions> = {}) => new DocumentCache({ limits: defaultEdgeLimits, introspection: true, ...options });

describe('DocumentCache', () => {
  it('prepares the same text once, and the operations of one text apart', () => {
    const cache = cacheWith();
    const text = 'query A { hello } query B { bye }';
    const first = cache.prepare(text, 'A', schema);
    expect(cache.prepare(text, 'A', schema)).toBe(first);
    expect(cache.prepare(text, 'B', schema)).toMatchObject({ operation: { name: { value: 'B' } } });
    expect(cache.prepare(text, 'C', schema)).toMatchObject({ problems: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }] });
  });

  it('validates again what it keeps when the schema is another, and plans of the same document stay with it', () => {
    const cache = cacheWith();
    const first = cache.prepare('{ bye }', undefined, schema);
    const same = buildSchema('type Query { bye: String }');
    const again = cache.prepare('{ bye }', undefined, same);
    expect(again).toMatchObject({ schema: same });
    expect('document' in again && 'document' in first && again.document === first.document).toBe(true);
    const without = cache.prepare('{ bye }', undefined, buildSchema('type Query { hello: String }'));
    expect(without).toMatchObject({ problems: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  });

  it('keeps those used last, up to a number and to a length', () => {
    const few = cacheWith({ maxDocuments: 2 });
    const ask = (cache: DocumentCache, text: string) => cache.prepare(text, undefined, schema);
    const [hello, bye] = [ask(few, '{ hello }'), ask(few, '{ bye }')];
    expect(ask(few, '{ hello }')).toBe(hello);
    ask(few, '{ hello bye }');
    expect(ask(few, '{ hello }')).toBe(hello);
    expect(ask(few, '{ bye }')).not.toBe(bye);

    const short = cacheWith({ maxCharacters: 12 });
    const first = ask(short, '{ hello }');
    ask(short, '{ bye }');
    expect(ask(short, '{ hello }')).not.toBe(first);
  });

  it('says where a document is wrong', () => {
    const found = cacheWith().prepare('{ hello nothing }', undefined, schema);
    const [problem] = 'problems' in found ? found.problems : [];
    expect(problem).toBeInstanceOf(GraphQLError);
    expect(problem!.toJSON()).toMatchObject({ locations: [{ line: 1, column: 9 }] });
  });
});
