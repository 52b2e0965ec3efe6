import { GraphQLError } from 'graphql';
import type { CorpusCase } from './corpus-case.js';

const refuse = (message: string): never => {
  throw new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
};

/** What is null, why, and how far it reaches. */
export const errorsAndNulls: CorpusCase = {
  title: 'errors and nulls',
  subgraphs: {
    zoo: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Query {
          animals: [Animal]
          animal(id: ID!): Animal!
          keeper: Keeper
          locked: String
          names: [String!]
        }
        type Keeper {
          name: String!
          favourite: Animal!
        }
        type Animal @key(fields: "id") {
          id: ID!
          kind: String
        }
      `,
      resolvers: {
        Query: {
          animals: () => [{ id: '1', kind: 'ape' }, null, { id: '2' }, { id: '3', kind: 'owl' }, { id: '1', kind: 'ape' }],
          animal: (_: unknown, { id }: { id: string }) => ({ id }),
          keeper: () => ({ name: 'Kim', favourite: { id: '2' } }),
          locked: () => refuse('the door is locked'),
          names: () => ['a', null, 'c'],
        },
      },
    },
    vet: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Animal @key(fields: "id") {
          id: ID!
          weight: Int!
          diet: String
          checks: [Check!]!
        }
        type Check {
          day: Int!
          result: String!
        }
      `,
      resolvers: {
        Animal: {
          __resolveReference: ({ id }: { id: string }) => (id === '3' ? null : { id }),
          weight: ({ id }: { id: string }) => (id === '2' ? refuse('2 bites') : 40),
          diet: ({ id }: { id: string }) => (id === '2' ? refuse('2 eats in secret') : 'fruit'),
          checks: ({ id }: { id: string }) => [{ day: 1, result: id === '2' ? null : 'fine' }],
        },
      },
    },
  },
  operations: [
    {
      title: 'tells the error of an entity at its place in the answer, past those that are null',
      query: '{ animals { id diet } }',
      data: { animals: [{ id: '1', diet: 'fruit' }, null, { id: '2', diet: null }, { id: '3', diet: null }, { id: '1', diet: 'fruit' }] },
      errors: ['animals.2.diet'],
    },
    {
      title: 'takes a non-null field that failed for its nearest nullable parent, and tells one error',
      query: '{ keeper { name favourite { weight } } }',
      data: { keeper: null },
      errors: ['keeper.favourite.weight'],
    },
    {
      title: 'does so to the top where nothing on the way is nullable',
      query: '{ animal(id: "2") { weight } }',
      data: null,
      errors: ['animal.weight'],
    },
    {
      title: 'leaves what others fetched where one fetch fails',
      query: '{ animal(id: "1") { id diet } locked }',
      data: { animal: { id: '1', diet: 'fruit' }, locked: null },
      errors: ['locked'],
    },
    {
      title: 'passes on that an element of a list is null which may not be',
      query: '{ names }',
      data: { names: null },
      errors: ['names.1'],
    },
    {
      title: 'says so when a subgraph does not know an entity that is expected to have a field',
      query: '{ animal(id: "3") { weight } }',
      data: null,
      errors: ['animal.weight'],
    },
    {
      title: 'nulls lists and elements as far as their types say',
      query: '{ animals { id checks { result } } }',
      data: { animals: [{ id: '1', checks: [{ result: 'fine' }] }, null, null, null, { id: '1', checks: [{ result: 'fine' }] }] },
      errors: ['animals.2.checks.0.result', 'animals.3.checks'],
      stockDiffers: 'it tells of no null that may not be as soon as some subgraph reported an error',
    },
    { title: 'asks for an entity that occurs twice once', query: '{ animals { diet } keeper { name } }', data: { animals: [{ diet: 'fruit' }, null, { diet: null }, { diet: null }, { diet: 'fruit' }], keeper: { name: 'Kim' } }, errors: ['animals.2.diet'] },
  ],
};
