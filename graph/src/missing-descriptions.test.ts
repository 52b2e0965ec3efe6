import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { missingDescriptions } from './index.js';

it('names every type, field, argument, input and enum value without a description', () => {
  const schema = buildSchema(`
    type Query { "d" a("d" x: Int, y: I): T  b: E _service: Int }
    type T implements N { "d" id: ID  c: S }
    "d" interface N { id: ID }
    input I { "d" a: Int  b: Int }
    enum E { A "d" B }
    scalar S
    "  "
    union U = T
  `);
  expect(missingDescriptions(schema)).toEqual(['E', 'E.A', 'I', 'I.b', 'N.id', 'Query.a(y)', 'Query.b', 'S', 'T', 'T.c', 'U']);
});
