import { buildSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { composeHubSchemas } from './compose-hub-schemas.js';
import { ComposedGraph } from './composed-graph.js';
import { OperationCache } from './operation-cache.js';
import { TestHub } from './testing/test-hub.js';
import { testSiteSdl } from './testing/test-site-schema.js';

const graph = new ComposedGraph(composeHubSchemas({ siteSdl: testSiteSdl, hubSdl: new TestHub().subgraph.sdl }).supergraph);

describe('OperationCache', () => {
  it('prepares an operation once, whether it comes as the same document or as the same text', () => {
    const cache = new OperationCache({ graph });
    const document = parse('{ sites { id } }');
    const first = cache.prepare(document, undefined);
    expect(cache.prepare(document, undefined)).toBe(first);
    expect(cache.prepare(parse('query { sites { id } }'), undefined)).toBe(first);
  });

  it('relies on a validation against its own schema, and on no other', () => {
    const wrong = parse('{ sites { nothing } }');
    const other = buildSchema('type Query { sites: [Site] } type Site { nothing: Int }');
    expect(new OperationCache({ graph }).prepare(wrong, undefined, {}, other)).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect(new OperationCache({ graph }).prepare(parse('{ sites { id } }'), undefined, {}, graph.apiSchema)).toHaveProperty('plan');
  });

  it('plans an operation for what its variables leave of it, once for each combination of them', () => {
    const cache = new OperationCache({ graph });
    const document = parse('query ($a: Boolean!, $b: Boolean = true) { sites @skip(if: $a) { id name @include(if: $b) } }');
    const both = cache.prepare(document, undefined, { a: false });
    expect(cache.prepare(document, undefined, { a: false, b: true, other: 1 })).toBe(both);
    expect(cache.prepare(document, undefined, { a: false, b: false })).not.toBe(both);
    expect(cache.prepare(document, undefined, { a: true })).toHaveProperty('plan.conditions', new Map([['a', true], ['b', true]]));
    expect(cache.prepare(document, undefined, { a: true })).not.toHaveProperty('plan.node');
    expect(cache.prepare(document, undefined, { a: false })).toBe(both);
  });

  it('tells the operations of one document apart', () => {
    const cache = new OperationCache({ graph });
    const document = parse('query A { sites { id } } query B { copyStatistics { copies } }');
    expect(cache.prepare(document, 'A')).toMatchObject({ operation: { name: { value: 'A' } } });
    expect(cache.prepare(document, 'B')).toMatchObject({ operation: { name: { value: 'B' } } });
    expect(cache.prepare(document, 'C')).toMatchObject([{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }]);
    expect(cache.prepare(document, undefined)).toMatchObject([{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }]);
  });

  it('keeps those used last', () => {
    const cache = new OperationCache({ graph, maxOperations: 2 });
    const ask = (field: string) => cache.prepare(parse(`{ sites { ${field} } }`), undefined);
    const [id, name] = [ask('id'), ask('name')];
    expect(ask('id')).toBe(id);
    ask('state');
    expect(ask('id')).toBe(id);
    expect(ask('name')).not.toBe(name);
  });

  it('is bounded by the length of what it keeps', () => {
    const cache = new OperationCache({ graph, maxSourceCharacters: 40 });
    const first = cache.prepare(parse('{ sites { id } }'), undefined);
    cache.prepare(parse('{ sites { id name state health } }'), undefined);
    expect(cache.prepare(parse('{ sites { id } }'), undefined)).not.toBe(first);
  });
});
