import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { OperationCosts } from './operation-costs.js';

const schema = buildSchema('type Query { books(first: Int): [Book!]! } type Book { id: ID! }');
const document = parse('query($n: Int) { books(first: $n) { id } }');
const question = { schema, document, operation: getOperationAST(document)! };

describe('OperationCosts', () => {
  it('works a document out anew when the schema is another one', () => {
    const costs = new OperationCosts({ listSize: 10 });
    const dearer = buildSchema('directive @cost(weight: Int!) on OBJECT type Query { books(first: Int): [Book!]! } type Book @cost(weight: 5) { id: ID! }');
    expect(costs.of({ ...question, variables: { n: 2 } }).cost).toBe(2);
    expect(costs.of({ ...question, schema: dearer, variables: { n: 2 } }).cost).toBe(10);
    expect(costs.of({ ...question, variables: { n: 2 } }).cost).toBe(2);
  });
});
