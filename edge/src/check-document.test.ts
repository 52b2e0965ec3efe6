import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { checkDocument } from './check-document.js';
import { defaultEdgeLimits } from './edge-limits.js';

const limits = { ...defaultEdgeLimits, depth: 15, aliases: 5, rootFields: 4, directives: 3, tokens: 2_000, fields: 400 };

const nested = (levels: number) => `${'{ a '.repeat(levels)}${'}'.repeat(levels)}`;
const repeated = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

describe('checkDocument', () => {
  it.each([
    ['15 levels', nested(15)],
    ['fragments that make 15 levels', `{ a { ...F } } fragment F on T ${nested(14)}`],
    [
      'a chain of fragments on one level',
      `{ x { ...F0 } } ${repeated(50, (index) => `fragment F${index} on T { a ...F${index + 1} }`)}`,
    ],
    ['nested values within the limit', `{ a(x: ${'['.repeat(15)}${']'.repeat(15)}) }`],
    ['5 aliases', `{ a { ${repeated(5, (index) => `b${index}: b`)} } }`],
    ['names that look like keywords', '{ on fragment query ... on on { on } }'],
    [
      'colons that are no aliases',
      `query($a: Int, $b: Int, $c: Int, $d: Int, $e: Int, $f: Int) { x(a: {b: 1, c: 2, d: 3, e: 4, f: 5, g: 6}) }`,
    ],
    ['a fragment that spreads itself, which validation refuses', '{ ...F } fragment F on T { a ...F }'],
    ['what is no GraphQL at all, which the parser refuses', '}}}} ((( "'],
  ])('lets through %s', (_, text) => {
    expect(() => checkDocument(text, limits)).not.toThrow();
  });

  it('lets the introspection of tools through with the default limits', () => {
    expect(() => checkDocument(getIntrospectionQuery(), defaultEdgeLimits)).not.toThrow();
  });

  it.each([
    ['16 levels', nested(16), 'QUERY_TOO_DEEP', 'deeper than 15 levels'],
    ['200 levels', nested(200), 'QUERY_TOO_DEEP', 'deeper than 15 levels'],
    ['fragments that make 16 levels', `{ a { ...F } } fragment F on T ${nested(15)}`, 'QUERY_TOO_DEEP', 'deeper than 15 levels'],
    ['inline fragments without end', `{ ${'... { '.repeat(300)}`, 'QUERY_TOO_DEEP', 'deeper than 15 levels'],
    ['lists in lists', `{ a(x: ${'['.repeat(17)}) }`, 'QUERY_TOO_DEEP', 'deeper than 15 levels'],
    ['types in types', `query($a: ${'['.repeat(17)}) { a }`, 'QUERY_TOO_DEEP', 'deeper than 15 levels'],
    [
      'default values of directives on an operation',
      `query @a(x: ${'{a:'.repeat(17)}) { a }`,
      'QUERY_TOO_DEEP',
      'deeper than 15 levels',
    ],
    [
      'a long chain of fragments',
      `{ ...F0 } ${repeated(200, (index) => `fragment F${index} on T { ...F${index + 1} }`)}`,
      'QUERY_TOO_DEEP',
      'deeper than 15 levels',
    ],
    ['6 aliases', `{ a { ${repeated(6, (index) => `b${index}: b`)} } }`, 'QUERY_TOO_COMPLEX', 'more than 5 aliases'],
    ['5 root fields', '{ a b c d e }', 'QUERY_TOO_COMPLEX', 'more than 4 root fields'],
    ['5 root fields by aliases', '{ a: x b: x c: x d: x e: x }', 'QUERY_TOO_COMPLEX', 'more than 4 root fields'],
    [
      '5 root fields, some in inline fragments',
      '{ a ... on Query @include(if: true) { b c ... { d e } } }',
      'QUERY_TOO_COMPLEX',
      'more than 4 root fields',
    ],
    [
      '6 root fields by a fragment spread twice',
      '{ ...F ...F } fragment F on Query { a b c }',
      'QUERY_TOO_COMPLEX',
      'more than 4 root fields',
    ],
    ['4 directives', '{ a @x b @x c @x d @x }', 'QUERY_TOO_COMPLEX', 'more than 3 directives'],
    ['2001 tokens', `{ ${repeated(2_000, () => 'a')} }`, 'QUERY_TOO_COMPLEX', 'more than 2000 tokens'],
    [
      'fragments that double',
      `{ x { ...F0 } } ${repeated(40, (index) => `fragment F${index} on T { a ...F${index + 1} ...F${index + 1} }`)}`,
      'QUERY_TOO_COMPLEX',
      'more than 400 fields',
    ],
  ])('refuses %s', (_, text, code, message) => {
    expect(() => checkDocument(text, limits)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
    );
  });

  it('looks at no more of a document of 100,000 levels than of one of 16', () => {
    const before = process.cpuUsage();
    expect(() => checkDocument(nested(100_000), limits)).toThrow(expect.objectContaining({ code: 'QUERY_TOO_DEEP' }));
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(200);
  });
});
