import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { compareCursors, decodeCursor, encodeCursor } from '@ocopea/partition/schema';
import { GraphQLError, parse } from 'graphql';
import { librarySdl } from './schema.js';

/**
 * One library: an ordinary Apollo subgraph. What makes it a member of a partition is the directives in its schema, ids that begin with its
 * own, and cursors that mean the same everywhere.
 */
export async function startLibrary({ id, city, titles }) {
  const library = { __typename: 'Library', id, city };
  const books = titles.map((title, number) => ({ __typename: 'Book', id: `${id}.book.${number + 1}`, title, library, lentTo: null }));
  const bookOf = (bookId) => books.find((book) => book.id === bookId) ?? null;

  const resolvers = {
    Query: {
      libraries: () => [library],
      books: (_, { first, after }) => page(books, first, after),
      stock: () => ({ books: books.length, lent: books.filter(({ lentTo }) => lentTo !== null).length }),
      book: (_, { id: bookId }) => bookOf(bookId),
    },
    Mutation: {
      lend: (_, { bookId, reader }) => {
        const book = bookOf(bookId);
        if (book?.lentTo) throw new GraphQLError(`"${book.title}" is lent to ${book.lentTo}`, { extensions: { code: 'LENT' } });
        if (book) book.lentTo = reader;
        return book;
      },
    },
    Library: { __resolveReference: () => library },
    Book: { __resolveReference: ({ id: bookId }) => bookOf(bookId) },
  };
  const server = new ApolloServer({ schema: buildSubgraphSchema({ typeDefs: parse(librarySdl), resolvers }), plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return { id, url, stop: () => server.stop() };
}

/** Ordered by (title, id), as every other library orders: so a cursor of one of them is a place in this one's order too. */
function page(books, first, after) {
  const rows = books
    .map((node) => ({ node, place: { order: 'title:ASC', sortKey: node.title, id: node.id } }))
    .sort((a, b) => compareCursors(a.place, b.place));
  const from = after ? decodeCursor(after) : undefined;
  const behind = from ? rows.filter(({ place }) => compareCursors(place, from) > 0) : rows;
  const edges = behind.slice(0, first).map(({ node, place }) => ({ cursor: encodeCursor(place), node }));
  return {
    edges,
    totalCount: rows.length,
    pageInfo: {
      hasNextPage: behind.length > edges.length,
      hasPreviousPage: behind.length < rows.length,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
