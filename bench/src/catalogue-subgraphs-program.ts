// Two subgraphs of a shop, `products` and `stock`, in one process: what gateways are measured on. Started by gateway benches.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { productsSdl, stockSdl } from './catalogue.js';

interface Reference {
  readonly id: string;
}

const products = buildSubgraphSchema({
  typeDefs: parse(productsSdl),
  resolvers: {
    Query: {
      products: (_: unknown, { first, from }: { first: number; from: number }) => Array.from({ length: first }, (_, row) => product(`p${from + row}`)),
    },
    Product: { __resolveReference: ({ id }: Reference) => product(id) },
  } as never,
});
const stock = buildSubgraphSchema({
  typeDefs: parse(stockSdl),
  resolvers: { Product: { __resolveReference: ({ id }: Reference) => stockOf(id) } } as never,
});

function product(id: string): Record<string, unknown> {
  return { id, name: `Product ${id}`, price: id.length * 100, maker: { name: `Maker of ${id}`, country: 'NO' }, description: `What there is to say of ${id}, in a sentence of a usual length for one.` };
}

function stockOf(id: string): Record<string, unknown> {
  return { id, inStock: id.length, warehouse: `Hall ${id.length}, row ${id}`, arrivals: [{ at: '2026-11-25T00:00:00.000Z', count: 3 }, { at: '2026-12-25T00:00:00.000Z', count: 5 }] };
}

process.send!({ products: await serve(products), stock: await serve(stock) });
process.on('disconnect', () => process.exit(0));

async function serve(schema: GraphQLSchema): Promise<string> {
  const documents = new Map<string, DocumentNode>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { query, variables, operationName } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string; variables?: Record<string, unknown>; operationName?: string };
      let document = documents.get(query);
      if (document === undefined) {
        document = parse(query, { noLocation: true });
        if (documents.size < 1_000) documents.set(query, document);
      }
      const text = JSON.stringify(await execute({ schema, document, variableValues: variables ?? {}, operationName: operationName ?? null }));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
