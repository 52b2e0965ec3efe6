import type { CorpusCase } from './corpus-case.js';

interface Required {
  readonly pages: number;
  readonly title: string;
  readonly cover: { readonly width: number; readonly height: number };
}

/** `@skip` and `@include` on every level, by constants, variables and their defaults. */
export const conditions: CorpusCase = {
  title: '@skip and @include',
  subgraphs: {
    books: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Query {
          book: Book
        }
        type Book @key(fields: "id") {
          id: ID!
          title: String
          pages: Int
          cover: Cover
        }
        type Cover {
          width: Int
          height: Int
        }
      `,
      resolvers: { Query: { book: () => ({ id: 'b', title: 'Emma', pages: 474, cover: { width: 13, height: 20 } }) } },
    },
    stock: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
        type Book @key(fields: "id") {
          id: ID!
          pages: Int @external
          title: String @external
          cover: Cover @external
          inStock: Int
          postage: Int @requires(fields: "pages")
          shelf: String @requires(fields: "title cover { width }")
          display: String @requires(fields: "cover { width height }")
        }
        type Cover {
          width: Int @external
          height: Int @external
        }
      `,
      resolvers: {
        Book: {
          __resolveReference: (book: object) => ({ ...book, inStock: 3 }),
          postage: ({ pages }: Required) => Math.ceil(pages / 100),
          shelf: ({ title, cover }: Required) => `${title.slice(0, 1)}${cover.width}`,
          display: ({ cover }: Required) => `${cover.width}x${cover.height}`,
        },
      },
    },
  },
  operations: [
    { title: 'leaves out by a constant, and asks nobody', query: '{ book { id inStock @skip(if: true) postage @include(if: false) } }', data: { book: { id: 'b' } }, fetches: 1 },
    { title: 'leaves out by a variable, and asks nobody', query: 'query ($no: Boolean!) { book { id inStock @include(if: $no) } }', variables: { no: false }, data: { book: { id: 'b' } }, fetches: 1 },
    { title: 'keeps by a variable', query: 'query ($yes: Boolean!) { book { id inStock @include(if: $yes) title @skip(if: $yes) } }', variables: { yes: true }, data: { book: { id: 'b', inStock: 3 } } },
    { title: 'takes the default of a variable', query: 'query ($yes: Boolean = true, $no: Boolean = false) { book { title @include(if: $no) postage @include(if: $yes) } }', data: { book: { postage: 5 } } },
    { title: 'needs both where both are said', query: 'query ($a: Boolean!, $b: Boolean!) { book { title @skip(if: $a) @include(if: $b) id } }', variables: { a: false, b: true }, data: { book: { title: 'Emma', id: 'b' } } },
    { title: 'leaves out where one says so', query: 'query ($a: Boolean!, $b: Boolean!) { book { title @skip(if: $a) @include(if: $b) id } }', variables: { a: true, b: true }, data: { book: { id: 'b' } } },
    { title: 'leaves out fragments', query: 'query ($a: Boolean!) { book { id ... @include(if: $a) { inStock } ...More @skip(if: $a) } } fragment More on Book { pages title }', variables: { a: true }, data: { book: { id: 'b', inStock: 3 } } },
    { title: 'keeps a field that is left out in one place and not in another', query: 'query ($a: Boolean!) { book { title @skip(if: $a) ...More } } fragment More on Book { title }', variables: { a: true }, data: { book: { title: 'Emma' } } },
    { title: 'shows an object of which all is left out', query: 'query ($a: Boolean!) { book { title @skip(if: $a) ... @include(if: false) { id } ...More @skip(if: $a) } } fragment More on Book { inStock }', variables: { a: true }, data: { book: {} }, fetches: 1 },
    { title: 'leaves out at the root', query: 'query ($a: Boolean!) { book @skip(if: $a) { id } __typename }', variables: { a: true }, data: { __typename: 'Query' }, fetches: 0 },
    { title: 'requires what the client leaves out', query: 'query ($a: Boolean!) { book { pages @skip(if: $a) postage } }', variables: { a: true }, data: { book: { postage: 5 } } },
    { title: 'asks for the others where one whose requirement is left out stands beside them', query: 'query ($a: Boolean!) { book { postage inStock shelf @include(if: $a) } }', variables: { a: false }, data: { book: { postage: 5, inStock: 3 } } },
    { title: 'asks for it as well where it is not left out', query: 'query ($a: Boolean!) { book { postage inStock shelf @include(if: $a) } }', variables: { a: true }, data: { book: { postage: 5, inStock: 3, shelf: 'E13' } } },
    { title: 'tells parts of one required object apart', query: 'query ($a: Boolean!) { book { display @skip(if: $a) ... @include(if: $a) { shelf } postage } }', variables: { a: true }, data: { book: { shelf: 'E13', postage: 5 } } },
    { title: 'tells the same parts apart the other way round', query: 'query ($a: Boolean!) { book { display @skip(if: $a) ... @include(if: $a) { shelf } postage } }', variables: { a: false }, data: { book: { display: '13x20', postage: 5 } } },
    { title: 'asks for what is said twice, under a condition and without', query: 'query ($a: Boolean!) { book { ... @include(if: $a) { shelf inStock } shelf display @skip(if: $a) } }', variables: { a: true }, data: { book: { shelf: 'E13', inStock: 3 } } },
  ],
};
