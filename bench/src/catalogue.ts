import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const federation = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

export const productsSdl = `${federation}
type Query { products(first: Int!, from: Int!): [Product!]! }
type Product @key(fields: "id") { id: ID! name: String! price: Int! description: String! maker: Maker! }
type Maker { name: String! country: String! }`;

export const stockSdl = `${federation}
type Product @key(fields: "id") { id: ID! inStock: Int! warehouse: String! arrivals: [Arrival!]! }
type Arrival { at: String! count: Int! }`;

/** The subgraphs in a process of their own. */
export class Catalogue implements Disposable {
  private constructor(
    private readonly process: ReturnType<typeof fork>,
    readonly urls: { readonly products: string; readonly stock: string },
    readonly supergraphSdl: string,
  ) {}

  static async start(): Promise<Catalogue> {
    const process = fork(fileURLToPath(new URL('catalogue-subgraphs-program.js', import.meta.url)));
    const [urls] = (await once(process, 'message')) as [{ products: string; stock: string }];
    const { supergraphSdl, errors } = composeServices([
      { name: 'products', url: urls.products, typeDefs: parse(productsSdl) },
      { name: 'stock', url: urls.stock, typeDefs: parse(stockSdl) },
    ]);
    if (supergraphSdl === undefined) throw new Error(`the subgraphs do not compose: ${String(errors)}`);
    return new Catalogue(process, urls, supergraphSdl);
  }

  [Symbol.dispose](): void {
    this.process.kill();
  }
}

/** One request of many: 20 rows of `products`, each joined with its entity of `stock`. */
export interface CatalogueRequest {
  readonly query: string;
  readonly variables: { readonly from: number };
}

const orders = ['inStock warehouse arrivals { at count }', 'arrivals { count at } inStock warehouse', 'warehouse arrivals { at count } inStock', 'inStock arrivals { at count } warehouse'];

/** @param number - makes the variables, which no other number has; `documents` different texts come in turn */
export function catalogueRequest(number: number, documents: number): CatalogueRequest {
  const variant = number % documents;
  const order = orders[variant % orders.length]!;
  // An alias makes a different document of the same size.
  const name = `name${String(variant).padStart(5, '0')}`;
  return {
    query: `query Shop($from: Int!) { products(first: 20, from: $from) { id ${name}: name price description maker { name country } ${order} } }`,
    variables: { from: 1_000_000 + number },
  };
}

/** @throws Error for an answer that lacks a row, the join, or the rows that were asked for */
export function checkCatalogueAnswer(text: string, { variables }: CatalogueRequest): void {
  const { data, errors } = JSON.parse(text) as { data?: { products: { id: string; warehouse?: string; arrivals?: unknown[] }[] }; errors?: unknown };
  const rows = data?.products ?? [];
  const isWhole = rows.length === 20 && rows.every(({ id, warehouse, arrivals }, row) => id === `p${variables.from + row}` && warehouse !== undefined && arrivals?.length === 2);
  if (errors !== undefined || !isWhole) throw new Error(`not the answer that was asked for: ${text.slice(0, 300)}`);
}
