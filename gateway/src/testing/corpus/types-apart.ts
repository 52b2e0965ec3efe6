import type { CorpusCase } from './corpus-case.js';

const post = [
  { __typename: 'Parcel', sender: { id: 's1' } },
  { __typename: 'Complaint', about: { id: 's2' }, sender: { id: 's3' } },
];

/** Fields of entities that are asked below one type and not below another. */
export const typesApart: CorpusCase = {
  title: 'entities below several types',
  subgraphs: {
    desk: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Query {
          post: [Item!]!
        }
        union Item = Parcel | Complaint
        type Parcel {
          sender: Shop
        }
        type Complaint {
          sender: Shop
          about: Shop
        }
        type Shop @key(fields: "id") {
          id: ID!
        }
      `,
      resolvers: { Query: { post: () => post } },
    },
    streets: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Shop @key(fields: "id") {
          id: ID!
          street: String
        }
      `,
      resolvers: {
        Shop: {
          street: ({ id }: { id: string }) => {
            if (id !== 's1') throw new Error(`no one asked for the street of ${id}`);
            return 'Mill Lane';
          },
        },
      },
    },
    courts: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Shop @key(fields: "id") {
          id: ID!
          court: String
        }
      `,
      resolvers: {
        Shop: {
          court: ({ id }: { id: string }) => {
            if (id === 's1') throw new Error('no one asked for the court of s1');
            return `court of ${id}`;
          },
        },
      },
    },
  },
  operations: [
    {
      title: 'are asked for what is asked below their own type',
      query: '{ post { ... on Parcel { sender { street } } ... on Complaint { sender { court } } } }',
      data: { post: [{ sender: { street: 'Mill Lane' } }, { sender: { court: 'court of s3' } }] },
      fetches: 3,
      stockDiffers: 'it asks all objects at a path for what any of them needs',
    },
    {
      title: 'have errors at their own path',
      query: '{ post { ... on Parcel { sender { id } } ... on Complaint { sender { street } } } }',
      data: { post: [{ sender: { id: 's1' } }, { sender: { street: null } }] },
      errors: ['post.1.sender.street'],
      stockDiffers: 'it asks for the street of the first sender as well, and counts errors among all objects at the path',
    },
  ],
};
