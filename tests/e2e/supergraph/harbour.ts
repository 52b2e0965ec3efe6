import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@apollo/composition';
import { graphql, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

type Resolvers = NonNullable<Extract<Parameters<typeof buildSubgraphSchema>[0], { resolvers?: unknown }>['resolvers']>;

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

const shipsSdl = /* GraphQL */ `
  ${link}
  type Query {
    ships: [Ship!]!
  }
  type Subscription {
    arrivals: Ship!
  }
  type Ship @key(fields: "id") {
    id: ID!
    name: String!
  }
`;

const cargoSdl = /* GraphQL */ `
  ${link}
  type Ship @key(fields: "id") {
    id: ID!
    tons: Int!
  }
`;

const ships = [
  { id: '1', name: 'Anna' },
  { id: '2', name: 'Bertha' },
];

/** Two federated subgraphs behind real sockets, and the supergraph that names them. */
export class Harbour implements AsyncDisposable {
  private constructor(
    readonly supergraphSdl: string,
    private readonly servers: readonly Server[],
  ) {}

  static async open(): Promise<Harbour> {
    const sources = [
      {
        name: 'ships',
        sdl: shipsSdl,
        resolvers: {
          Query: { ships: () => ships },
          Subscription: {
            arrivals: {
              subscribe: async function* () {
                for (const arrivals of ships) yield { arrivals };
              },
            },
          },
        } satisfies Resolvers,
      },
      { name: 'cargo', sdl: cargoSdl, resolvers: { Ship: { __resolveReference: ({ id }: { id: string }) => ({ id, tons: Number(id) * 1_000 }) } } satisfies Resolvers },
    ];
    const servers = await Promise.all(sources.map(({ sdl, resolvers }) => subgraphServer(sdl, resolvers)));
    const { supergraphSdl, errors } = composeServices(
      sources.map(({ name, sdl }, index) => ({ name, typeDefs: parse(sdl), url: `http://127.0.0.1:${(servers[index]!.address() as AddressInfo).port}/graphql` })),
    );
    if (errors) throw new AggregateError(errors);
    return new Harbour(supergraphSdl, servers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
    await Promise.all(this.servers.map((server) => (server.listening ? once(server, 'close') : undefined)));
  }
}

async function subgraphServer(sdl: string, resolvers: Resolvers): Promise<Server> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers });
  const server = createServer(async (request, response) => {
    const body = await request.setEncoding('utf8').toArray();
    const { query, variables } = JSON.parse(body.join('')) as { query: string; variables?: Record<string, unknown> };
    const result = await graphql({ schema, source: query, variableValues: variables ?? {} });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  });
  useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
