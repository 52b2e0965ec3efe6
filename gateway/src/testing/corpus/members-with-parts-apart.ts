import type { CorpusCase } from './corpus-case.js';

const painting = { __typename: 'Painting', title: 'Dawn', colours: 7 };
const sculpture = {
  __typename: 'Sculpture',
  title: 'Crowd',
  pieces: [
    { __typename: 'Figure', weight: 90, pose: 'UPRIGHT' },
    { __typename: 'Plinth', weight: 400 },
  ],
  behind: { __typename: 'Wall', thick: 20 },
};
const halls: Readonly<Record<string, object>> = { h1: { code: 'h1', shows: painting }, h2: { code: 'h2', shows: sculpture } };
const hall = ({ code }: { readonly code: string }): object => halls[code]!;

/** A member of a union that one subgraph lacks, together with the interfaces, unions and inputs of its fields. */
export const membersWithPartsApart: CorpusCase = {
  title: 'members that one subgraph lacks with all that they consist of',
  subgraphs: {
    gallery: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          halls: [Hall!]!
        }
        type Hall @key(fields: "code") {
          code: ID!
          shows: Exhibit @shareable
        }
        union Exhibit = Painting | Sculpture
        type Painting @shareable {
          title: String!
          colours: Int
        }
        type Sculpture {
          title: String!
          pieces: [Piece!]!
          behind: Backdrop
          lit(by: Lamp): String
        }
        input Lamp {
          watts: Int!
          hue: Hue
        }
        enum Hue {
          WARM
          COLD
        }
        interface Piece {
          weight: Int!
        }
        type Figure implements Piece {
          weight: Int!
          pose: Pose
        }
        enum Pose {
          UPRIGHT
          SEATED
        }
        type Plinth implements Piece {
          weight: Int!
        }
        union Backdrop = Wall | Curtain
        type Wall {
          thick: Int
        }
        type Curtain {
          cloth: String
        }
      `,
      resolvers: {
        Query: { halls: () => [hall({ code: 'h2' }), hall({ code: 'h1' })] },
        Hall: { __resolveReference: hall },
        Sculpture: { lit: (_: object, { by }: { by?: { watts: number; hue?: string } }) => (by ? `${by.watts} ${by.hue ?? 'plain'}` : 'dark') },
      },
    },
    archive: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          oldest: Hall
        }
        type Hall @key(fields: "code") {
          code: ID!
          shows: Exhibit @shareable
          dust: Int
        }
        union Exhibit = Painting
        type Painting @shareable {
          title: String!
          colours: Int
        }
      `,
      resolvers: {
        Query: { oldest: () => hall({ code: 'h1' }) },
        Hall: { __resolveReference: ({ code }: { code: string }) => (code === 'h1' ? hall({ code }) : { code }), dust: ({ code }: { code: string }) => (code === 'h1' ? 3 : 0) },
      },
    },
  },
  operations: [
    {
      title: 'have the fields of an interface',
      query: '{ halls { shows { ... on Sculpture { title pieces { weight ... on Figure { pose } } } ... on Painting { colours } } } }',
      data: { halls: [{ shows: { title: 'Crowd', pieces: [{ weight: 90, pose: 'UPRIGHT' }, { weight: 400 }] } }, { shows: { colours: 7 } }] },
      fetches: 1,
    },
    {
      title: 'have those of a union, and by inputs',
      query: 'query ($by: Lamp) { halls { dust shows { ... on Sculpture { lit(by: $by) dim: lit behind { ... on Wall { thick } ... on Curtain { cloth } } } } } }',
      variables: { by: { watts: 40, hue: 'WARM' } },
      data: { halls: [{ dust: 0, shows: { lit: '40 WARM', dim: 'dark', behind: { thick: 20 } } }, { dust: 3, shows: {} }] },
    },
    {
      title: 'are not asked of the one that lacks them',
      query: 'query ($by: Lamp) { oldest { shows { ... on Sculpture { lit(by: $by) pieces { weight ... on Figure { pose } } } ... on Painting { title } } } }',
      variables: { by: { watts: 40 } },
      data: { oldest: { shows: { title: 'Dawn' } } },
    },
  ],
};
