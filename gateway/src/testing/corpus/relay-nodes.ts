import type { CorpusCase } from './corpus-case.js';

/** `node(id)` in one subgraph, of types that live in others; interfaces that refer to themselves. */
export const relayNodes: CorpusCase = {
  title: 'nodes and circular references',
  subgraphs: {
    nodes: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          node(id: ID!): Node @shareable
        }
        interface Node {
          id: ID!
        }
        type Song implements Node @key(fields: "id") {
          id: ID!
        }
        type Album implements Node @key(fields: "id") {
          id: ID!
        }
      `,
      resolvers: { Query: { node: (_: unknown, { id }: { id: string }) => (id === 'x' ? null : { __typename: id.startsWith('s') ? 'Song' : 'Album', id }) } },
    },
    music: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          album: Album
          playable: Playable
        }
        interface Node {
          id: ID!
        }
        interface Playable {
          seconds: Int!
          similar: Playable
        }
        type Song implements Node & Playable @key(fields: "id") {
          id: ID!
          title: String!
          seconds: Int!
          similar: Playable
          album: Album!
        }
        type Album implements Node & Playable @key(fields: "id") {
          id: ID!
          name: String!
          seconds: Int!
          similar: Playable
          songs: [Song!]!
        }
      `,
      resolvers: {
        Query: { album: () => ({ id: 'a1' }), playable: () => ({ __typename: 'Song', id: 's1' }) },
        Song: { title: ({ id }: { id: string }) => `song ${id}`, seconds: () => 180, similar: () => ({ __typename: 'Album', id: 'a1' }), album: () => ({ id: 'a1' }) },
        Album: { name: () => 'First', seconds: () => 360, similar: () => ({ __typename: 'Song', id: 's2' }), songs: () => [{ id: 's1' }, { id: 's2' }] },
      },
    },
    plays: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Song @key(fields: "id") {
          id: ID!
          plays: Int!
        }
      `,
      resolvers: { Song: { plays: ({ id }: { id: string }) => Number(id.slice(1)) * 100 } },
    },
  },
  operations: [
    { title: 'find the fields of a node elsewhere', query: '{ node(id: "s1") { __typename id ... on Song { title plays } ... on Album { name } } }', data: { node: { __typename: 'Song', id: 's1', title: 'song s1', plays: 100 } } },
    { title: 'are null where there is none', query: '{ node(id: "x") { id ... on Song { plays } } }', data: { node: null } },
    { title: 'are asked for twice in one operation', query: '{ a: node(id: "s2") { ... on Song { plays } } b: node(id: "a1") { id ... on Album { name } } }', data: { a: { plays: 200 }, b: { id: 'a1', name: 'First' } } },
    {
      title: 'go round in a circle',
      query: '{ album { songs { album { songs { plays album { name } } } } } }',
      data: { album: { songs: [1, 2].map(() => ({ album: { songs: [{ plays: 100, album: { name: 'First' } }, { plays: 200, album: { name: 'First' } }] } })) } },
    },
    { title: 'go round through an interface', query: '{ playable { seconds similar { similar { ... on Song { plays } similar { ... on Album { name } } } } } }', data: { playable: { seconds: 180, similar: { similar: { plays: 200, similar: { name: 'First' } } } } } },
  ],
};
