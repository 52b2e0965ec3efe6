import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { reviewsSdl } from './schema.js';

/** The other subgraph: it knows stars, and nothing of where a book is. */
export async function startReviews(stars) {
  const resolvers = {
    Query: {
      topRated: () => Object.keys(stars).filter((id) => stars[id] === 5).map((id) => ({ __typename: 'Book', id })),
    },
    Book: { stars: ({ id }) => stars[id] ?? null },
  };
  const server = new ApolloServer({ schema: buildSubgraphSchema({ typeDefs: parse(reviewsSdl), resolvers }), plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return { url, stop: () => server.stop() };
}
