import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { CostCheck } from './cost-check.js';

const schema = buildSchema('type Query { books(first: Int): [Book!]! } type Book { id: ID! }');
const document = parse('query($n: Int) { books(first: $n) { id } }');
const question = { schema, document, operation: getOperationAST(document)! };

describe('CostCheck', () => {
  it('lets through what costs as much as the limit, and refuses what costs one more', () => {
    const check = new CostCheck({ cost: 100, listSize: 10 });
    expect(check.check({ ...question, variables: { n: 100 } })).toEqual({ cost: 100, dearest: { field: 'books', cost: 100 } });
    expect(() => check.check({ ...question, variables: { n: 101 } })).toThrow(
      expect.objectContaining({
        code: 'QUERY_TOO_EXPENSIVE',
        message: 'the operation costs 101, and the limit is 100; "books" makes 101 of it: ask for shorter pages, fewer fields or fewer Sites',
        details: { cost: 101, limit: 100, dearest: { field: 'books', cost: 101 } },
      }),
    );
  });

  it('works a document out anew when the schema is another one', () => {
    const check = new CostCheck({ cost: 100, listSize: 10 });
    const dearer = buildSchema('directive @cost(weight: Int!) on OBJECT type Query { books(first: Int): [Book!]! } type Book @cost(weight: 5) { id: ID! }');
    expect(check.check({ ...question, variables: { n: 2 } }).cost).toBe(2);
    expect(check.check({ ...question, schema: dearer, variables: { n: 2 } }).cost).toBe(10);
    expect(check.check({ ...question, variables: { n: 2 } }).cost).toBe(2);
  });
});
