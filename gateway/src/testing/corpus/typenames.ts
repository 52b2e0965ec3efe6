import type { CorpusCase } from './corpus-case.js';

const pets = [
  { __typename: 'Cat', id: 'c', lives: 9 },
  { __typename: 'Dog', id: 'd', tricks: ['sit'] },
];
const wolf = { __typename: 'Wolf', id: 'w' };

/** `__typename` everywhere, under aliases, and introspection beside data. */
export const typenames: CorpusCase = {
  title: '__typename and introspection',
  subgraphs: {
    pets: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@inaccessible"])
        type Query {
          pets: [Pet!]!
          any: Anything
          atNight: Pet
          outside: [Pet]
          howling: Pet!
        }
        interface Pet {
          id: ID!
        }
        type Cat implements Pet @key(fields: "id") {
          id: ID!
          lives: Int
          secret: Int @inaccessible
        }
        type Dog implements Pet @key(fields: "id") {
          id: ID!
          tricks: [String!]
        }
        type Wolf implements Pet @key(fields: "id") @inaccessible {
          id: ID!
        }
        union Anything = Cat | Dog
      `,
      resolvers: { Query: { pets: () => pets, any: () => pets[1], atNight: () => wolf, outside: () => [pets[0], wolf], howling: () => wolf } },
    },
    owners: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Cat @key(fields: "id") {
          id: ID!
          owner: String
        }
        type Dog @key(fields: "id") {
          id: ID!
          owner: String
        }
      `,
      resolvers: { Cat: { owner: () => 'Mia' }, Dog: { owner: () => 'Ned' } },
    },
  },
  operations: [
    { title: 'is known of the root without asking anyone', query: '{ __typename t: __typename }', data: { __typename: 'Query', t: 'Query' }, fetches: 0 },
    { title: 'is that of each object', query: '{ pets { __typename id } any { __typename } }', data: { pets: [{ __typename: 'Cat', id: 'c' }, { __typename: 'Dog', id: 'd' }], any: { __typename: 'Dog' } } },
    { title: 'goes by an alias', query: '{ pets { kind: __typename } any { a: __typename b: __typename ... on Dog { c: __typename } } }', data: { pets: [{ kind: 'Cat' }, { kind: 'Dog' }], any: { a: 'Dog', b: 'Dog', c: 'Dog' } } },
    {
      title: 'may lend its name to another field',
      query: '{ pets { __typename: id ... on Dog { owner } } }',
      data: { pets: [{ __typename: 'c' }, { __typename: 'd', owner: 'Ned' }] },
    },
    { title: 'is there in what another subgraph adds', query: '{ pets { ... on Cat { __typename owner } ... on Dog { owner __typename } } }', data: { pets: [{ __typename: 'Cat', owner: 'Mia' }, { owner: 'Ned', __typename: 'Dog' }] } },
    {
      title: 'introspection answers with what clients may see',
      query: '{ __type(name: "Cat") { name fields { name } } any { __typename } }',
      data: { __type: { name: 'Cat', fields: [{ name: 'id' }, { name: 'owner' }, { name: 'lives' }] }, any: { __typename: 'Dog' } },
    },
    { title: 'introspection takes variables, aliases and fragments', query: 'query ($n: String!) { t: __type(name: $n) { ...N } s: __schema { queryType { name } } } fragment N on __Type { kind }', variables: { n: 'Pet' }, data: { t: { kind: 'INTERFACE' }, s: { queryType: { name: 'Query' } } }, fetches: 0 },
    { title: 'a hidden field cannot be asked for', query: '{ pets { ... on Cat { secret } } }', errors: [''] },
    { title: 'an object of a hidden type is not there, which is no error', query: '{ atNight { id } outside { __typename id } }', data: { atNight: null, outside: [{ __typename: 'Cat', id: 'c' }, null] }, stockDiffers: 'it tells an extension of these, of which we make errors' },
    { title: 'an object of a hidden type is one where there must be one', query: '{ howling { id } }', data: null, errors: ['howling'] },
    { title: 'names that every object has are names like others', query: '{ constructor: any { toString: __typename hasOwnProperty: __typename } }', data: { constructor: { toString: 'Dog', hasOwnProperty: 'Dog' } } },
  ],
};
