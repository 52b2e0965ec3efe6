import type { CorpusCase } from './corpus-case.js';

const letters: Readonly<Record<string, { id: string; code: string | null }>> = { l1: { id: 'l1', code: 'c1' }, l2: { id: 'l2', code: null }, l3: { id: 'l3', code: 'c3' } };

/** The way from one key to another, which some entities do not have. */
export const nullKeys: CorpusCase = {
  title: 'keys that are null',
  subgraphs: {
    box: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Query {
          slots: [Slot!]!
        }
        type Slot {
          letter: Letter
        }
        type Letter @key(fields: "id") {
          id: ID!
        }
      `,
      resolvers: { Query: { slots: () => [{ letter: { id: 'l1' } }, { letter: null }, { letter: { id: 'l2' } }, { letter: { id: 'l3' } }] } },
    },
    office: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Letter @key(fields: "id") @key(fields: "code") {
          id: ID!
          code: ID
        }
      `,
      resolvers: { Letter: { __resolveReference: ({ id }: { id: string }) => letters[id] ?? null } },
    },
    post: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Letter @key(fields: "code") {
          code: ID
          sender: Sender
        }
        type Sender {
          name: String
        }
      `,
      resolvers: { Letter: { __resolveReference: ({ code }: { code: string | null }) => (code === 'c3' ? null : { code }), sender: ({ code }: { code: string | null }) => (code === null ? null : { name: `of ${code}` }) } },
    },
  },
  operations: [
    {
      title: 'lead nowhere, and to no error',
      query: '{ slots { letter { id sender { name } } } }',
      data: { slots: [{ letter: { id: 'l1', sender: { name: 'of c1' } } }, { letter: null }, { letter: { id: 'l2', sender: null } }, { letter: { id: 'l3', sender: null } }] },
    },
  ],
};
