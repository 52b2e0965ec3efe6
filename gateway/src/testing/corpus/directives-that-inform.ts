import type { CorpusCase } from './corpus-case.js';

/** Directives that go into the supergraph and change no answer. */
export const directivesThatInform: CorpusCase = {
  title: '@composeDirective, @tag and subgraphs of other versions',
  subgraphs: {
    shop: {
      sdl: /* GraphQL */ `
        extend schema
          @link(url: "https://specs.apollo.dev/federation/v2.1", import: ["@key", "@composeDirective", "@tag"])
          @link(url: "https://example.org/cache/v1.0", import: ["@fresh", "@hurry"])
          @composeDirective(name: "@fresh")
          @composeDirective(name: "@hurry")
        directive @fresh(seconds: Int!) on FIELD_DEFINITION
        directive @hurry(level: Int! = 1) repeatable on QUERY | FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | FIELD_DEFINITION
        type Query {
          item: Item @fresh(seconds: 5)
        }
        type Item @key(fields: "sku") @tag(name: "public") {
          sku: ID!
          name(upper: Boolean = false): String @fresh(seconds: 60)
        }
      `,
      resolvers: { Query: { item: () => ({ sku: 'i' }) }, Item: { name: (_: unknown, { upper }: { upper: boolean }) => (upper ? 'CHAIR' : 'chair') } },
    },
    stock: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost"])
        scalar Anything
        type Item @key(fields: "sku") {
          sku: ID!
          count: Int @cost(weight: 5)
          facts: Anything
          price: Float
        }
      `,
      resolvers: { Item: { count: () => 3, facts: () => ({ any: ['thing', 1, null] }), price: () => 3 } },
    },
  },
  operations: [
    { title: 'leaves answers as they are', query: '{ item { sku name loud: name(upper: true) count } }', data: { item: { sku: 'i', name: 'chair', loud: 'CHAIR', count: 3 } } },
    { title: 'passes on values of scalars that only a subgraph knows, and whole numbers as floats', query: '{ item { facts price } }', data: { item: { facts: { any: ['thing', 1, null] }, price: 3 } } },
    {
      title: 'are taken from clients, and not sent to subgraphs that may not know them',
      query: 'query ($level: Int!) @hurry { item { sku @hurry count @hurry(level: $level) @hurry ...More @hurry(level: 3) } } fragment More on Item { name @include(if: true) @hurry }',
      variables: { level: 2 },
      data: { item: { sku: 'i', count: 3, name: 'chair' } },
    },
  ],
};
