import type { CorpusCase } from './corpus-case.js';

const vessels: Record<string, { imo: string; callSign: string; hull: { yard: string; number: string; year: string } }> = {
  '9074729': { imo: '9074729', callSign: 'C6AB', hull: { yard: 'Turku', number: '1300', year: '1995' } },
  '9241061': { imo: '9241061', callSign: 'ZCEF', hull: { yard: 'Saint-Nazaire', number: 'G32', year: '2003' } },
};
const names: Record<string, string> = { '9074729': 'Splendour', '9241061': 'Queen Mary 2' };

/** The same entity under keys that overlap, of which each subgraph resolves another one. */
export const keysMixed: CorpusCase = {
  title: 'keys of several kinds, each resolvable in one place only',
  subgraphs: {
    registry: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
        type Vessel
          @key(fields: "imo")
          @key(fields: "callSign", resolvable: false)
          @key(fields: "hull { yard number }", resolvable: false)
          @key(fields: "imo hull { number year }", resolvable: false) {
          imo: ID!
          callSign: ID!
          hull: Hull!
          name: String!
        }
        type Hull {
          yard: ID!
          number: ID!
          year: ID!
        }
      `,
      resolvers: {
        Vessel: {
          __resolveReference: ({ imo }: { imo: string }) => (vessels[imo] ? { ...vessels[imo], name: names[imo] } : null),
        },
      },
    },
    harbour: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requires", "@external"])
        type Query {
          berth: Berth
        }
        type Berth @key(fields: "number") {
          number: ID!
          moored: [Vessel!]!
        }
        type Vessel
          @key(fields: "hull { yard number }", resolvable: false)
          @key(fields: "imo hull { number year }")
          @key(fields: "callSign", resolvable: false)
          @key(fields: "imo", resolvable: false) {
          imo: ID!
          callSign: ID!
          hull: Hull!
          name: String! @external
          welcome: String! @requires(fields: "name")
        }
        type Hull {
          yard: ID!
          number: ID!
          year: ID!
        }
      `,
      resolvers: {
        Query: { berth: () => ({ number: '7' }) },
        Berth: { moored: () => Object.values(vessels) },
        Vessel: {
          __resolveReference: ({ imo, hull, name }: { imo: string; hull: { number: string; year: string }; name?: string }) => {
            const vessel = vessels[imo];
            return vessel?.hull.number === hull.number && vessel.hull.year === hull.year ? { ...vessel, name } : null;
          },
          welcome: ({ name }: { name?: string }) => {
            if (name === undefined) throw new Error('the name is missing');
            return `Welcome, ${name}`;
          },
        },
      },
    },
  },
  operations: [
    {
      title: 'goes there by one key and back by another',
      query: '{ berth { number moored { imo name welcome } } }',
      data: {
        berth: {
          number: '7',
          moored: [
            { imo: '9074729', name: 'Splendour', welcome: 'Welcome, Splendour' },
            { imo: '9241061', name: 'Queen Mary 2', welcome: 'Welcome, Queen Mary 2' },
          ],
        },
      },
    },
    {
      title: 'fetches what is required though it is not selected',
      query: '{ berth { moored { welcome } } }',
      data: { berth: { moored: [{ welcome: 'Welcome, Splendour' }, { welcome: 'Welcome, Queen Mary 2' }] } },
    },
    {
      title: 'asks nobody for entities of which a part of the key was left out',
      query: 'query ($a: Boolean!) { berth { moored { name hull { year @skip(if: $a) } ... on Vessel @include(if: $a) { welcome } } } }',
      variables: { a: false },
      data: { berth: { moored: [{ name: 'Splendour', hull: { year: '1995' } }, { name: 'Queen Mary 2', hull: { year: '2003' } }] } },
      fetches: 2,
    },
  ],
};
