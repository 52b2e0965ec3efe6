import type { CorpusCase } from './corpus-case.js';

const voyages = [
  { id: 'v1', legs: ['l1', 'l2', 'l3', 'l4'] },
  { id: 'v2', legs: ['l5', 'l6', 'l7'] },
];
const pilots: Record<string, string> = { l1: 'ann', l2: 'bob', l3: 'cid', l4: 'dan', l5: 'eve', l6: 'fay', l7: 'gil' };
const twins: Record<string, string[]> = { l1: ['v2'], l5: ['v1'] };

/** A requirement that crosses the same list as the client, with another length, and comes from a third place. */
export const requiresListsWithArguments: CorpusCase = {
  title: '@requires through lists with arguments',
  subgraphs: {
    plan: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
        type Query {
          voyages: [Voyage]
        }
        type Voyage @key(fields: "id") {
          id: ID!
          legs(limit: Int!): [Leg] @external
        }
        type Leg @key(fields: "id") {
          id: ID!
          pilot: ID
          sameElsewhere: [Voyage] @external
          isRepeated: Boolean @requires(fields: "sameElsewhere { legs(limit: 9) { id } }")
        }
      `,
      resolvers: {
        Query: { voyages: () => voyages.map(({ id }) => ({ id })) },
        Voyage: { __resolveReference: ({ id }: { id: string }) => ({ id }) },
        Leg: {
          __resolveReference: ({ id, sameElsewhere }: { id: string; sameElsewhere?: { legs: { id: string }[] }[] }) => ({
            id,
            pilot: pilots[id],
            isRepeated: sameElsewhere?.some(({ legs }) => legs.length >= 3) ?? null,
          }),
        },
      },
    },
    crew: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
        type Voyage @key(fields: "id") {
          id: ID!
          captain: Captain @requires(fields: "legs(limit: 3) { pilot }")
          legs(limit: Int!): [Leg]
        }
        type Leg @key(fields: "id") {
          id: ID!
          pilot: ID @external
          sameElsewhere: [Voyage]
        }
        type Captain {
          id: ID!
        }
      `,
      resolvers: {
        Voyage: {
          __resolveReference: ({ id, legs }: { id: string; legs?: { pilot: string }[] }) => {
            if (legs !== undefined && legs.length !== 3) throw new Error(`three legs are required, ${legs.length} came`);
            return { id, captainId: legs?.[2]?.pilot };
          },
          captain: ({ captainId }: { captainId?: string }) => (captainId === undefined ? null : { id: captainId }),
          legs: ({ id }: { id: string }, { limit }: { limit: number }) =>
            voyages.find((voyage) => voyage.id === id)!.legs.slice(0, limit).map((leg) => ({ id: leg })),
        },
        Leg: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          sameElsewhere: ({ id }: { id: string }) => (twins[id] ?? []).map((voyage) => ({ id: voyage })),
        },
      },
    },
  },
  operations: [
    { title: 'fetches the required list', query: '{ voyages { captain { id } } }', data: { voyages: [{ captain: { id: 'cid' } }, { captain: { id: 'gil' } }] } },
    {
      title: 'gives the client its own length of the list',
      query: '{ voyages { captain { id } legs(limit: 1) { id } } }',
      data: { voyages: [{ captain: { id: 'cid' }, legs: [{ id: 'l1' }] }, { captain: { id: 'gil' }, legs: [{ id: 'l5' }] }] },
    },
    {
      title: 'gives the client a longer list than the required one',
      query: '{ voyages { captain { id } legs(limit: 4) { id pilot } } }',
      data: {
        voyages: [
          { captain: { id: 'cid' }, legs: [{ id: 'l1', pilot: 'ann' }, { id: 'l2', pilot: 'bob' }, { id: 'l3', pilot: 'cid' }, { id: 'l4', pilot: 'dan' }] },
          { captain: { id: 'gil' }, legs: [{ id: 'l5', pilot: 'eve' }, { id: 'l6', pilot: 'fay' }, { id: 'l7', pilot: 'gil' }] },
        ],
      },
    },
    {
      title: 'keeps a variable of the client apart from the constant of the requirement',
      query: 'query ($limit: Int = 1) { voyages { captain { id } legs(limit: $limit) { id } } }',
      data: { voyages: [{ captain: { id: 'cid' }, legs: [{ id: 'l1' }] }, { captain: { id: 'gil' }, legs: [{ id: 'l5' }] }] },
    },
    {
      title: 'does so through fragments that say the same twice',
      query: `query ($limit: Int = 1) { voyages { captain { id } ...A ...B } }
        fragment A on Voyage { legs(limit: $limit) { id } }
        fragment B on Voyage { legs(limit: $limit) { id } }`,
      data: { voyages: [{ captain: { id: 'cid' }, legs: [{ id: 'l1' }] }, { captain: { id: 'gil' }, legs: [{ id: 'l5' }] }] },
    },
    {
      title: 'requires a list under the list that the client asks for',
      query: '{ voyages { legs(limit: 2) { id isRepeated } } }',
      data: {
        voyages: [
          { legs: [{ id: 'l1', isRepeated: true }, { id: 'l2', isRepeated: false }] },
          { legs: [{ id: 'l5', isRepeated: true }, { id: 'l6', isRepeated: false }] },
        ],
      },
    },
  ],
};
